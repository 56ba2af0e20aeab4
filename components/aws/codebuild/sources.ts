import type { EcrPlace } from "../../access/ecr";
import { isExact, patternToRegex } from "../../builds/branches";
import { SourceKind, sourceOf } from "../../model/build-sources";
import type { Build } from "../../model/builds";
import { nameOf } from "../names";

/** CodeBuild's name of each kind of source. */
export const sourceTypes: Partial<Record<SourceKind, string>> = {
  github: "GITHUB",
  gitlab: "GITLAB",
  bitbucket: "BITBUCKET",
  codecommit: "CODECOMMIT",
};

/** Hosts of source code that CodeBuild reaches by a connection, and their names in CodeConnections. */
export const connectionProviders: Readonly<Record<string, string>> = {
  "github.com": "GitHub",
  "gitlab.com": "GitLab",
  "bitbucket.org": "Bitbucket",
};

/** The host that the source code of a build is on, where CodeBuild needs a connection to it. */
export function connectedHost({ source }: Pick<Build, "source">): string | undefined {
  const host = sourceOf(source)?.host ?? "";
  return host in connectionProviders ? host : undefined;
}

/** Hosts that builds need a connection to, each once. */
export function connectedHosts(builds: readonly Pick<Build, "source">[]): string[] {
  return [...new Set(builds.map(connectedHost).filter((host) => host !== undefined))];
}

/** The name of a connection that the stack creates. */
export function connectionName(namePrefix: string, host: string): string {
  return nameOf("connection", namePrefix, host.split(".")[0]);
}

/** A filter of a webhook of CodeBuild. An event must match all filters of a group. */
interface WebhookFilter {
  type: "EVENT" | "HEAD_REF" | "FILE_PATH";
  pattern: string;
}

/**
 * The pushes that start a build: to the branch or tag, and of a file in the paths, where the build has some. Pull requests start
 * none, so that no fork is built with the build's role.
 */
export function webhookFilters({ branch, tag, paths }: Build): WebhookFilter[] {
  return [
    { type: "EVENT", pattern: "PUSH" },
    {
      type: "HEAD_REF",
      pattern:
        tag === undefined
          ? patternToRegex(branch ?? "", "refs/heads/")
          : patternToRegex(tag, "refs/tags/"),
    },
    ...(paths.length === 0
      ? []
      : [{ type: "FILE_PATH" as const, pattern: `^(${paths.map(pathRegex).join("|")})$` }]),
  ];
}

/** A path with `*` for any text without slashes and `**` for any with them as a regular expression, not anchored. */
function pathRegex(path: string): string {
  return path
    .split(/(\*\*\/|\*\*|\*|\?)/)
    .map((part) => {
      if (part === "**/") return "(.*/)?";
      if (part === "**") return ".*";
      if (part === "*") return "[^/]*";
      if (part === "?") return "[^/]";
      return part.replace(/[.+^${}()|[\]\\]/g, "\\$&");
    })
    .join("");
}

/** The event of a push to CodeCommit that starts a build, as EventBridge's pattern. */
export function codeCommitPattern(
  { source, branch, tag }: Build,
  { partition, region, account }: EcrPlace,
): string {
  const pattern = tag ?? branch ?? "";
  const { path = "" } = sourceOf(source) ?? {};
  return JSON.stringify({
    source: ["aws.codecommit"],
    "detail-type": ["CodeCommit Repository State Change"],
    resources: [`arn:${partition}:codecommit:${region}:${account}:${path}`],
    detail: {
      event: ["referenceCreated", "referenceUpdated"],
      referenceType: [tag === undefined ? "branch" : "tag"],
      referenceName: [isExact(pattern) ? pattern : { wildcard: pattern }],
    },
  });
}
