import type { Repository } from "@pulumi/gcp/artifactregistry/repository";
import { RepositoryIamMember } from "@pulumi/gcp/artifactregistry/repositoryIamMember";
import type * as pulumi from "@pulumi/pulumi";
import type { IAMCustomRole } from "@pulumi/gcp/projects/iamcustomRole";
import { artifactRegistryMembers, artifactRegistryRoles } from "../access/artifact-registry";
import type { AccessArgs } from "../access/matrix";
import { Role } from "../model/access";
import { Deletion } from "../model/environment";

import { domainLocations } from "./locations";
import type { Place } from "./place";
import { heldIn, onePerRepository } from "./repository-ids";
import type { GcpDescription } from "./settings";

/** Name of the role of Artifact Registry for one of ours; undefined for deleting where nobody was to have it. */
export function roleName(
  role: Role,
  deleting: IAMCustomRole | undefined,
): pulumi.Input<string> | undefined {
  return role === Role.Delete ? deleting?.name : artifactRegistryRoles[role];
}

/** Lets one principal use one repository: a member of only that repository's policy. */
export function grantRepository(
  name: string,
  { project, location, repositoryId }: Repository,
  role: pulumi.Input<string>,
  member: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
): RepositoryIamMember {
  return new RepositoryIamMember(
    name,
    { project, location, repository: repositoryId, role, member },
    opts,
  );
}

/** A repository at a location, and the access lists that apply to it. */
interface Granted extends AccessArgs {
  /** Id of the one repository. */
  id: string;
  location: string;
}

/**
 * Lets principals use the repositories, by the names of the grants: each is one member of the repository's policy. What others
 * granted there stays.
 */
export function grantAccess(
  name: string,
  args: GcpDescription,
  { project, location }: Place,
  repositories: Record<string, Repository>,
  deleting: IAMCustomRole | undefined,
  opts: pulumi.CustomResourceOptions,
): Record<string, RepositoryIamMember> {
  const grant = ({ access, repositories: [granted], id, location }: Granted) => {
    const repository = repositories[granted?.name ?? ""];
    if (granted === undefined || repository === undefined) return [];
    // Deleting a repository deletes its policy, so that each member need not be removed by a call of its own.
    const options = args.deletion === Deletion.Force ? { ...opts, deletedWith: repository } : opts;
    return artifactRegistryMembers({ access, repositories: [granted] }).flatMap(
      ({ key, role: described, member }) => {
        const role = roleName(described, deleting);
        if (role === undefined) return [];
        const grantName = `${name}-grant-${id}-${key}`;
        const created = new RepositoryIamMember(
          grantName,
          { project, location, repository: repository.repositoryId, role, member },
          options,
        );
        return [[grantName, created] as const];
      },
    );
  };
  return Object.fromEntries([...grantedRepositories(args, location)].flatMap(grant));
}

/** Every repository with its access lists. Nobody can push to a cache or a virtual repository, so that there push means pull. */
function* grantedRepositories(
  { access, pullThroughCaches: caches, gcp, repositories }: GcpDescription,
  location: string,
): Generator<Granted> {
  const granted = onePerRepository(
    repositories.map(({ name }) => name),
    gcp,
  );
  for (const repository of repositories) {
    // Of those that share a repository the lists are the same.
    if (!granted.includes(repository.name)) continue;
    yield { access, repositories: [repository], id: heldIn(repository.name, gcp).id, location };
  }
  const pulled = { ...access, pull: [...access.pull, ...access.push], push: [] };
  for (const { name } of [...caches, ...gcp.virtualRepositories]) {
    yield { access: pulled, repositories: [{ name }], id: name, location };
  }
  for (const domain of gcp.domains) {
    yield {
      access,
      repositories: [{ name: domain }],
      id: domain,
      location: domainLocations[domain],
    };
  }
}
