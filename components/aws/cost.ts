import type { Costs } from "../cost/estimate";
import type { AwsDescription } from "./settings";
import { cacheSecrets, type CostItem, dollars, item, standing, used } from "../cost/lines";
import { assumedRegion, hoursOfMonth, type Price, awsPrices as prices } from "../cost/prices";
import { count, freeQuantity, growth, scans } from "../cost/warnings";

import { ComputeType } from "./codebuild/settings";
import { ScanType } from "./private-registry-settings";
import { replicaRegions } from "./replication/plan";

/** What a registry on AWS costs. */
export const awsCosts: Costs<AwsDescription> = { items, warnings, region: assumedRegion.aws };

/** Interface endpoints that ECR needs: one for its API, one for images. */
const interfaceEndpoints = 2;
/** Prices of CodeBuild's compute types, as far as their sources have them. */
const buildMinute: Partial<Record<ComputeType, Price>> = {
  [ComputeType.Small]: prices.smallBuildMinute,
  [ComputeType.Medium]: prices.mediumBuildMinute,
  [ComputeType.Large]: prices.largeBuildMinute,
};
/** ECR's free storage in the first year of accounts from before 2025-07-15, in GB. */
const firstYearGb = 0.5;

/** What AWS charges for. Repositories, policies, roles, rules and basic scans are free, and so are the first 100,000 messages of SNS by https and 1,000 by email. */
function items(args: AwsDescription): CostItem[] {
  const { aws, builds, usage } = args;
  const { network, publicRepositories, scanning } = aws;
  const zones = network.vpcId === undefined ? 0 : network.subnetIds.length;
  const secrets = cacheSecrets(args);
  // What another account stores is on its own bill.
  const copies = replicaRegions(aws.replication).size;
  const keys = keyCount(args);
  const minute = buildMinute[aws.builds.computeType];
  return [
    ...item(
      "ECR repositories",
      used("Storage", prices.storage, usage.storedGb),
      used("Pulls from other regions", prices.otherRegions, usage.pulledGb.otherRegions),
      used("Pulls over the internet", prices.internet, usage.pulledGb.internet),
    ),
    ...item(
      "ECR replication",
      copies > 0 && used("Storage of the replicas", prices.storage, usage.storedGb * copies),
      aws.replication.length > 0 && used("Transfer of what is pushed", prices.otherRegions),
    ),
    ...item(
      "ECR public repositories",
      publicRepositories.length > 0 && used("Storage", prices.publicStorage),
    ),
    ...item(
      "Inspector",
      scansWithInspector(args) && used("First scans", prices.firstScan, usage.newImages),
      scansWithInspector(args) && scanning.continuous && used("Rescans", prices.rescan),
    ),
    ...item(
      "KMS keys",
      keys > 0 && standing("Keys", prices.key, keys),
      keys > 0 && used("Requests", prices.keyRequests),
    ),
    ...item(
      "Secrets of the caches",
      secrets > 0 && standing("Secrets Manager", prices.secret, secrets),
    ),
    ...item(
      "CodeBuild",
      builds.length > 0 && minute !== undefined && used("Builds", minute, usage.buildMinutes),
      builds.length > 0 && used("Logs", prices.logs),
    ),
    ...item(
      "VPC endpoints",
      zones > 0 &&
        standing("Hours", prices.endpointHour, interfaceEndpoints * zones * hoursOfMonth),
      // Layers come from S3, free of charge by its gateway endpoint.
      zones > 0 && used("Data", prices.endpointData),
    ),
  ];
}

/** Keys that the stack creates: that of the registry, one in each region of this account without a key, and that of the topic. */
function keyCount({ aws, encryption }: AwsDescription): number {
  const topics = aws.events === undefined ? 0 : 1;
  if (encryption.key !== "create") return topics;
  const replicas = [...replicaRegions(aws.replication).values()];
  const withoutKey = replicas.filter((entries) => entries.every(({ key }) => key === undefined));
  return topics + 1 + withoutKey.length;
}

function scansWithInspector({ aws, repositories }: AwsDescription): boolean {
  return aws.scanning.type === ScanType.Enhanced && repositories.some(({ scan }) => scan.onPush);
}

/** What may cost more on AWS than expected. */
function warnings(args: AwsDescription): string[] {
  const { aws, builds, usage } = args;
  const minute = buildMinute[aws.builds.computeType];
  const { otherRegions } = usage.pulledGb;
  const transfer = otherRegions * prices.otherRegions.dollars;
  return [
    ...(usage.storedGb >= 0.8 * firstYearGb
      ? [
          `${count(usage.storedGb)} GB of images are ${Math.round((usage.storedGb / firstYearGb) * 100)} % of the 500 MB that accounts from before 2025-07-15 have free of charge in their first year; newer accounts have credits instead. The estimate includes neither.`,
        ]
      : []),
    ...(scansWithInspector(args) ? scans(args, prices.firstScan) : []),
    ...(builds.length > 0 && minute?.free !== undefined
      ? freeQuantity(
          `${count(usage.buildMinutes)} minutes of builds`,
          usage.buildMinutes,
          minute,
          "an account",
        )
      : []),
    ...(builds.length > 0 && minute === undefined
      ? [
          `Builds on ${aws.builds.computeType} are billed by the minute, and are not in the estimate.`,
        ]
      : []),
    ...(keyCount(args) > 0
      ? [
          `A key costs ${dollars(prices.key.dollars)} more a month after its first rotation, and again after its second.`,
        ]
      : []),
    ...(transfer > usage.storedGb * prices.storage.dollars
      ? [
          `Pulls from other regions cost ${dollars(transfer)} a month, more than the storage of a replica there.`,
        ]
      : []),
    ...growth(args, prices.storage),
  ];
}
