import * as pulumi from "@pulumi/pulumi";
import { ReplicationConfiguration } from "@pulumi/aws/ecr/replicationConfiguration";
import type { RegistryArgs } from "../../registry";
import type { Place } from "../place";
import { replicationRules } from "./plan";

/**
 * The replication of the registry, which an account has once in a region, so that its owner makes it. ECR copies what is pushed
 * from then on, never what is there.
 */
export function createReplication(
  name: string,
  { aws: { replication }, repositories }: RegistryArgs,
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
