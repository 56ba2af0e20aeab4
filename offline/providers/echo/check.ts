import { randomBytes, randomUUID } from "node:crypto";
import { closest, distance } from "fastest-levenshtein";
import type { Failure } from "../properties";
import { Unknown, type Value, type Values } from "../values";
import { at } from "./state";
import type { EchoType, Naming } from "./type";

/**
 * A name for a resource whose program gives none, in the official plugin's form; undefined where there is one. The name that
 * was made up before stays.
 */
export function inventName(
  type: EchoType,
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

/** What the platform would refuse, as far as it can be told without it. `values` has its defaults; unknown values pass. */
export function checkEcho(type: EchoType, values: Values): Failure[] {
  const missing = (type.required ?? []).filter((name) => values[name] === undefined);
  const failures = missing.map((name) => ({ property: name, reason: `"${name}" is required` }));
  for (const [path, allowed] of Object.entries(type.allowed ?? {})) {
    failures.push(...checkAllowed(path, at(values, path), allowed));
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

function checkAllowed(
  path: string,
  value: Value | undefined,
  allowed: readonly string[],
): Failure[] {
  if (Array.isArray(value)) {
    return value.flatMap((item) => checkAllowed(path, item, allowed));
  }
  if (value === undefined || value === Unknown || allowed.includes(String(value))) {
    return [];
  }
  const near = closest(String(value), allowed);
  const hint = distance(String(value), near) <= 3 ? `; did you mean ${near}?` : "";
  const reason = `"${path}" is ${String(value)}; it may be ${allowed.join(", ")}${hint}`;
  return [{ property: path, reason }];
}

function isObjectText(text: string): boolean {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed);
  } catch {
    return false;
  }
}
