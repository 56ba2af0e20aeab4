/**
 * A branch or tag with `*` for any text as an anchored regular expression, in the syntax that CodeBuild's webhook filters (Java),
 * Cloud Build's triggers (RE2) and GitLab's rules (RE2) share.
 *
 * @param prefix text before it, for example `refs/heads/`. Defaults to none.
 */
export function patternToRegex(pattern: string, prefix = ""): string {
  return `^${escaped(prefix)}${pattern.split("*").map(escaped).join(".*")}$`;
}

/** Whether a pattern names one branch or tag, so that a build can be started without an event that says which. */
export function isExact(pattern: string): boolean {
  return !pattern.includes("*");
}

/** A pattern as a filter of GitHub Actions ("Workflow syntax", filter pattern cheat sheet), where one * stops at a slash. */
export function gitHubPattern(pattern: string): string {
  return pattern.replace(/\*+/g, "**").replace(/[+!]/g, "\\$&");
}

/** A pattern as a glob of Bitbucket Pipelines, where one * stops at a slash. */
export function bitbucketPattern(pattern: string): string {
  return pattern.replace(/\*+/g, "**");
}

/** A pattern as a regular expression in a rule of GitLab CI, which ends at a slash. */
export function gitLabPattern(pattern: string): string {
  return `/${patternToRegex(pattern).replaceAll("/", "\\/")}/`;
}

function escaped(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
}
