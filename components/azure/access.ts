import type * as pulumi from "@pulumi/pulumi";
import { RoleAssignment } from "@pulumi/azure-native/authorization/roleAssignment";
import { acrRoleAssignments } from "../access/acr";
import type { RegistryArgs } from "../registry";
import { roleDefinitionId } from "./roles";

/**
 * The role assignments of the description's principals, one for each principal and role however many repositories it is for:
 * the repositories stand together in its condition.
 * @param scope identifier of the registry
 */
export function grantAccess(
  name: string,
  scope: pulumi.Input<string>,
  subscriptionId: string,
  args: RegistryArgs,
  opts: pulumi.CustomResourceOptions,
): RoleAssignment[] {
  return acrRoleAssignments(args, args.azure.roleAssignmentMode).map(
    ({ key, role, principalId, principalType, condition, conditionVersion }) =>
      new RoleAssignment(
        // A colon would end the name within the resource's URN.
        `${name}-${key.replaceAll(":", "-")}`,
        {
          scope,
          roleDefinitionId: roleDefinitionId(role, subscriptionId),
          principalId,
          principalType,
          condition,
          conditionVersion,
          description: `Granted by Wharf's stack ${args.stack}.`,
        },
        opts,
      ),
  );
}
