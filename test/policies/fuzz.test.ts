import { describe, expect, it, vi } from "vitest";
import { parse } from "yaml";
import type { GivenResource } from "../../policies/evaluate";
import { Pack } from "../../policies/pack";
import { rules } from "../../policies/rules";
import { aws } from "./aws";
import { azure } from "./azure";
import { docker } from "./docker";
import { gcp } from "./gcp";
import { kubernetes } from "./kubernetes";
import { given, unknown, withValue, type Path } from "./stack";

const platforms = { aws, gcp, azure, docker, kubernetes };

/** What a preview does not know, and what is not set; no rule stumbles over either. */
const missing: unknown[] = [null, unknown];

// WHARF_PROPERTY_RUNS (npm run test:properties) tries every value in every place; else three in seven, so that each
// place has two or three of them, and its neighbour others.
const everyValue = process.env.WHARF_PROPERTY_RUNS !== undefined;

/** Values of each other type. A rule may fail on them, and says so. */
const misshapen: unknown[] = ["text", 7, ["text"], [null], { text: {} }];

/** The properties with every value of them replaced in turn, inside of JSON and YAML that they hold too. */
function* mutants(props: unknown, values: unknown[], path: Path = []): Generator<[Path, unknown]> {
  if (path.length > 0) for (const value of values) yield [path, value];
  for (const [key, value] of Object.entries((props ?? {}) as object)) {
    const at = [...path, Array.isArray(props) ? Number(key) : key];
    if (typeof value === "object") yield* mutants(value, values, at);
    else {
      for (const one of values) yield [at, one];
      const document = documentIn(value);
      if (document === undefined) continue;
      // A text that is made from what is not known is not known as a whole.
      for (const [inside, one] of mutants(document, values)) {
        if (one === unknown) continue;
        yield [at, JSON.stringify(withValue(document, inside, one))];
      }
    }
  }
}

/** What a text holds as JSON or YAML; undefined where it holds none. */
function documentIn(value: unknown): object | undefined {
  if (typeof value !== "string" || !/[{:]/.test(value)) return undefined;
  try {
    const document: unknown = parse(value);
    return typeof document === "object" && document !== null ? document : undefined;
  } catch {
    return undefined;
  }
}

/** The pack as it judges every resource, and as it looks for what belongs to a registry. */
const everything = new Pack(rules);
everything.stackConfig(new Map([["wharf:scope", "all"]]));
const belonging = new Pack(rules.filter(({ name }) => name === "required-labels"));

/** What is reported of a stack of which one resource has such properties; a policy that throws fails the test. */
function reported(
  resources: GivenResource[],
  at: number,
  props: Record<string, unknown>,
  pack = everything,
) {
  const [one] = given([{ ...resources[at]!, props }]);
  const stack = resources.with(at, {
    ...one!,
    propertyDependencies: resources[at]!.propertyDependencies,
  });
  if (pack === belonging) pack.stackTypes(new Set(stack.map(({ type }) => type)));
  const violations: unknown[] = [];
  const report = (violation: unknown) => violations.push(violation);
  for (const policy of pack.policies as unknown as Partial<Policy>[]) {
    policy.validateResource?.(one, report);
    policy.validateStack?.({ resources: stack }, report);
  }
  return violations;
}

/** What tells of a rule that failed. */
function faults(violations: unknown[]): string[] {
  const messages = violations.map((one) => (typeof one === "string" ? one : (one as Told).message));
  return messages.filter((message) => /^The rule .* failed/.test(message));
}

interface Told {
  message: string;
  enforcementLevel: string;
}

const samples = Object.values(platforms).flatMap((all) =>
  all.map(({ name, props }, at) => [name, props, given(all), at] as const),
);

/** What writes resources in shapes that an earlier version of a rule failed on. */
const shapes: [string, string, Record<string, unknown>][] = [
  [
    "a template of Bicep's, whose resources have symbolic names",
    "azure-native:resources:Deployment",
    {
      properties: {
        template: {
          languageVersion: "2.0",
          resources: {
            registry: {
              type: "Microsoft.ContainerRegistry/registries",
              properties: { adminUserEnabled: true },
            },
          },
        },
      },
    },
  ],
  [
    "a container that has the volumes of another",
    "docker:index/container:Container",
    { image: "registry:3", volumes: [{ fromContainer: "data" }] },
  ],
];

describe("a rule", () => {
  it.each(shapes)("reads %s", (_, type, props) => {
    const violations = reported(given([{ type, name: "shape", props }]), 0, props);
    expect(faults(violations)).toEqual([]);
    expect(violations).not.toEqual([]);
  });

  it("that fails refuses nothing: it is reported as a warning with its name, and the others go on", () => {
    const fails = () => {
      throw new TypeError("resources.filter is not a function");
    };
    const finds = () => ["It is wrong."];
    const type = "any:index/thing:Thing";
    const about = { ...rules[0]!, types: [type] };
    const stack = { ...about, name: "failing-stack", stack: fails, checks: undefined };
    const checks = [fails, finds];
    const pack = new Pack([{ ...about, name: "failing", checks }, stack]);
    const report = vi.fn();
    const [resource] = given([{ type, name: "thing", props: {} }]);
    const [ofResource, ofStack] = pack.policies as unknown as Policy[];
    ofResource!.validateResource(resource, report);
    ofStack!.validateStack({ resources: [resource] }, report);
    const warning = (name: string): unknown =>
      expect.objectContaining({
        message: `The rule ${name} failed, which is a fault of the policy pack and refuses nothing: resources.filter is not a function.`,
        enforcementLevel: "advisory",
      });
    expect(report.mock.calls).toEqual([
      [warning("failing")],
      ["It is wrong.", resource!.urn],
      [warning("failing-stack")],
    ]);
  });
});

interface Policy {
  validateResource(resource: unknown, report: unknown): void;
  validateStack(stack: unknown, report: unknown): void;
}

describe("a property that is not as it should be", () => {
  it.each(samples)(
    "of %s fails no rule where nothing is known of it",
    (_, props, resources, at) => {
      const found = new Map<string, string>();
      for (const [path, value] of mutants(props, missing)) {
        const broken = withValue(props, path, value);
        const violations = [everything, belonging].flatMap((pack) =>
          reported(resources, at, broken, pack),
        );
        for (const message of faults(violations))
          found.set(message, `${path.join(".")} = ${JSON.stringify(value)}`);
      }
      expect(Object.fromEntries(found)).toEqual({});
    },
  );

  it.each(samples)("of %s ends no preview, whatever its type", (_, props, resources, at) => {
    let turn = at;
    for (const [path, value] of mutants(props, misshapen)) {
      turn += 1;
      if (!everyValue && turn % 7 > 2) continue;
      const violations = reported(resources, at, withValue(props, path, value));
      const refused = violations.filter((one) => typeof one === "string");
      expect(faults(refused), path.join(".")).toEqual([]);
    }
  });
});
