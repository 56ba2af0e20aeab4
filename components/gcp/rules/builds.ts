import type { Rule } from "../../core/rule";
import type { GcpDescription } from "../settings";
import { keyOf, removeCommand } from "../../core/messages";
import type { Problem } from "../../core/problems";

import { SourceKind } from "../../model/build-sources";
import { BuildCache } from "../../model/builds";
import { buildLocationProblems } from "../cloud-build/locations";
import { isConnected, sourcesOf } from "../cloud-build/settings";
import { connectionProblems, missingConnectionProblems } from "./connections";

/** Problems of sources that Cloud Build cannot reach. */
function sourceProblems(d: GcpDescription): Problem[] {
  return sourcesOf(d)
    .filter(({ host, kind }) => !isConnected(host) && kind !== SourceKind.CloudSource)
    .map(({ host, index }) => ({
      key: keyOf(["builds", index, "source"]),
      message: `Cloud Build cannot reach ${host}; it builds from github.com, gitlab.com, bitbucket.org and source.developers.google.com, so mirror the repository there`,
    }));
}

/** Problems of layers that are cached on the build machine. */
function layerProblems({ builds }: GcpDescription): Problem[] {
  return builds.flatMap(({ cache }, i) => {
    const path = ["builds", i, "cache"];
    if (cache.kind !== BuildCache.Local) return [];
    return [
      {
        key: keyOf(path),
        message:
          "not on gcp: workers of Cloud Build start with an empty disk; keep the layers in a registry",
        fix: removeCommand(path),
      },
    ];
  });
}

/** Rules about builds, only for Google Cloud. */
export const buildRules: Rule<GcpDescription>[] = [
  { needs: ["builds"], find: sourceProblems },
  { needs: ["builds"], find: layerProblems },
  { needs: ["builds", "gcp"], find: missingConnectionProblems },
  { needs: ["gcp"], find: connectionProblems },
  {
    needs: ["builds", "gcp"],
    // Where the provider's region is used, only `preflight` knows it.
    find: (d) => buildLocationProblems(d, d.gcp.location),
  },
];
