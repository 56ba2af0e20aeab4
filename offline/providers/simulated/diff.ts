import type { Change, Changes } from "../diff";
import { isObject, Unknown, type Value, type Values } from "../values";
import { at } from "./state";
import type { SimulatedType } from "./type";

/** What becomes of a resource that is replaced. */
interface Replacement {
  /** It would keep its identifier. */
  sameId: boolean;
  /** The plugin deletes first whatever it did not give a random name. */
  deletesFirst: boolean;
}

/**
 * Compares a resource with what the program now asks for. A simulated resource does not drift, so that what exists is what was asked for
 * and what the platform added to it.
 *
 * @param state the resource as it is
 * @param olds the inputs that made it
 * @param news the inputs now, with their defaults
 */
export function compareSimulated(
  type: SimulatedType,
  state: Values,
  olds: Values,
  news: Values,
  { sameId, deletesFirst }: Replacement,
): Changes {
  const added = Object.keys(type.outputs ?? {}).filter((name) => name.includes("."));
  const before = added.reduce(without, state);
  const names = new Set([...Object.keys(olds), ...Object.keys(news)]);
  const byProperty: Record<string, Change> = {};
  for (const name of names) {
    if (name.startsWith("__") || isSame(type, name, before[name], news[name])) {
      continue;
    }
    byProperty[name] = {
      kind: before[name] === undefined ? "add" : news[name] === undefined ? "delete" : "update",
      replaces: (type.replaces ?? []).some((path) => isReplaced(path, name, before, news)),
      fromInputs: !isSame(type, name, olds[name], news[name]),
    };
  }
  const replaces = Object.values(byProperty).some((change) => change.replaces);
  // As the bridged plugins: what they name is deleted first where its name stays, the rest is created first, with a few exceptions.
  const deletedFirst = type.deletedFirst === true || type.named?.[0] !== undefined;
  const random = Array.isArray(olds.__defaults) && type.named?.[1] !== "copied";
  const goesFirst = deletesFirst ? !random : sameId && deletedFirst;
  return { byProperty, deleteBeforeReplace: replaces && goesFirst };
}

// Leaves out a field that the platform added to an object of the program's.
function without(state: Values, path: string): Values {
  const [parent = "", field = ""] = path.split(".");
  const object = state[parent];
  if (!isObject(object)) {
    return state;
  }
  const rest = Object.entries(object).filter(([name]) => name !== field);
  return { ...state, [parent]: Object.fromEntries(rest) };
}

function isReplaced(path: string, name: string, state: Values, news: Values): boolean {
  return (
    path === name ||
    (path.startsWith(`${name}.`) && canonical(at(state, path)) !== canonical(at(news, path)))
  );
}

function isSame(
  type: SimulatedType,
  name: string,
  one: Value | undefined,
  other: Value | undefined,
): boolean {
  if (one === Unknown || other === Unknown) {
    return one === other;
  }
  if (one === other) {
    return true;
  }
  const isDocument = type.documents?.includes(name) === true;
  return canonical(one, isDocument) === canonical(other, isDocument);
}

// Empty lists and objects are one and the same as none, to the platforms and so to their plugins.
function canonical(value: Value | undefined, isDocument = false): string {
  if (isDocument && typeof value === "string") {
    return canonical(JSON.parse(value) as Value);
  }
  if (value === Unknown) {
    return "unknown";
  }
  if (Array.isArray(value)) {
    return value.length === 0 ? "" : `[${value.map((item) => canonical(item)).join(",")}]`;
  }
  if (isObject(value)) {
    const entries = Object.entries(value)
      .map(([name, item]) => [name, canonical(item)])
      .filter(([, text]) => text !== "")
      .map(([name, text]) => `${JSON.stringify(name)}:${text}`);
    return entries.length === 0 ? "" : `{${entries.sort().join(",")}}`;
  }
  return value === undefined || value === null ? "" : JSON.stringify(value);
}
