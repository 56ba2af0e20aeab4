import { z } from "zod";

/**
 * Most wildcards in one pattern, and most patterns in one list. Four is ECR's own limit for a pattern; twenty patterns,
 * each guarded in both of ECR's storage classes, stay below its 50 rules for a policy.
 */
export const patternLimits = { wildcards: 4, patterns: 20 } as const;

/** A tag, with `*` for any text: the grammar of tags in the OCI distribution specification 1.1, plus the star. */
export const tagPattern = z
  .string()
  .max(128, "is longer than 128 characters, the longest tag there is")
  .regex(
    /^[A-Za-z0-9_*][A-Za-z0-9_.*-]*$/,
    "is not a tag pattern: letters, digits and _ . - as in a tag, and * for any text",
  )
  .refine((pattern) => !pattern.includes("**"), { error: "holds two wildcards side by side" })
  .refine((pattern) => pattern.split("*").length - 1 <= patternLimits.wildcards, {
    error: `holds more than ${patternLimits.wildcards} wildcards`,
  });

/**
 * The pattern as a regular expression without anchors, in the syntax that JavaScript, RE2 and .NET share. It has no backslash,
 * which a shell or YAML might read as its own.
 */
export function patternSource(pattern: string): string {
  return pattern
    .split("*")
    .map((text) => text.replaceAll(".", "[.]"))
    .join(".*");
}

/** Whether a pattern names the whole of a tag. */
export function matchesPattern(pattern: string, tag: string): boolean {
  return new RegExp(`^${patternSource(pattern)}$`).test(tag);
}

/**
 * What signatures, attestations and SBOMs of an image are tagged with, where a registry lists no referrers: the image's own
 * digest with a dash for the colon (OCI distribution specification 1.1, "Referrers Tag Schema"; cosign adds .sig, .att, .sbom).
 */
export const signatureTags = "sha256-*";

/** The digest that a signature's tag stands for; undefined for any other tag. */
export function signedDigest(tag: string): string | undefined {
  const [, hash] = /^sha256-([0-9a-f]{64})(\.[A-Za-z0-9_.-]+)?$/.exec(tag) ?? [];
  return hash === undefined ? undefined : `sha256:${hash}`;
}
