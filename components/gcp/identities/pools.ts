import type { GcpDescription } from "../settings";
import { createHash } from "node:crypto";
import type { Repository } from "@pulumi/gcp/artifactregistry/repository";
import type { RepositoryIamMember } from "@pulumi/gcp/artifactregistry/repositoryIamMember";
import { WorkloadIdentityPool } from "@pulumi/gcp/iam/workloadIdentityPool";
import { WorkloadIdentityPoolProvider } from "@pulumi/gcp/iam/workloadIdentityPoolProvider";
import type { IAMCustomRole } from "@pulumi/gcp/projects/iamcustomRole";
import type * as pulumi from "@pulumi/pulumi";
import { Deletion } from "../../model/environment";
import { issuerUrl } from "../../identities/subject";
import { Role } from "../../model/access";

import { grantRepository, roleName } from "../iam-members";
import { shortened } from "../labels";
import type { Place } from "../place";
import { heldIn, onePerRepository } from "../repository-ids";
import { after, type Services } from "../services";
import { attributeCondition, attributeMapping, principalOf } from "./conditions";

/** How Google identifies a pipeline: the workload identity pool of an issuer, and the provider that reads its tokens. */
export interface IdentityPool {
  pool: WorkloadIdentityPool;
  provider: WorkloadIdentityPoolProvider;
}

const words: Record<string, string> = {
  "https://token.actions.githubusercontent.com": "github",
  "https://gitlab.com": "gitlab",
};

/** A word for an issuer, a part of the ids of its pool and provider. */
function issuerWord(url: string): string {
  return words[url] ?? `gitlab-${createHash("sha256").update(url).digest("hex").slice(0, 6)}`;
}

/** Characters that the first part of a pool's id leaves for the issuer's word: `gitlab-` and six more, of 32 in all. */
const longestPrefix = 32 - "-gitlab-012345".length;

/** First part of the ids of a stack's pools. */
export function poolPrefix({
  gcp,
  namePrefix,
}: Pick<GcpDescription, "gcp" | "namePrefix">): string {
  return gcp.identityPool ?? shortened(namePrefix, longestPrefix);
}

/**
 * A pool with one provider for each issuer, by the issuer's URL. Two issuers never share a pool: a pipeline of one could have the
 * subject of another's (cloud.google.com/iam/docs/best-practices-for-using-workload-identity-federation).
 */
export function createIdentityPools(
  name: string,
  args: GcpDescription,
  { project }: Place,
  { iam, sts }: Services,
  opts: pulumi.CustomResourceOptions,
): Record<string, IdentityPool> {
  const issuers = [...new Set(args.identities.map(issuerUrl))];
  // Google keeps the id of a deleted pool for 30 days, in which the next up could not create it; without grants a pool allows nothing.
  const kept = { ...opts, retainOnDelete: args.deletion === Deletion.Retain };
  const created = issuers.map((issuerUri) => {
    const word = issuerWord(issuerUri);
    const identities = args.identities.filter((identity) => issuerUrl(identity) === issuerUri);
    const jwksJson = args.gcp.jwks[issuerUri];
    const pool = new WorkloadIdentityPool(
      `${name}-identity-pool-${word}`,
      {
        project,
        workloadIdentityPoolId: `${poolPrefix(args)}-${word}`,
        // 32 characters at most, as for the id (reference of WorkloadIdentityPool).
        displayName: `Wharf: ${word} pipelines`,
        description: `Pipelines that use the registry of stack ${args.stack}`.slice(0, 256),
      },
      after(kept, iam, sts),
    );
    const provider = new WorkloadIdentityPoolProvider(
      `${name}-identity-provider-${word}`,
      {
        project,
        workloadIdentityPoolId: pool.workloadIdentityPoolId,
        workloadIdentityPoolProviderId: word,
        displayName: word,
        description: `Tokens of ${issuerUri}`.slice(0, 256),
        attributeMapping: attributeMapping(identities),
        attributeCondition: attributeCondition(identities),
        // Without an audience it accepts tokens that are made for its full name. Without keys Google reads those of the issuer.
        oidc: { issuerUri, ...(jwksJson === undefined ? {} : { jwksJson }) },
      },
      kept,
    );
    return [issuerUri, { pool, provider }] as const;
  });
  return Object.fromEntries(created);
}

/**
 * Lets pipelines push to, pull from and delete from the repositories that the description names for each, by the names of the grants.
 * Pipelines are principals themselves; no service account is involved.
 */
export function grantIdentities(
  name: string,
  { gcp, identities }: GcpDescription,
  pools: Record<string, IdentityPool>,
  repositories: Record<string, Repository>,
  deleting: IAMCustomRole | undefined,
  opts: pulumi.CustomResourceOptions,
): Record<string, RepositoryIamMember> {
  const grants = identities.flatMap((identity) => {
    const member = pools[issuerUrl(identity)]?.pool.name.apply((pool) =>
      principalOf(identity, pool),
    );
    const grant = (role: Role) => (described: string) => {
      const repository = repositories[described];
      const named = roleName(role, deleting);
      if (member === undefined || repository === undefined || named === undefined) return [];
      const grantName = `${name}-identity-${identity.name}/${role}/${heldIn(described, gcp).id}`;
      return [[grantName, grantRepository(grantName, repository, named, member, opts)] as const];
    };
    // Who may push may pull as well.
    const pulled = identity.pull.filter((described) => !identity.push.includes(described));
    return [
      ...onePerRepository(identity.push, gcp).flatMap(grant(Role.Push)),
      ...onePerRepository(pulled, gcp).flatMap(grant(Role.Pull)),
      ...onePerRepository(identity.delete, gcp).flatMap(grant(Role.Delete)),
    ];
  });
  return Object.fromEntries(grants);
}
