import { acrRoles } from "../access/acr";

/** Built-in roles that Wharf assigns, by the GUID that their definition has in every tenant ("Azure built-in roles"). */
const builtInRoles = {
  ...acrRoles,
  "Key Vault Crypto Service Encryption User": "e147488a-f6f5-4113-8e2d-b22465e65bf6",
  "Key Vault Secrets User": "4633458b-17de-408a-b874-0445c86b69e6",
} as const;

export type BuiltInRole = keyof typeof builtInRoles;

/** Identifier of a role's definition in a subscription, as Azure gives it back. */
export function roleDefinitionId(role: BuiltInRole, subscriptionId: string): string {
  return `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${builtInRoles[role]}`;
}
