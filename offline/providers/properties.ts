import { closest, distance } from "fastest-levenshtein";
import { isObject, Unknown, type Value, type Values } from "./values";

/**
 * One property of a resource, described well enough to check it, to fill its default and to tell
 * what a change of it means. The names, defaults and meanings are those of the official plugins.
 */
export interface Property {
  /** `set` is a list whose order means nothing; `map` goes from string to string, or to `items`; `any` is not checked. */
  type: "string" | "number" | "boolean" | "list" | "set" | "map" | "object" | "any";
  /** What each item of the list, or each value of the map, is, where that is checked and they are not objects of `fields`. */
  items?: Property;
  /** The only values of a string. */
  allowed?: readonly string[];
  /** The program must give it. */
  required?: true;
  /** Used when the program gives none. */
  default?: Value;
  /** Where the program gives none, the platform decides, and what it decided is kept. */
  computed?: true;
  /** A change replaces the resource; without it, a change is made in place. */
  replaces?: true;
  /** What only the platform decides: never an input. */
  output?: true;
  /** The properties of the object, or of each object of the list or set. */
  fields?: Properties;
  /** Says in a sentence what is wrong with a known value, or nothing. */
  check?: (value: Value) => string | undefined;
}

/** The properties of a resource by name. */
export type Properties = Record<string, Property>;

/** What is wrong with one input, in a sentence. */
export interface Failure {
  property: string;
  reason: string;
}

/**
 * Checks the program's inputs against their description; unknown values pass.
 *
 * @param owner what has no other properties
 */
export function checkInputs(
  inputs: Values,
  properties: Properties,
  owner = "the built-in stand-in for the official plugin",
): Failure[] {
  return checkFields(inputs, properties, "", owner);
}

function checkFields(
  inputs: Values,
  properties: Properties,
  path: string,
  owner: string,
): Failure[] {
  const failures: Failure[] = [];
  for (const [name, value] of Object.entries(inputs)) {
    const property = properties[name];
    const at = path + name;
    if (name.startsWith("__")) {
      continue;
    }
    if (property === undefined || property.output) {
      const hint = nearest(name, Object.keys(properties));
      failures.push({ property: at, reason: `${owner} does not know the property "${at}"${hint}` });
    } else {
      failures.push(...checkValue(value, property, at, owner));
    }
  }
  for (const [name, property] of Object.entries(properties)) {
    if (property.required && inputs[name] === undefined) {
      failures.push({ property: path + name, reason: `"${path + name}" is required` });
    }
  }
  return failures;
}

function checkValue(value: Value, property: Property, at: string, owner: string): Failure[] {
  if (value === Unknown || value === null) {
    return [];
  }
  if (!hasType(value, property)) {
    return [{ property: at, reason: `"${at}" must be a ${property.type}` }];
  }
  const reason = property.check?.(value);
  const failures = reason === undefined ? [] : [{ property: at, reason: `"${at}" ${reason}` }];
  failures.push(...checkAllowed(value, property.allowed, at));
  const { fields, items } = property;
  if (Array.isArray(value)) {
    const item: Property | undefined = fields ? { type: "object", fields } : items;
    return failures.concat(
      ...value.map((each, index) => (item ? checkValue(each, item, `${at}[${index}]`, owner) : [])),
    );
  }
  if (!isObject(value)) {
    return failures;
  }
  return failures.concat(
    fields ? checkFields(value, fields, `${at}.`, owner) : [],
    ...Object.entries(value).map(([key, each]) =>
      items && !key.startsWith("__") ? checkValue(each, items, `${at}.${key}`, owner) : [],
    ),
  );
}

/** Says what a value may be, where it, or one of a list, is none of those allowed. */
export function checkAllowed(
  value: Value | undefined,
  allowed: readonly string[] | undefined,
  at: string,
): Failure[] {
  if (allowed === undefined || value === undefined || value === Unknown) {
    return [];
  }
  if (Array.isArray(value)) {
    return value.flatMap((item) => checkAllowed(item, allowed, at));
  }
  if (allowed.includes(String(value))) {
    return [];
  }
  const hint = nearest(String(value), allowed);
  const reason = `"${at}" is ${String(value)}; it may be ${allowed.join(", ")}${hint}`;
  return [{ property: at, reason }];
}

function nearest(word: string, known: readonly string[]): string {
  const near = known.length === 0 ? word : closest(word, known);
  return near !== word && distance(word, near) <= 3 ? `; did you mean ${near}?` : "";
}

function hasType(value: Value, property: Property): boolean {
  switch (property.type) {
    case "any":
      return true;
    case "list":
    case "set":
      return Array.isArray(value);
    case "map":
    case "object":
      return isObject(value);
    default:
      return typeof value === property.type;
  }
}

/**
 * Fills the defaults in, and notes which ones under `__defaults`, as the official plugins that are
 * built with the older Terraform SDK do: defaults of "", 0 and false are not written down.
 */
