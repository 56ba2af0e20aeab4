import { isDeepStrictEqual } from "node:util";
import type { StateResource } from "./pulumi-stack";

/**
 * Checks that two states hold the same resources with the same arguments, so that a ratio of their times means something. Values
 * that are secret or generated for each stack count as the same.
 * @param folder where the program that is compared with Wharf's is
 * @throws Error with the names of the resources that differ
 */
export function expectSameResources(
  one: StateResource[],
  other: StateResource[],
  folder: string,
): void {
  const [ours, theirs] = [described(one), described(other)];
  const names = [...new Set([...ours.keys(), ...theirs.keys()])];
  const different = names.filter((name) => !isDeepStrictEqual(ours.get(name), theirs.get(name)));
  if (different.length > 0) {
    throw new Error(
      `The bare program no longer registers what Wharf registers. Bring ${folder} up to date; it differs in:\n` +
        different.map((name) => `  ${name}`).join("\n"),
    );
  }
}

/** Type and arguments by logical name, of the resources that a provider has made. */
function described(resources: StateResource[]): Map<string, unknown> {
  return new Map(
    resources
      .filter(({ custom, type }) => custom && !type.startsWith("pulumi:"))
      .map(({ urn, type, inputs }) => [
        urn.split("::").at(-1) ?? urn,
        { type, inputs: plain(inputs) },
      ]),
  );
}

/** Key by which Pulumi's state marks a value that is not plain; here, always a secret. */
const mark = "4dabf18193072939515e22adb298388d";

/** A value with a word in place of what is secret (keys, passwords) or generated (certificates, digests, the stack's id). */
function plain(value: unknown): unknown {
  if (typeof value === "string") {
    return value
      .replace(/^-----BEGIN [^]*/, "(PEM)")
      .replace(/^[0-9a-f]{64}$/, "(digest)")
      .replace(/^[0-9a-z]{16}$/, "(stack id)");
  }
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(plain);
  if (mark in value) return "(secret)";
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]));
}
