import type * as pulumi from "@pulumi/pulumi";
import { RoleAssignment } from "@pulumi/azure-native/authorization/roleAssignment";
import {
  abacRoles,
  legacyRoles,
  repositoryCondition,
  RoleAssignmentMode,
  type AcrRole,
} from "../access/acr";
import type { Role } from "../access/settings";
import type { Home } from "./place";
import { roleDefinitionId } from "./roles";

/** What an identity of the stack may do with some repositories, or with all where none is named. */
export interface Right {
  role: Extract<Role, "pull" | "push">;
  repositories: readonly string[];
}

/** A right as the registry's mode of role assignments says it. */
export interface RightOfMode {
  /** The right's own word, by which the assignment is named. */
  key: Right["role"];
  role: AcrRole;
  /** Expression that limits the role to repositories; the whole registry where left out. */
  condition?: string;
  conditionVersion?: "2.0";
}

/**
 * A right's role, and its condition where repositories are named. A registry in the mode LegacyRegistryPermissions reads no
 * condition: its role holds for all repositories, and the rules refuse a description that wants less.
 */
function rightOfMode({ role, repositories }: Right, mode: RoleAssignmentMode): RightOfMode {
  if (mode === RoleAssignmentMode.Legacy) {
    // Neither pulling nor pushing takes more than one role.
    return { key: role, role: legacyRoles[role][0] as AcrRole };
  }
  return {
    key: role,
    role: abacRoles[role],
    ...(repositories.length > 0 && {
      condition: repositoryCondition(role, [...new Set(repositories)].sort()),
      conditionVersion: "2.0" as const,
    }),
  };
}

/** The rights of who pulls from some repositories and pushes to others: pushing to one includes pulling from it. */
export function rightsOf({ pull, push }: { pull: string[]; push: string[] }): Right[] {
  const only = pull.filter((name) => !push.includes(name));
  return [
    ...(push.length > 0 ? [{ role: "push" as const, repositories: push }] : []),
    ...(only.length > 0 ? [{ role: "pull" as const, repositories: only }] : []),
  ];
}

/** Whom rights are for, and what for, in a sentence of the assignment's description. */
export interface Grantee {
  /** Object id in Entra ID of a managed identity. */
  principalId: pulumi.Input<string>;
  /** As the assignment tells it in the portal. */
  description: string;
}

/** The role assignments of a managed identity on the registry, `<name>-push` and `<name>-pull`. */
export function grantRights(
  name: string,
  registryId: pulumi.Input<string>,
  { principalId, description }: Grantee,
  rights: Right[],
  mode: RoleAssignmentMode,
  { subscriptionId }: Home,
  opts: pulumi.CustomResourceOptions,
): RoleAssignment[] {
  return rights
    .map((right) => rightOfMode(right, mode))
    .map(
      ({ key, role, condition, conditionVersion }) =>
        new RoleAssignment(
          `${name}-${key}`,
          {
            scope: registryId,
            roleDefinitionId: roleDefinitionId(role, subscriptionId),
            principalId,
            // Azure looks an identity up by its type, so that one a second old is found.
            principalType: "ServicePrincipal",
            condition,
            conditionVersion,
            description,
          },
          opts,
        ),
    );
}
