import type * as pulumi from "@pulumi/pulumi";
import type { Repository } from "@pulumi/gcp/artifactregistry/repository";
import { RepositoryIamMember } from "@pulumi/gcp/artifactregistry/repositoryIamMember";
import { artifactRegistryRoles } from "../access/artifact-registry";
import type { Role } from "../access/settings";

/** Lets one principal use one repository: a member of that repository's policy, and of nothing else. */
export function grantRepository(
  name: string,
  { project, location, repositoryId }: Repository,
  role: Role,
  member: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
): RepositoryIamMember {
  return new RepositoryIamMember(
    name,
    { project, location, repository: repositoryId, role: artifactRegistryRoles[role], member },
    opts,
  );
}
