import { BuildCache } from "../../builds/settings";
import { SourceKind } from "../../builds/source";
import { keyOf, removeCommand } from "../../description/messages";
import type { Problem } from "../../description/problems";
import type { Rule } from "../../description/rules";
import type { Parsed } from "../../description/schema";
import { connectionProblems, missingConnectionProblems } from "./connection-rules";
import { buildLocationProblems } from "./locations";
import { isConnected } from "./settings";
import { sourcesOf } from "./described-sources";

/** Problems of sources that Cloud Build does not reach. */
function sourceProblems(d: Parsed): Problem[] {
  return sourcesOf(d)
    .filter(({ host, kind }) => !isConnected(host) && kind !== SourceKind.CloudSource)
    .map(({ host, index }) => ({
      key: keyOf(["builds", index, "source"]),
      message: `Cloud Build does not reach ${host}; it builds from github.com, gitlab.com, bitbucket.org and source.developers.google.com, so mirror the repository there`,
    }));
}

/** Problems of layers that are to wait on the machine that builds. */
function layerProblems({ builds }: Parsed): Problem[] {
  return builds.flatMap(({ cache }, i) => {
    const path = ["builds", i, "cache"];
    if (cache.kind !== BuildCache.Local) return [];
    return [
      {
        key: keyOf(path),
        message:
          "not on gcp: the workers of Cloud Build begin with nothing on their disks; keep the layers in a registry",
        fix: removeCommand(path),
      },
    ];
  });
}

/** Rules about builds that hold on Google Cloud alone. */
export const buildRules: Rule[] = [
  { needs: ["builds"], find: sourceProblems },
  { needs: ["builds"], find: layerProblems },
  { needs: ["builds", "gcp"], find: missingConnectionProblems },
  { needs: ["gcp"], find: connectionProblems },
  {
    needs: ["builds", "gcp"],
    // Where the provider's region decides, it is known to `preflight` alone.
    find: (d) => buildLocationProblems(d, d.gcp.location),
  },
];
