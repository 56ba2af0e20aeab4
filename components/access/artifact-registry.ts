import { effectiveAccess, grantLists, type AccessArgs } from "./matrix";
import { Role } from "../model/access";

/** One additive member of a repository's IAM policy. */
export interface IamMember {
  /** Name that is stable while the grant exists, and unique within the repository: the role and the member. */
  key: string;
  repository: string;
  role: Role;
  member: string;
}

/** The predefined role of Artifact Registry for each of ours that has one. */
export const artifactRegistryRoles: Record<Exclude<Role, "delete">, string> = {
  pull: "roles/artifactregistry.reader",
  push: "roles/artifactregistry.writer",
  admin: "roles/artifactregistry.repoAdmin",
};

/**
 * Permissions for deleting images by tag or digest, and no more. Of the predefined roles only those have them that may push as well
 * ("Artifact Registry roles and permissions", repoAdmin and admin), so that a custom role gets them.
 */
export const deletingPermissions = [
  "artifactregistry.repositories.deleteArtifacts",
  "artifactregistry.tags.delete",
  "artifactregistry.versions.delete",
] as const;

/** Whether somebody is named for only deleting, so that the custom role is needed. */
export function grantsDeleting({
  identities,
  ...args
}: AccessArgs & { identities: readonly { delete: readonly string[] }[] }): boolean {
  return (
    grantLists(args).some(({ role, principals }) => role === "delete" && principals.length > 0) ||
    identities.some((identity) => identity.delete.length > 0)
  );
}

/** The IAM members of every repository: those for each principal, none with what another of them includes. */
export function artifactRegistryMembers(args: AccessArgs): IamMember[] {
  const anonymous = args.access.public
    ? args.repositories.map(({ name }) => ({
        key: "pull-allUsers",
        repository: name,
        role: Role.Pull,
        member: "allUsers",
      }))
    : [];
  const members = effectiveAccess(args).map(({ repository, principal, role }) => ({
    key: `${role}-${principal}`,
    repository,
    role,
    member: principal,
  }));
  return [...anonymous, ...members];
}
