import type { AwsDescription } from "./settings";
import { createHash } from "node:crypto";
import { fitting } from "../core/stack-names";

/** The alias of a stack's key: letters, digits, `/`, `_` and `-`, at most 256 (CreateAlias of the KMS API). */
export function keyAlias(namePrefix: string): string {
  const rule = { valid: /^[A-Za-z0-9/_-]+$/, longest: 250, refused: /[^A-Za-z0-9_-]/g };
  return `alias/${fitting(namePrefix, rule)}`;
}

/** Longest name of a policy of IAM ("IAM and AWS STS quotas"). */
export const longestPolicyName = 128;

/** Longest name of a role of IAM, and of a rule of EventBridge ("IAM and AWS STS quotas", PutRule of EventBridge's API). */
const longest = 64;

/**
 * The name of something that a registry has once in its account: `wharf-<stack>-<part>`. One that would be too long is cut at the
 * end of its prefix, and six digits of a hash keep two prefixes apart.
 * @param most longest name, in characters
 */
export function accountName(namePrefix: string, part: string, most = longest): string {
  const whole = `${namePrefix}-${part}`;
  if (whole.length <= most) return whole;
  // The hash is of the stack's name where the prefix is made from it.
  const hashed = namePrefix.replace(/^wharf-/, "");
  const digits = createHash("sha256").update(hashed).digest("hex").slice(0, 6);
  const room = most - "--".length - digits.length - part.length;
  return `${namePrefix.slice(0, Math.max(namePrefix.length - hashed.length, room))}-${digits}-${part}`;
}

/** Tag of every resource of a stack; its value is the stack's name. IAM policies match the stack's repositories by it. */
export const stackTag = "io.wharf.stack";

/** Tags of every resource of a stack: `wharf:labels` and Wharf's own; in a lab also the time when it expires. */
export function stackTags({
  stack,
  environment,
  expiresAt,
  labels,
}: Pick<AwsDescription, "stack" | "environment" | "expiresAt" | "labels">): Record<string, string> {
  return {
    ...labels,
    [stackTag]: stack,
    "io.wharf.environment": environment,
    ...(expiresAt !== undefined && { "io.wharf.expires-at": expiresAt }),
  };
}
