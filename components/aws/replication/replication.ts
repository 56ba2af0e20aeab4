import type { AwsDescription } from "../settings";
import { ReplicationConfiguration } from "@pulumi/aws/ecr/replicationConfiguration";
import * as pulumi from "@pulumi/pulumi";

import { createKey } from "../encryption";
import type { Place } from "../place";
import { replicaRegions, replicationRules } from "./plan";

/** ARN of the key that encrypts the copies, by region; a region without one has ECR's own. */
export type ReplicaKeys = ReadonlyMap<string, pulumi.Input<string>>;

/**
 * The keys of the regions of this account that images are copied to: ECR takes keys of its own region alone, so that each has the
 * one that the description names, or one of the stack's where the stack made that of the registry.
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
 * The replication of the registry, which an account has once in a region, so that its owner makes it. ECR copies what is pushed
 * from then on, never what is there.
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
