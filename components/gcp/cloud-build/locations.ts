import { unknownName } from "../../core/names";
import type { GcpDescription } from "../settings";
import { keyOf, removeCommand, setCommand } from "../../core/messages";
import type { Problem } from "../../core/problems";
import { SourceKind } from "../../model/build-sources";

import { isMultiRegion, isRegion, locations } from "../locations";
import { globalLocation, sourcesOf } from "./settings";

/** What of a description decides where its builds run. */
interface BuildsAndPlace {
  builds: readonly { source: string; schedule?: string | undefined }[];
  gcp: Pick<GcpDescription["gcp"], "builds">;
}

const path = ["gcp", "builds", "location"];

/**
 * Problems of where builds run: Cloud Build has regions and `global`, its connections only regions, and trigger, connection and
 * private pool must be in the same one (cloud.google.com/build/docs/locations).
 * @param registry location of the repositories, the default for the builds; undefined while unknown
 */
export function buildLocationProblems(d: BuildsAndPlace, registry: string | undefined): Problem[] {
  const named = d.gcp.builds.location;
  const location = named ?? registry;
  if (d.builds.length === 0 || location === undefined) return [];
  if (isMultiRegion(location)) {
    return [
      {
        key: keyOf(path),
        message: `${named === undefined ? "is not set, and " : ""}"${location}" is a location of repositories, but not a region of Cloud Build; name a region`,
        fix: setCommand(path, regionIn[location] ?? "europe-west1"),
      },
    ];
  }
  if (location === globalLocation) return globalProblems(d);
  return [...unknownRegionProblems(named), ...poolProblems(d, location)];
}

/** A region of each multi-region, for a command that names one. */
const regionIn: Record<string, string> = {
  asia: "asia-northeast1",
  europe: "europe-west1",
  us: "us-central1",
};

/** The problem of what is not a region. */
function unknownRegionProblems(location: string | undefined): Problem[] {
  if (location === undefined || isRegion(location)) return [];
  const regions = locations.filter((one) => !isMultiRegion(one));
  return unknownName(path, location, regions, {
    predicate: "is not a region of Cloud Build",
    ending: ", such as europe-west3",
  });
}

/** Problems of builds that need a region. */
function globalProblems(d: BuildsAndPlace): Problem[] {
  const { connections, workerPool } = d.gcp.builds;
  const firstGeneration = connections["github.com"]?.firstGeneration === true;
  const connected = sourcesOf(d).find(
    ({ kind }) =>
      kind !== SourceKind.CloudSource && !(kind === SourceKind.GitHub && firstGeneration),
  );
  const scheduled = d.builds.findIndex(({ schedule }) => schedule !== undefined);
  const reason =
    connected !== undefined
      ? `the connection to ${connected.host} for ${keyOf(["builds", connected.index])} is of the second generation, which exists only in regions`
      : workerPool !== undefined
        ? "a private pool is in a region"
        : scheduled >= 0
          ? `Cloud Scheduler, which starts ${keyOf(["builds", scheduled])}, runs only in regions`
          : undefined;
  if (reason === undefined) return [];
  return [
    {
      key: keyOf(path),
      message: `"global" is not a region, and ${reason}; name one, or leave it out to use that of the repositories`,
      fix: removeCommand(path),
    },
  ];
}

/** The problem of a private pool in another region than the triggers. */
function poolProblems({ gcp }: BuildsAndPlace, location: string): Problem[] {
  const { workerPool } = gcp.builds;
  const [, , , region] = workerPool?.split("/") ?? [];
  if (region === undefined || region === location) return [];
  return [
    {
      key: keyOf(["gcp", "builds", "workerPool"]),
      message: `the private pool is in ${region}, and the builds are in ${location}; Cloud Build accepts only a pool in its own region`,
      fix: setCommand(path, region),
    },
  ];
}
