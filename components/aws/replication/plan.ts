import type { EcrPlace } from "../../access/ecr";
import { type Role, roles } from "../../model/access";
import type { Repository } from "../../model/repositories";
import type { Retention } from "../../model/retention";
import type { AwsDescription, Replication } from "../settings";

/** The statement of a registry's policy that lets other accounts replicate into it. */
export function replicationStatement(
  { partition, region, account }: EcrPlace,
  from: readonly string[],
) {
  return {
    Sid: "Replicate",
    Effect: "Allow",
    Principal: { AWS: from.map((id) => `arn:${partition}:iam::${id}:root`) },
    Action: ["ecr:CreateRepository", "ecr:ReplicateImage"],
    Resource: `arn:${partition}:ecr:${region}:${account}:repository/*`,
  };
}

/** The whole policy of a registry in another account that lets one account replicate into it, as JSON. */
export function registryPolicyFor(place: EcrPlace, from: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [replicationStatement(place, [from])],
  });
}

/** Limits of ECR ("Private image replication" of its user guide, and the service model of its API for the filters). */
export const replicationLimits = { rules: 10, destinations: 25, filters: 100 } as const;

/** A rule of ECR's replication: repositories whose names begin with one of the filters are replicated to every destination. */
export interface ReplicationRule {
  filters: string[];
  destinations: Pick<Replication, "region" | "account">[];
}

/** The prefixes that an entry replicates. */
export function replicatedPrefixes(
  { repositories }: Pick<Replication, "repositories">,
  described: readonly { name: string }[],
): string[] {
  const prefixes = repositories.length > 0 ? repositories : described.map(({ name }) => name);
  return [...new Set(prefixes)].toSorted();
}

/** The rules of a description: entries with the same repositories share one. */
export function replicationRules(
  replication: readonly Replication[],
  described: readonly { name: string }[],
): ReplicationRule[] {
  const rules = new Map<string, ReplicationRule>();
  for (const entry of replication) {
    const filters = replicatedPrefixes(entry, described);
    const key = filters.join(" ");
    const rule = rules.get(key) ?? { filters, destinations: [] };
    const { region, account } = entry;
    rule.destinations.push({ region, ...(account !== undefined && { account }) });
    rules.set(key, rule);
  }
  return [...rules.values()];
}

/** A path below which a destination creates repositories, and the repositories of the description with that path. */
export interface ReplicaPath<Described> {
  /** The path as a creation template has it: `shop`, or ROOT. */
  prefix: string;
  repositories: Described[];
}

/**
 * The paths for which a destination needs a template. A template is for what lies below its path and never for a repository of
 * that very name ("There is always an assumed / applied to the end of the prefix", CreateRepositoryCreationTemplate), so that
 * `shop/api` needs that of `shop`, and `app` that of all others.
 */
export function replicaPaths<Described extends { name: string }>(
  entries: readonly Replication[],
  described: readonly Described[],
): ReplicaPath<Described>[] {
  const paths = new Map<string, Described[]>();
  const at = (prefix: string) => {
    const known = paths.get(prefix) ?? [];
    paths.set(prefix, known);
    return known;
  };
  for (const prefix of entries.flatMap((entry) => replicatedPrefixes(entry, described))) {
    const matching = described.filter(({ name }) => name.startsWith(prefix));
    for (const repository of matching) {
      const slash = repository.name.lastIndexOf("/");
      const siblings = at(slash < 0 ? "ROOT" : repository.name.slice(0, slash));
      if (!siblings.includes(repository)) siblings.push(repository);
    }
    // A path holds what others push there as well, of which the description knows nothing.
    if (prefix.endsWith("/") || matching.length === 0) at(prefix.replace(/\/$/, ""));
  }
  return [...paths].map(([prefix, repositories]) => ({ prefix, repositories }));
}

/** What a template can give a repository. */
type Templated = Pick<Repository, "immutableTags" | "retention" | Role>;

/**
 * The repository whose settings all of a path have; undefined where two differ, since a path has one template, and where there is
 * none.
 */
export function likeAll<Described extends Templated>(
  repositories: readonly Described[],
): Described | undefined {
  const settings = ({ immutableTags, retention, ...lists }: Templated) =>
    JSON.stringify([immutableTags, retention, ...roles.map((role) => lists[role])]);
  return new Set(repositories.map(settings)).size === 1 ? repositories[0] : undefined;
}

/** Regions of the stack's own account that images are replicated to, each with its entries. */
export function replicaRegions(
  replication: readonly Replication[],
): ReadonlyMap<string, Replication[]> {
  const regions = new Map<string, Replication[]>();
  for (const entry of replication) {
    if (entry.account !== undefined) continue;
    regions.set(entry.region, [...(regions.get(entry.region) ?? []), entry]);
  }
  return regions;
}

/** Whether a region gets a template for replicas whose name has no slash. */
export function hasRootTemplate(entries: readonly Replication[]): boolean {
  return entries.some(({ rootTemplate }) => rootTemplate);
}

/** The paths of a region that get a template; that of all others, ROOT, only where it is asked for. */
export function templatedPaths<Described extends { name: string }>(
  entries: readonly Replication[],
  described: readonly Described[],
): ReplicaPath<Described>[] {
  return replicaPaths(entries, described).filter(
    ({ prefix }) => prefix !== "ROOT" || hasRootTemplate(entries),
  );
}

/**
 * The retention of replicas. Nobody pulls them until they are needed, so that archiving by the last pull would archive all of them; and
 * where the originals are only deleted from the archive, replicas are kept.
 */
export function replicaRetention({ archiveAfterDays, ...retention }: Retention): Retention {
  if (archiveAfterDays === undefined) return retention;
  return { ...retention, expireAfterDays: undefined };
}

/** The description for replicas of a region, with that region's VPC in place of the registry's own. */
export function inReplicaRegion<D extends Pick<AwsDescription, "aws">>(args: D, region: string): D {
  const { network, replication } = args.aws;
  const entries = replicaRegions(replication).get(region) ?? [];
  const vpcId = entries.find((entry) => entry.vpcId !== undefined)?.vpcId;
  const limitToVpc = network.limitToVpc && vpcId !== undefined;
  return { ...args, aws: { ...args.aws, network: { ...network, vpcId, limitToVpc } } };
}

/** Repositories of a region that an identity may pull replicas from; `*` for every one of the stack. */
export interface ReplicaGrant {
  region: string;
  repositories: string[];
}

/** Where an identity pulls replicas of the repositories that it has a grant for. */
export function replicaGrants(
  replication: readonly Replication[],
  granted: readonly string[],
): ReplicaGrant[] {
  return [...replicaRegions(replication)].flatMap(([region, entries]) => {
    const repositories = granted.includes("*")
      ? ["*"]
      : granted.filter((name) =>
          entries.some(
            ({ repositories: prefixes }) =>
              prefixes.length === 0 || prefixes.some((prefix) => name.startsWith(prefix)),
          ),
        );
    return repositories.length === 0 ? [] : [{ region, repositories }];
  });
}
