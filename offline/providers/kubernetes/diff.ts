import type { Change } from "../diff";
import { isObject, Unknown, type Value, type Values } from "../values";
import { isAutonamed, normalized, pruned } from "./inputs";
import { at, isEqual, nameOf, namespaceOf, withMetadata } from "./objects";
import { replacingFields, touches, type Step } from "./replacements";
import type { Settings } from "./settings";
import type { Checkpoint } from "./state";

/** The changes of an object by the path of the field, as Pulumi writes paths. */
export interface ObjectChanges {
  byPath: Map<string, Change>;
  /** A replacement has the same name, so that the old one must go first. */
  mustDeleteFirst: boolean;
}

/**
 * Compares the object as it was last seen, cut down to what the program had asked for, with what the program asks for
 * now. What others set, or Kubernetes by itself, is no difference. The API server is not asked.
 */
export function compareObjects(
  { live, inputs: oldInputs }: Checkpoint,
  newInputs: Values,
  isPatch: boolean,
  settings: Settings,
): ObjectChanges {
  const namespace = namespaceOf(live);
  const before = placed(pruned(live, normalized(oldInputs)), namespace);
  const after = placed(normalized(newInputs), namespace);
  const fields = isPatch
    ? ["metadata.name", "metadata.namespace"]
    : replacingFields(after, settings);
  const byPath = new Map<string, Change>();
  compareFields([], before, after, (path, kind, value) => {
    const replaces =
      (kind === "delete" && path.length === 1 && path[0] === "metadata") ||
      fields.some((field) => touches(path, value, field));
    byPath.set(written(path), { kind, replaces, fromInputs: kind === "delete" });
  });
  return { byPath, mustDeleteFirst: keepsName(live, after) };
}

// The namespace may go without saying; what lives in no namespace has none, whatever the program says.
function placed(object: Values, namespace: string): Values {
  const given = at(object, "metadata", "namespace") ?? "default";
  return isObject(object.metadata)
    ? withMetadata(object, { namespace: namespace === "" ? undefined : given })
    : object;
}

// Two objects of one name cannot stand side by side, unless the name was made up and will be made up anew.
function keepsName(live: Values, after: Values): boolean {
  return (
    nameOf(after) === nameOf(live) &&
    !isAutonamed(after) &&
    (namespaceOf(after) === namespaceOf(live) || namespaceOf(live) === "")
  );
}

type Report = (path: Step[], kind: Change["kind"], value: Value | undefined) => void;

function compareFields(path: Step[], before: Values, after: Values, report: Report): void {
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    compareValues([...path, name], before[name], after[name], report);
  }
}

function compareValues(
  path: Step[],
  before: Value | undefined,
  after: Value | undefined,
  report: Report,
): void {
  if (isEqual(before, after) && after !== Unknown) return;
  if (before === undefined) report(path, "add", after);
  else if (after === undefined) report(path, "delete", undefined);
  else if (isObject(before) && isObject(after)) compareFields(path, before, after, report);
  else if (Array.isArray(before) && Array.isArray(after)) {
    for (let index = 0; index < Math.max(before.length, after.length); index++) {
      compareValues([...path, index], before[index], after[index], report);
    }
  } else report(path, "update", after);
}

function written(path: readonly Step[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    if (/[."[\]]/.test(step)) return `${text}["${step.replaceAll('"', '\\"')}"]`;
    return text === "" ? step : `${text}.${step}`;
  }, "");
}

/** Whether a change at `path` lies within one of the paths whose changes the program ignores. */
export function isIgnored(path: string, ignored: readonly string[]): boolean {
  return ignored.some(
    (prefix) => path === prefix || path.startsWith(`${prefix}.`) || path.startsWith(`${prefix}[`),
  );
}
