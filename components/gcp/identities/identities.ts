import type * as pulumi from "@pulumi/pulumi";
import type { Repository } from "@pulumi/gcp/artifactregistry/repository";
import type { RepositoryIamMember } from "@pulumi/gcp/artifactregistry/repositoryIamMember";
import { Role } from "../../access/settings";
import { issuerUrl } from "../../identities/subject";
import type { RegistryArgs } from "../../registry";
import { principalOf } from "./conditions";
import type { IdentityPool } from "./pools";
import { grantRepository } from "../repository-grants";
import { repositoryId } from "../repository-ids";

/**
 * Lets pipelines push to and pull from the repositories that the description names for each, by the names of the grants. They use
 * Artifact Registry as themselves, without a service account in between.
 */
export function grantIdentities(
  name: string,
  { identities }: RegistryArgs,
  pools: Record<string, IdentityPool>,
  repositories: Record<string, Repository>,
  opts: pulumi.CustomResourceOptions,
): Record<string, RepositoryIamMember> {
  const grants = identities.flatMap((identity) => {
    const member = pools[issuerUrl(identity)]?.pool.name.apply((pool) =>
      principalOf(identity, pool),
    );
    const grant = (role: Role) => (described: string) => {
      const repository = repositories[described];
      if (member === undefined || repository === undefined) return [];
      const grantName = `${name}-identity-${identity.name}/${role}/${repositoryId(described)}`;
      return [[grantName, grantRepository(grantName, repository, role, member, opts)] as const];
    };
    // Who may push may pull as well.
    const pulled = identity.pull.filter((described) => !identity.push.includes(described));
    return [...identity.push.flatMap(grant(Role.Push)), ...pulled.flatMap(grant(Role.Pull))];
  });
  return Object.fromEntries(grants);
}
