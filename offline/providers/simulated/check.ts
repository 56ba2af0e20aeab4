import { randomBytes, randomUUID } from "node:crypto";
import { checkAllowed, checkInputs, type Failure, type Properties } from "../properties";
import { isObject, type Value, type Values } from "../values";
import type { SimulatedType, Naming } from "./type";

/**
 * A name for a resource whose program gives none, in the official plugin's form; undefined where there is one. The name that
 * was made up before stays.
 */
export function inventName(
  type: SimulatedType,
  urn: string,
  inputs: Values,
  olds: Values,
): { property: string; name: Value } | undefined {
  const [property, naming] = type.named ?? [];
  if (property === undefined || naming === undefined || inputs[property] !== undefined) {
    return undefined;
  }
  const before = Array.isArray(olds.__defaults) ? olds[property] : undefined;
  return { property, name: before ?? invented(naming, urn.split("::").pop() ?? "") };
}

function invented(naming: Naming, resource: string): string {
  switch (naming) {
    case "dashed":
      return `${resource}-${randomBytes(4).toString("hex").slice(1)}`;
    case "joined":
      return `${resource}${randomBytes(4).toString("hex")}`;
    case "copied":
      return resource;
    case "uuid":
      return randomUUID();
  }
}

/**
 * What the official plugin would refuse by its schema, and what the platform would, as far as it can be told without it.
 *
 * @param properties the inputs of the type by the plugin's own schema
 * @param values with their defaults; unknown values pass
 */
export function checkSimulated(
  type: SimulatedType,
  properties: Properties,
  values: Values,
): Failure[] {
  const failures = checkInputs(values, properties, "the official plugin");
  for (const property of type.required ?? []) {
    if (values[property] === undefined && !properties[property]?.required) {
      failures.push({ property, reason: `"${property}" is required` });
    }
  }
  for (const [path, allowed] of Object.entries(type.allowed ?? {})) {
    failures.push(...checkAllowed(allAt(values, path.split(".")), allowed, path));
  }
  for (const [property, [form, words]] of Object.entries(type.patterns ?? {})) {
    const value = values[property];
    if (typeof value === "string" && !form.test(value)) {
      failures.push({ property, reason: `"${property}" is ${value}; it must be ${words}` });
    }
  }
  for (const property of type.documents ?? []) {
    const value = values[property];
    if (typeof value === "string" && !isObjectText(value)) {
      failures.push({ property, reason: `"${property}" must hold a JSON object` });
    }
  }
  return failures;
}

/** The values at a path, of which there are several where a list is on the way. */
function allAt(value: Value | undefined, path: readonly string[]): Value[] {
  if (Array.isArray(value)) {
    return value.flatMap((item) => allAt(item, path));
  }
  const [name, ...rest] = path;
  if (name === undefined) {
    return value === undefined ? [] : [value];
  }
  return isObject(value) ? allAt(value[name], rest) : [];
}

function isObjectText(text: string): boolean {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed);
  } catch {
    return false;
  }
}
