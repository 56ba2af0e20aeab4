import { effectiveAccess, type AccessArgs } from "./matrix";
import type { Role } from "../model/access";

/** When a grant holds, in Google's Common Expression Language. */
export interface IamCondition {
  title: string;
  expression: string;
  description?: string;
}

/** One additive member of a repository's IAM policy. */
export interface IamMember {
  /** Name that is stable while the grant exists, and unique within the repository: the role and the member. */
  key: string;
  repository: string;
  role: string;
  member: string;
  condition?: IamCondition;
}

/** The predefined role of Artifact Registry for each of ours; each includes the one before it. */
export const artifactRegistryRoles: Record<Role, string> = {
  pull: "roles/artifactregistry.reader",
  push: "roles/artifactregistry.writer",
  admin: "roles/artifactregistry.repoAdmin",
};

/**
 * The IAM members of every repository: one for each principal, with the most that it may do.
 * @param condition when all of the grants hold; always where left out. It is not put on anonymous pulls, which cannot have one
 */
export function artifactRegistryMembers(args: AccessArgs, condition?: IamCondition): IamMember[] {
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
    ...(condition === undefined ? {} : { condition }),
  }));
  return [...anonymous, ...members];
}
