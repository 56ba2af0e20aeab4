import type { AwsDescription } from "../settings";
import { ReplicationConfiguration } from "@pulumi/aws/ecr/replicationConfiguration";
import * as pulumi from "@pulumi/pulumi";

import { createKey } from "../encryption";
import type { Place } from "../place";
import { replicaRegions, replicationRules } from "./plan";

/** ARN of the key that encrypts the replicas, by region; a region without one has ECR's own key. */
export type ReplicaKeys = ReadonlyMap<string, pulumi.Input<string>>;

/**
 * The keys of the regions of this account that images are replicated to. ECR only uses keys of its own region: each region has
 * the key that the description names, or one that the stack creates where it creates that of the registry.
 */
export function createReplicaKeys(
  name: string,
  args: AwsDescription,
  place: Place,
  opts: pulumi.CustomResourceOptions,
): ReplicaKeys {
  const keys = new Map<string, pulumi.Input<string>>();
  for (const [region, entries] of replicaRegions(args.aws.replication)) {
    const given = entries.find(({ key }) => key !== undefined)?.key;
    if (given !== undefined) keys.set(region, given);
    else if (args.encryption.key === "create") {
      const at = { ...place, region };
      keys.set(region, createKey(`${name}-replica-${region}`, args, at, opts, region).key.arn);
    }
  }
  return keys;
}

/**
 * The replication of the registry, which exists once in an account and region, so its owner creates it. ECR replicates what is
 * pushed from then on, not existing images.
 */
export function createReplication(
  name: string,
  { aws: { replication }, repositories }: AwsDescription,
  place: Place,
  opts: pulumi.CustomResourceOptions,
): ReplicationConfiguration | undefined {
  if (replication.length === 0) return undefined;
  const rules = replicationRules(replication, repositories).map(({ filters, destinations }) => ({
    destinations: destinations.map(({ region, account }) => ({
      region,
      registryId: account ?? place.accountId(),
    })),
    repositoryFilters: filters.map((filter) => ({ filter, filterType: "PREFIX_MATCH" })),
  }));
  return new ReplicationConfiguration(
    `${name}-replication`,
    { replicationConfiguration: { rules } },
    opts,
  );
}
