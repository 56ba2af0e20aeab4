import type { Costs } from "../cost/estimate";
import type { GcpDescription } from "./settings";
import { cacheSecrets, type CostItem, dollars, item, standing, used } from "../cost/lines";
import { assumedRegion, type Price, gcpPrices as prices } from "../cost/prices";
import { count, freeQuantity, growth, scans } from "../cost/warnings";

import { createdKey } from "./encryption-key";
import { repositoryLocations } from "./rules/repositories";
import { scansAny } from "./scanning";

/** What a registry on Google Cloud costs. */
export const gcpCosts: Costs<GcpDescription> = { items, warnings, region: assumedRegion.gcp };

/** Region that is assumed where the provider's region is used. */
const assumedLocation = "us-central1";

/** What Google Cloud charges for. Repositories, grants and cleanup are free. */
function items(args: GcpDescription): CostItem[] {
  const { builds, gcp, usage } = args;
  const keys = keyCount(args);
  const secrets = cacheSecrets(args);
  return [
    ...item(
      "Artifact Registry repositories",
      used("Storage", prices.storage, usage.storedGb),
      used("Pulls from other regions", regionalTransfer(gcp.location), usage.pulledGb.otherRegions),
      used("Pulls over the internet", prices.internet, usage.pulledGb.internet),
    ),
    ...item(
      "Artifact Analysis",
      scansAny(args) && used("Scanned digests", prices.scan, usage.newImages),
    ),
    ...item(
      "KMS keys",
      keys > 0 && standing("Key versions", prices.keyVersion, keys),
      keys > 0 && used("Operations", prices.keyOperations),
    ),
    ...item(
      "Secrets of the caches",
      secrets > 0 && standing("Secret Manager versions", prices.secretVersion, secrets),
    ),
    ...item(
      "Cloud Build",
      builds.length > 0 &&
        gcp.builds.workerPool === undefined &&
        used("Builds", prices.buildMinute, usage.buildMinutes),
    ),
  ];
}

/** Keys that the stack creates: one in each location, with one version at first. */
function keyCount({ encryption, gcp }: GcpDescription): number {
  if (encryption.key !== createdKey) return 0;
  return repositoryLocations(gcp.location ?? assumedLocation, gcp.domains).length;
}

/** The price of pulls from other regions of the same continent; between continents where the continent has only one region. */
function regionalTransfer(location = assumedLocation): Price {
  const continents: [RegExp, Price][] = [
    [/^(us|northamerica)/, prices.otherRegions],
    [/^europe/, prices.otherRegionsOfEurope],
    [/^asia/, prices.otherRegionsOfAsia],
  ];
  return continents.find(([start]) => start.test(location))?.[1] ?? prices.otherContinents;
}

/** What may cost more on Google Cloud than expected. */
function warnings(args: GcpDescription): string[] {
  const { builds, gcp, usage } = args;
  return [
    `Artifact Registry charges ${dollars(prices.storage.dollars)} for each GB and month beyond the first ${prices.storage.free} GB, which all projects of the billing account share.`,
    ...freeQuantity(
      `${count(usage.storedGb)} GB of images`,
      usage.storedGb,
      prices.storage,
      "a billing account",
    ),
    ...(scansAny(args)
      ? [
          `Scanning costs ${dollars(prices.scan.dollars)} for each new digest. The Container Scanning API also scans other repositories of the project that do not disable it.`,
          ...scans(args, prices.scan),
        ]
      : []),
    ...(keyCount(args) > 0
      ? [
          `A key costs ${dollars(prices.keyVersion.dollars)} for each version and month, and each rotation adds a version.`,
        ]
      : []),
    ...(builds.length > 0 && gcp.builds.workerPool !== undefined
      ? [
          `The workers of ${gcp.builds.workerPool} are billed by machine type and are not part of the estimate.`,
        ]
      : []),
    ...(builds.length > 0 && gcp.builds.workerPool === undefined
      ? freeQuantity(
          `${count(usage.buildMinutes)} minutes of builds`,
          usage.buildMinutes,
          prices.buildMinute,
          "a billing account",
        )
      : []),
    ...growth(args, prices.storage),
  ];
}
