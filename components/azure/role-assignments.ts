import { roleModeOf } from "./choices";
import type { AzureDescription } from "./settings";
import { RoleAssignment } from "@pulumi/azure-native/authorization/roleAssignment";
import * as pulumi from "@pulumi/pulumi";
import {
  abacRoles,
  type AcrRole,
  acrPrincipal,
  type AcrPrincipal,
  acrRoleAssignments,
  acrRoles,
  legacyRoles,
  repositoryCondition,
  RoleAssignmentMode,
} from "../access/acr";
import { Role } from "../model/access";

import { resolved } from "../core/tokens";
import type { Home } from "./place";

/** Built-in roles that Wharf assigns, by the GUID of their definition, the same in every tenant ("Azure built-in roles"). */
const builtInRoles = {
  ...acrRoles,
  "Key Vault Crypto Service Encryption User": "e147488a-f6f5-4113-8e2d-b22465e65bf6",
  "Key Vault Secrets User": "4633458b-17de-408a-b874-0445c86b69e6",
} as const;

export type BuiltInRole = keyof typeof builtInRoles;

/** Resource id of a role's definition in a subscription, as Azure returns it. */
export function roleDefinitionId(role: BuiltInRole, subscriptionId: string): string {
  return `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${builtInRoles[role]}`;
}

/** A role of one of the stack's identities for some repositories, or for all where none is named. */
export interface Right {
  role: Exclude<Role, "admin">;
  repositories: readonly string[];
}

/** A right as a role assignment, by the registry's role assignment mode. */
export interface RightOfMode {
  /** The right's role, by which the assignment is named. */
  key: Right["role"];
  role: AcrRole;
  /** Expression that limits the role to repositories; the whole registry where left out. */
  condition?: string;
  conditionVersion?: "2.0";
}

/**
 * A right's role, and its condition where repositories are named. A registry in the mode LegacyRegistryPermissions ignores
 * conditions: its roles apply to all repositories, and the rules refuse a description that wants less.
 */
function rightOfMode({ role, repositories }: Right, mode: RoleAssignmentMode): RightOfMode {
  if (mode === RoleAssignmentMode.Legacy) {
    // None of them needs more than one role.
    return { key: role, role: legacyRoles[role][0] as AcrRole };
  }
  return {
    key: role,
    role: abacRoles[role],
    ...((repositories.length > 0 || role === Role.Delete) && {
      condition: repositoryCondition(role, [...new Set(repositories)].sort()),
      conditionVersion: "2.0" as const,
    }),
  };
}

/**
 * The rights for pulling from some repositories, pushing to others and deleting from some: pushing to one includes pulling from it.
 */
export function rightsOf({
  pull,
  push,
  delete: deleted = [],
}: {
  pull: string[];
  push: string[];
  delete?: string[];
}): Right[] {
  const only = pull.filter((name) => !push.includes(name));
  return [
    ...(push.length > 0 ? [{ role: "push" as const, repositories: push }] : []),
    ...(only.length > 0 ? [{ role: "pull" as const, repositories: only }] : []),
    ...(deleted.length > 0 ? [{ role: "delete" as const, repositories: deleted }] : []),
  ];
}

/** Whom rights are for, and why, as the assignment's description. */
export interface Grantee {
  /** Object id in Entra ID of a managed identity. */
  principalId: pulumi.Input<string>;
  /** Description of the assignment, as the portal shows it. */
  description: string;
}

/** The role assignments of a managed identity on the registry, `<name>-push`, `<name>-pull` and `<name>-delete`. */
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
            // With the type Azure does not look the identity up, which fails for a new one.
            principalType: "ServicePrincipal",
            condition,
            conditionVersion,
            description,
          },
          opts,
        ),
    );
}

/**
 * The role assignments of the description's principals, one for each principal and role however many repositories it is for:
 * the repositories are together in its condition.
 * @param scope resource id of the registry
 */
export function grantAccess(
  name: string,
  scope: pulumi.Input<string>,
  subscriptionId: string,
  args: AzureDescription,
  opts: pulumi.CustomResourceOptions,
): RoleAssignment[] {
  return acrRoleAssignments(args, roleModeOf(args.azure)).map(
    ({ key, role, principalId, principalType, condition, conditionVersion }) =>
      new RoleAssignment(
        // A colon is the separator of a URN.
        `${name}-${key.replaceAll(":", "-")}`,
        {
          scope,
          roleDefinitionId: roleDefinitionId(role, subscriptionId),
          ...principalOf(args, principalId, principalType),
          condition,
          conditionVersion,
          description: `Granted by Wharf's stack ${args.stack}.`,
        },
        opts,
      ),
  );
}

/** A principal as a role assignment names it; of an Output, the kind is read once it is known. */
function principalOf(
  args: AzureDescription,
  principalId: string,
  principalType: AcrPrincipal["principalType"] | undefined,
) {
  if (principalType !== undefined) return { principalId, principalType };
  const known = pulumi.output(resolved(args, principalId, acrPrincipal));
  return { principalId: known.principalId, principalType: known.principalType };
}
