import type { Rule } from "../../core/rule";
import type { GcpDescription } from "../settings";
import { keyOf, removeCommand } from "../../core/messages";
import type { Problem } from "../../core/problems";

import { SourceKind } from "../../model/build-sources";
import { BuildCache } from "../../model/builds";
import { buildLocationProblems } from "../cloud-build/locations";
import { isConnected, sourcesOf } from "../cloud-build/settings";
import { connectionProblems, missingConnectionProblems } from "./connections";

/** Problems of sources that Cloud Build does not reach. */
function sourceProblems(d: GcpDescription): Problem[] {
  return sourcesOf(d)
    .filter(({ host, kind }) => !isConnected(host) && kind !== SourceKind.CloudSource)
    .map(({ host, index }) => ({
      key: keyOf(["builds", index, "source"]),
      message: `Cloud Build does not reach ${host}; it builds from github.com, gitlab.com, bitbucket.org and source.developers.google.com, so mirror the repository there`,
    }));
}

/** Problems of layers that are to wait on the machine that builds. */
function layerProblems({ builds }: GcpDescription): Problem[] {
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
export const buildRules: Rule<GcpDescription>[] = [
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
