import type { Build } from "../../builds/settings";
import { SourceKind, sourceOf } from "../../builds/source";

/** How CodeBuild calls each kind of source that it takes. */
export const sourceTypes: Partial<Record<SourceKind, string>> = {
  github: "GITHUB",
  gitlab: "GITLAB",
  bitbucket: "BITBUCKET",
  codecommit: "CODECOMMIT",
};

/** Hosts of source code that CodeBuild reaches by a connection of CodeConnections, and what that calls each. */
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

/** The name of a connection, of which CodeConnections takes 32 characters, so that the stack's own may lose its end. */
export function connectionName(stack: string, host: string): string {
  const end = `-${host.split(".")[0] ?? ""}`;
  return `wharf-${stack}`.slice(0, 32 - end.length) + end;
}
