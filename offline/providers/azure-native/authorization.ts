import type { SimulatedTypes } from "../simulated/type";
import { arm, creationDate } from "./arm";

/** Who may do what, and what nobody may remove. */
export const authorization: SimulatedTypes = {
  "azure-native:authorization:RoleAssignment": {
    id: "{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
    named: ["roleAssignmentName", "uuid"],
    // Of an assignment only the description and the condition can be changed.
    replaces: [
      "scope",
      "roleAssignmentName",
      "roleDefinitionId",
      "principalId",
      "principalType",
      "delegatedManagedIdentityResourceId",
    ],
    outputs: {
      name: "{roleAssignmentName}",
      type: "Microsoft.Authorization/roleAssignments",
      createdOn: creationDate,
      updatedOn: creationDate,
    },
    allowed: {
      conditionVersion: ["2.0"],
    },
    refusesSecond: true,
  },
  "azure-native:authorization:RoleDefinition": {
    id: "{scope}/providers/Microsoft.Authorization/roleDefinitions/{roleDefinitionId}",
    named: ["roleDefinitionId", "uuid"],
    replaces: ["scope", "roleDefinitionId"],
    outputs: {
      name: "{roleDefinitionId}",
      type: "Microsoft.Authorization/roleDefinitions",
      createdOn: creationDate,
      updatedOn: creationDate,
    },
    refusesSecond: true,
  },
  "azure-native:authorization:ManagementLockByScope": {
    id: "/{scope}/providers/Microsoft.Authorization/locks/{lockName}",
    named: ["lockName", "joined"],
    replaces: ["scope", "lockName"],
    outputs: { name: "{lockName}", type: "Microsoft.Authorization/locks" },
  },
  "azure-native:authorization:ManagementLockAtResourceGroupLevel": arm(
    "Microsoft.Authorization",
    "locks:lockName",
  ),
};
