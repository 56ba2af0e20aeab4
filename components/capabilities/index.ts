import { Target } from "../model/environment";
import { keyOf, removeCommand } from "../core/messages";
import type { Path } from "../core/fields";
import type { Problem } from "../core/problems";
import type { Capability } from "./capability";
import { deliveryFeatures } from "./delivery";
import { managedFeatures } from "./managed";
import { selfHostedFeatures } from "./self-hosted";

/** Every feature of a description, and how each target has it: the checks, `wharf explain` and the docs read it here. */
export const capabilities: readonly Capability[] = [
  ...managedFeatures,
  ...deliveryFeatures,
  ...selfHostedFeatures,
];

/** Keys that only the target of that name reads; on another target they have no effect. */
const blocks = new Set<string>(Object.values(Target));

/**
 * A problem for each key of a stack's config that asks for what the target lacks: the reason, what to use in its place, and the
 * command that removes the key. Of a key and its parts only the outermost is reported.
 * @param values config by key, without `wharf:`
 */
export function refusals(target: Target, values: Record<string, unknown>): Problem[] {
  const refused = capabilities.flatMap(({ keys, on: { [target]: support } }) =>
    support.how === "refused"
      ? keys.flatMap((key) => asked(key, values).map((path) => ({ path, ...support })))
      : [],
  );
  return refused
    .filter(({ path }) => !refused.some((other) => isBelow(path, other.path)))
    .map(({ path, reason, instead }) => ({
      key: keyOf(path),
      message: `not on ${target}: ${reason}; ${instead}`,
      fix: removeCommand(path),
    }));
}

/** The places in a config at which a key of a capability asks for something. */
function asked(key: string, values: Record<string, unknown>): Path[] {
  const [keys = "", wanted] = key.split("=");
  const parts = keys.split(/\.|(?=\[\])/);
  if (blocks.has(parts[0] ?? "")) return [];
  const visit = (value: unknown, [part, ...rest]: string[], path: Path): Path[] => {
    if (part === undefined) {
      const asks = wanted === undefined ? isAsked(value) : String(value) === wanted;
      return asks ? [path] : [];
    }
    if (typeof value !== "object" || value === null) return [];
    if (part === "[]") {
      return Array.isArray(value)
        ? value.flatMap((entry, i) => visit(entry, rest, [...path, i]))
        : [];
    }
    return visit((value as Record<string, unknown>)[part], rest, [...path, part]);
  };
  return visit(values, parts, []);
}

/** An empty value and a plain `false` ask for no feature. */
function isAsked(value: unknown): boolean {
  if (value === undefined || value === null || value === "" || value === false) return false;
  return typeof value !== "object" || Object.keys(value).length > 0;
}

function isBelow(path: Path, other: Path): boolean {
  return path.length > other.length && other.every((part, i) => part === path[i]);
}
