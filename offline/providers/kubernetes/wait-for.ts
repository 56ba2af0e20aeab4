import type { Value, Values } from "../values";
import { annotation, at, numberAt } from "./objects";
import type { Verdict } from "./observation";
import { isTrue, condition } from "./pods";

type Test = (object: Values) => boolean;

/**
 * What the annotation pulumi.com/waitFor asks for: `condition=<type>[=<status>]`, `jsonpath={.path}[=<value>]`, or a JSON
 * list of such, all of which must hold. Undefined where the object has no such annotation.
 *
 * @throws {Error} where it is neither
 */
export function waitForOf(object: Values): ((object: Values) => Verdict) | undefined {
  const written = annotation(object, "pulumi.com/waitFor");
  if (written === "") return undefined;
  const expressions = written.trimStart().startsWith("[")
    ? (JSON.parse(written) as unknown[]).map(String)
    : [written];
  const tests = expressions.map((expression): [string, Test] => [expression, test(expression)]);
  return (live) => {
    const generation = numberAt(live, "metadata", "generation") ?? 0;
    const observed = numberAt(live, "status", "observedGeneration") ?? generation;
    const open = tests.filter(([, holds]) => observed < generation || !holds(live));
    return open.length === 0
      ? { state: "ready", reasons: [] }
      : { state: "waiting", reasons: open.map(([expression]) => `it waits for ${expression}`) };
  };
}

function test(expression: string): Test {
  const [, type, status = "True"] = /^condition=([^=]+)(?:=(.+))?$/.exec(expression) ?? [];
  if (type !== undefined) {
    return (live) =>
      status === "True" ? isTrue(live, type) : condition(live, type)?.status === status;
  }
  const [, path, value] =
    /^jsonpath=\{\s*\$?((?:\.[\w-]+|\[\d+\])+)\s*\}(?:=(.+))?$/.exec(expression) ?? [];
  if (path === undefined) {
    throw new Error(
      `The annotation pulumi.com/waitFor says "${expression}". It may say condition=<type>[=<status>] or ` +
        `jsonpath={.path[0].to}[=<value>], or a JSON list of such.`,
    );
  }
  const steps = path.match(/[\w-]+/g) ?? [];
  return (live) => {
    const found = steps.reduce<Value | undefined>(step, live);
    return found !== undefined && (value === undefined || String(found) === value);
  };
}

function step(value: Value | undefined, name: string): Value | undefined {
  return Array.isArray(value) ? value[Number(name)] : at(value, name);
}
