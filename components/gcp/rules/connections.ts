import type { GcpDescription } from "../settings";
import type { Path } from "../../core/fields";
import { keyOf, removeCommand, setCommand } from "../../core/messages";
import type { Problem } from "../../core/problems";

import { SourceKind } from "../../model/build-sources";
import {
  type ConnectedHost,
  connectedHosts,
  isConnected,
  sourcesOf,
} from "../cloud-build/settings";
import { secretVersionProblems } from "../secret-versions";

const version = (secret: string) => `projects/PROJECT/secrets/${secret}/versions/1`;

/** The keys of a connection that Wharf creates, by host, and their placeholders in a command. */
const needed: Record<ConnectedHost, Readonly<Record<string, string>>> = {
  "github.com": { installationId: "INSTALLATION", tokenSecret: version("github-token") },
  "gitlab.com": {
    tokenSecret: version("gitlab-token"),
    readTokenSecret: version("gitlab-read-token"),
    webhookSecret: version("gitlab-webhook"),
  },
  "bitbucket.org": {
    workspace: "WORKSPACE",
    tokenSecret: version("bitbucket-token"),
    readTokenSecret: version("bitbucket-read-token"),
    webhookSecret: version("bitbucket-webhook"),
  },
};

const pathOf = (host: string, ...parts: string[]): Path => [
  "gcp",
  "builds",
  "connections",
  host,
  ...parts,
];

/** The problem of each host of a source without a connection, once, at the first such build. */
export function missingConnectionProblems(d: GcpDescription): Problem[] {
  const { connections, location } = d.gcp.builds;
  const missing = sourcesOf(d).filter(
    ({ host, kind }) =>
      kind !== SourceKind.CloudSource && isConnected(host) && connections[host] === undefined,
  );
  const first = new Map([...missing].reverse().map((source) => [source.host, source]));
  return [...first.values()].flatMap(({ host, index }) => {
    if (!isConnected(host)) return [];
    const region = location ?? d.gcp.location ?? "REGION";
    return [
      {
        key: keyOf(["builds", index, "source"]),
        message: `Cloud Build reaches ${host} by a connection, and ${keyOf(["gcp", "builds", "connections"])} has none for it${host === "github.com" ? "; somebody who may install GitHub apps authorises it, once" : ""}`,
        // A connection to GitHub is authorised in a browser; the others only need tokens.
        fix:
          host === "github.com"
            ? `gcloud builds connections create github wharf --region ${region} && ${setCommand(pathOf(host, "existing"), "wharf")}`
            : setCommands(host, Object.keys(needed[host])),
      },
    ];
  });
}

/** Problems of connections with missing keys, with extra keys, or with a secret in place of its version. */
export function connectionProblems({ gcp }: Pick<GcpDescription, "gcp">): Problem[] {
  return connectedHosts.flatMap((host) => {
    const settings: Record<string, unknown> | undefined = gcp.builds.connections[host];
    if (settings === undefined) return [];
    const all = Object.keys(needed[host]);
    const given = all.filter((key) => settings[key] !== undefined);
    const other = ["existing", "firstGeneration"].find((key) => settings[key]);
    if (other !== undefined) return otherProblems(host, other, settings, given);
    const lacking = all.filter((key) => settings[key] === undefined);
    if (lacking.length > 0) {
      return [
        {
          key: keyOf(pathOf(host)),
          message: `lacks ${lacking.join(", ")}, which a new connection needs; or name an existing connection in existing`,
          fix: setCommands(host, lacking),
        },
      ];
    }
    return given
      .filter((key) => key.endsWith("ecret"))
      .flatMap((key) =>
        secretVersionProblems(
          settings[key] as string,
          pathOf(host, key),
          needed[host][key]?.split("/")[3] ?? key,
        ),
      );
  });
}

/** The commands that set the missing keys of a connection. */
function setCommands(host: ConnectedHost, keys: readonly string[]): string {
  return keys.map((key) => setCommand(pathOf(host, key), needed[host][key] ?? "")).join(" && ");
}

/** Problems of keys beside one that replaces all others. */
function otherProblems(
  host: ConnectedHost,
  chosen: string,
  settings: Record<string, unknown>,
  given: readonly string[],
): Problem[] {
  const beside = [
    ...given,
    ...(settings.firstGeneration && chosen === "existing" ? ["firstGeneration"] : []),
  ];
  return beside.map((key) => ({
    key: keyOf(pathOf(host, key)),
    message: `is set beside ${chosen}, which replaces all other keys`,
    fix: removeCommand(pathOf(host, key)),
  }));
}
