import { RoleAssignmentMode } from "../access/acr";

/** SKUs of a registry in Azure's own words. */
export const Sku = { Basic: "Basic", Standard: "Standard", Premium: "Premium" } as const;
export type Sku = (typeof Sku)[keyof typeof Sku];

/** The mode that a description chooses, or the default: roles for the repositories that they name, and no more. */
export function roleModeOf({
  roleAssignmentMode = RoleAssignmentMode.Abac,
}: {
  roleAssignmentMode?: RoleAssignmentMode;
}): RoleAssignmentMode {
  return roleAssignmentMode;
}

/** Sizes of the machines of an agent pool. */
export const AgentPoolTier = { S1: "S1", S2: "S2", S3: "S3", I6: "I6" } as const;
export type AgentPoolTier = (typeof AgentPoolTier)[keyof typeof AgentPoolTier];
