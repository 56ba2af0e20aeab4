import type { Property } from "../properties";
import { objects, text, type Values } from "../values";

/** Labels as the SDK has them: a set of pairs of `label` and `value`. */
export const labelsProperty: Property = {
  type: "set",
  replaces: true,
  fields: {
    label: { type: "string", required: true },
    value: { type: "string", required: true },
  },
};

/** The label that says to which stack of Wharf an object belongs. */
export const stackLabel = "io.wharf.stack";

/** The label that tells a stack from another of its name. */
export const stackIdLabel = "io.wharf.stack-id";

/** The labels as the engine takes them. */
export function labelMap(planned: Values): Record<string, string> {
  return Object.fromEntries(
    objects(planned, "labels").map((pair) => [text(pair, "label"), text(pair, "value")]),
  );
}

/** The labels as the state keeps them. */
export function labelPairs(labels: Record<string, string> | null | undefined): Values[] {
  return Object.entries(labels ?? {}).map(([label, value]) => ({ label, value }));
}

/** Whether an object is what is planned: it bears the labels of the same stack, whatever others there are, or the very same. */
export function isPlanned(
  labels: Record<string, string> | null | undefined,
  planned: Values,
): boolean {
  return isOfSameStack(labels, planned) || hasLabels(labels, planned);
}

/** Whether an object bears the stack's name that is planned: what an earlier stack of that name kept does. */
export function bearsStackName(
  labels: Record<string, string> | null | undefined,
  planned: Values,
): boolean {
  const stack = labelMap(planned)[stackLabel];
  return stack !== undefined && labels?.[stackLabel] === stack;
}

export function hasLabels(
  labels: Record<string, string> | null | undefined,
  planned: Values,
): boolean {
  const wanted = labelMap(planned);
  const names = new Set([...Object.keys(wanted), ...Object.keys(labels ?? {})]);
  return [...names].every((name) => wanted[name] === labels?.[name]);
}

/** Whether an object bears the name and the id of the stack that are planned, and is thus a leftover of that stack. */
export function isOfSameStack(
  labels: Record<string, string> | null | undefined,
  planned: Values,
): boolean {
  return (
    bearsStackName(labels, planned) && labels?.[stackIdLabel] === labelMap(planned)[stackIdLabel]
  );
}