export function fillDefaults(inputs: Values, properties: Properties): Values {
  const filled: Values = {};
  const noted: string[] = [];
  for (const [name, property] of Object.entries(properties)) {
    const value = inputs[name];
    if (value !== undefined) {
      filled[name] = fillNested(value, property);
    } else if (property.default !== undefined && !isZero(property.default)) {
      filled[name] = property.default;
      noted.push(name);
    }
  }
  return { ...filled, __defaults: noted.sort() };
}

function fillNested(value: Value, property: Property): Value {
  const { fields } = property;
  if (fields === undefined) {
    return value;
  }
  if (Array.isArray(value)) {
    return value.map((item) => (isObject(item) ? fillDefaults(item, fields) : item));
  }
  return isObject(value) ? fillDefaults(value, fields) : value;
}

/** "", 0, false, empty and absent are one and the same to the official plugins. */
export function isZero(value: Value | undefined): boolean {
  if (value === undefined || value === null || value === "" || value === 0 || value === false) {
    return true;
  }
  if (Array.isArray(value)) {
    return value.length === 0;
  }
  return (
    isObject(value) &&
    Object.entries(value).every(([name, item]) => name.startsWith("__") || isZero(item))
  );
}

/**
 * What the resource will look like: what the program gives, else the default, else, for what the
 * platform decides, what `state` holds (or unknown, where there is no state yet).
 */
export function planProperties(
  inputs: Values,
  properties: Properties,
  state: Values | undefined,
): Values {
  const planned: Values = {};
  for (const [name, property] of Object.entries(properties)) {
    const before = state?.[name];
    const given = inputs[name];
    if (given !== undefined) {
      planned[name] = planNested(given, property, before);
    } else if (property.default !== undefined) {
      planned[name] = property.default;
    } else if (property.computed || property.output) {
      planned[name] = state === undefined ? Unknown : (before ?? null);
    }
    if (planned[name] === null) {
      delete planned[name];
    }
  }
  return planned;
}

function planNested(value: Value, property: Property, before: Value | undefined): Value {
  const { fields } = property;
  if (fields === undefined) {
    return value;
  }
  if (Array.isArray(value)) {
    const olds = Array.isArray(before) ? before : [];
    return value.map((item, index) => {
      const old = olds[index];
      return isObject(item) ? planProperties(item, fields, isObject(old) ? old : {}) : item;
    });
  }
  return isObject(value) ? planProperties(value, fields, isObject(before) ? before : {}) : value;
}

/** Whether two values of a property mean the same: sets without their order, empty like absent. */
export function isSame(a: Value | undefined, b: Value | undefined, property: Property): boolean {
  return canonical(a, property) === canonical(b, property);
}

function canonical(value: Value | undefined, property: Property): string {
  if (value === Unknown) {
    return "unknown";
  }
  if (property.type === "map" && isObject(value)) {
    return canonicalMap(value);
  }
  if (isZero(value) || value === undefined || value === null) {
    return "";
  }
  if (Array.isArray(value)) {
    const items = value.map((item) => canonical(item, { ...property, type: "object" }));
    return `[${(property.type === "set" ? items.sort() : items).join(",")}]`;
  }
  if (isObject(value)) {
    const entries = Object.entries(value)
      .filter(([name]) => !name.startsWith("__"))
      .map(([name, item]) => [
        name,
        canonical(
          item ?? property.fields?.[name]?.default,
          property.fields?.[name] ?? { type: "string" },
        ),
      ])
      .filter(([, text]) => text !== "");
    return `{${entries
      .map(([name, text]) => `${JSON.stringify(name)}:${text}`)
      .sort()
      .join(",")}}`;
  }
  return typeof value === "symbol" ? "unknown" : JSON.stringify(value);
}

// A key counts even where it stands for an empty string.
function canonicalMap(map: Values): string {
  const entries = Object.entries(map).map(([key, item]) =>
    item === Unknown
      ? `${JSON.stringify(key)}:unknown`
      : `${JSON.stringify(key)}:${JSON.stringify(item)}`,
  );
  return entries.length === 0 ? "" : `{${entries.sort().join(",")}}`;
}

/** The inputs after a refresh: as the program gave them, except what was changed outside of it. */
export function refreshInputs(inputs: Values, properties: Properties, state: Values): Values {
  const refreshed: Values = { ...inputs };
  for (const [name, value] of Object.entries(inputs)) {
    const property = properties[name];
    const found = state[name];
    if (property === undefined || isSame(planNested(value, property, found), found, property)) {
      continue;
    }
    if (found === undefined) {
      delete refreshed[name];
    } else {
      refreshed[name] = found;
    }
  }
  return refreshed;
}

/** Drops the notes that providers and bridges keep in a state or among inputs. */
export function withoutNotes(value: Values): Values {
  const strip = (item: Value): Value => {
    if (Array.isArray(item)) {
      return item.map(strip);
    }
    return isObject(item) ? withoutNotes(item) : item;
  };
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !name.startsWith("__"))
      .map(([name, item]) => [name, strip(item)]),
  );
}
