import { isSame, type Properties } from "./properties";
import { planned, type Resource } from "./resource";
import type { Value, Values } from "./values";

/** What one property's change is: added, updated or deleted, and whether it replaces the resource. */
export interface Change {
  kind: "add" | "update" | "delete";
  replaces: boolean;
  /** The program's own words changed, as against the object that drifted. */
  fromInputs: boolean;
}

/** Every change of a resource by property, and the order that a replacement needs. */
export interface Changes {
  byProperty: Record<string, Change>;
  deleteBeforeReplace: boolean;
}

/**
 * Compares what exists with what the program now asks for. No platform is asked: what was read
 * last, at creation or by a refresh, is in `state`.
 */
export function compare(
  resource: Resource,
  state: Values,
  oldInputs: Values,
  inputs: Values,
  ignored: readonly string[],
): Changes {
  const plan = planned(resource, inputs, state);
  const byProperty: Record<string, Change> = {};
  for (const [name, property] of Object.entries(resource.properties)) {
    const before = state[name];
    const after = plan[name];
    if (isIgnored(name, ignored) || isSame(before, after, property)) {
      continue;
    }
    byProperty[name] = {
      kind: kindOf(before, after),
      replaces: property.replaces === true,
      fromInputs: !isSame(oldInputs[name], inputs[name], property),
    };
  }
  const replaces = Object.values(byProperty).some((change) => change.replaces);
  return {
    byProperty,
    deleteBeforeReplace: replaces && mustDeleteFirst(resource, inputs),
  };
}

function kindOf(before: Value | undefined, after: Value | undefined): Change["kind"] {
  if (before === undefined || before === null) {
    return "add";
  }
  return after === undefined || after === null ? "delete" : "update";
}

function isIgnored(name: string, ignored: readonly string[]): boolean {
  return ignored.some(
    (path) => path === name || path.startsWith(`${name}.`) || path.startsWith(`${name}[`),
  );
}

// Two objects of one name cannot stand side by side: the old one goes first, unless its name was made
// up here and will be made up again.
function mustDeleteFirst(resource: Resource, inputs: Values): boolean {
  const noted = inputs.__defaults;
  const namedHere = Array.isArray(noted) && noted.includes("name");
  return resource.deleteBeforeReplace === true || (resource.autonamed === true && !namedHere);
}

/** The properties whose values only the platform sets, or which are kept from it: known to a preview. */
export function stableProperties(properties: Properties, changes: Changes): string[] {
  return Object.entries(properties)
    .filter(([name, property]) => property.replaces && changes.byProperty[name] === undefined)
    .map(([name]) => name);
}
