import { isExact, patternToRegex } from "../../builds/branches";
import type { Identity } from "../../model/identities";
import { isGitHub, projectName, refOf, subjectOf } from "../../identities/subject";

/** Longest subject of a token that Google accepts, in characters (reference of WorkloadIdentityPoolProvider, attributeMapping). */
export const longestSubject = 127;

/** Longest condition on the tokens of a provider, in characters (same reference, attributeCondition). */
export const longestCondition = 4096;

/** Longest expression that derives an attribute, in characters (same reference). */
export const longestExpression = 2048;

/** Most attributes that are derived from the tokens of an issuer (same reference). */
export const mostAttributes = 50;

/** A text as a literal of the Common Expression Language, which takes the escapes of JSON. */
const literal = (text: string) => JSON.stringify(text);

/**
 * Whether a token's claim `sub` is enough to know that it is for this identity: not with a pattern, which matches several subjects,
 * nor for an environment of GitLab, which its subject does not name, nor with a character that IAM does not allow in the name of a
 * principal.
 */
export function hasOneSubject(identity: Identity): boolean {
  const subject = subjectOf(identity);
  return isExact(subject) && /^[\w:/.@+-]+$/.test(subject);
}

/** Name of the attribute that says whether a token is for this identity. */
function attributeName({ name }: Identity): string {
  return name.replaceAll("-", "_");
}

/** When a token is for an identity without a single subject. */
function expression(identity: Identity): string {
  const { kind, pattern } = refOf(identity);
  if (isGitHub(identity) || kind !== "environment") {
    return `assertion.sub.matches(${literal(patternToRegex(subjectOf(identity)))})`;
  }
  // Jobs without an environment lack the claim.
  return [
    `assertion.project_path == ${literal(identity.project)}`,
    "has(assertion.environment)",
    `assertion.environment.matches(${literal(patternToRegex(pattern))})`,
  ].join(" && ");
}

/**
 * What Google derives from the tokens of an issuer: the subject, and for each identity without a single subject an attribute that is
 * `yes` for its tokens and `no` for all others, so that a pattern matches only what it says.
 */
export function attributeMapping(identities: readonly Identity[]): Record<string, string> {
  const derived = identities
    .filter((identity) => !hasOneSubject(identity))
    .map((identity) => [
      `attribute.${attributeName(identity)}`,
      `${expression(identity)} ? "yes" : "no"`,
    ]);
  return {
    "google.subject": "assertion.sub",
    ...(Object.fromEntries(derived) as Record<string, string>),
  };
}

/** Which tokens of an issuer are accepted: those of the projects that the identities name. Without it, those of everybody. */
export function attributeCondition(identities: readonly Identity[]): string {
  const projects = [...new Set(identities.map(projectName))];
  const claim = identities.some(isGitHub) ? "repository" : "project_path";
  return `assertion.${claim} in [${projects.map(literal).join(", ")}]`;
}

/**
 * An identity as IAM names it.
 * @param pool full name of its pool, `projects/NUMBER/locations/global/workloadIdentityPools/ID`
 */
export function principalOf(identity: Identity, pool: string): string {
  const host = "iam.googleapis.com";
  return hasOneSubject(identity)
    ? `principal://${host}/${pool}/subject/${subjectOf(identity)}`
    : `principalSet://${host}/${pool}/attribute.${attributeName(identity)}/yes`;
}
