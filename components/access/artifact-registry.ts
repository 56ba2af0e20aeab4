import { effectiveAccess, type AccessArgs } from "./matrix";
import type { Role } from "../model/access";

/** One additive member of a repository's IAM policy. */
export interface IamMember {
  /** Name that is stable while the grant exists, and unique within the repository: the role and the member. */
  key: string;
  repository: string;
  role: string;
  member: string;
}

/** The predefined role of Artifact Registry for each of ours; each includes the one before it. */
export const artifactRegistryRoles: Record<Role, string> = {
  pull: "roles/artifactregistry.reader",
  push: "roles/artifactregistry.writer",
  admin: "roles/artifactregistry.repoAdmin",
};

/** The IAM members of every repository: one for each principal, with the most that it may do. */
export function artifactRegistryMembers(args: AccessArgs): IamMember[] {
  const anonymous = args.access.public
    ? args.repositories.map(({ name }) => ({
        key: "pull-allUsers",
        repository: name,
        role: artifactRegistryRoles.pull,
        member: "allUsers",
      }))
    : [];
  const members = effectiveAccess(args).map(({ repository, principal, role }) => ({
    key: `${role}-${principal}`,
    repository,
    role: artifactRegistryRoles[role],
    member: principal,
  }));
  return [...anonymous, ...members];
}
