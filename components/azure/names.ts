import type { AzureDescription } from "./settings";
import { createHash } from "node:crypto";

import { isToken } from "../core/tokens";
import type { Place } from "./place";

/** Names of resources that must be known before they exist, or be unique beyond the stack. */
export interface Names {
  resourceGroup: string;
  /** Unique in all of Azure: it is the host name. */
  registry: string;
  /** Unique in all of Azure: it is a host name too. */
  keyVault: string;
  /** Unique in all of Azure as well: the vault of the caches' passwords, which is deleted with the stack; the key's vault is not. */
  cacheVault: string;
}

/**
 * The names of a stack's resources. Those that all of Azure shares end in digits that follow from the subscription and the
 * resource group, as Bicep's uniqueString does: the same at every preview, different in another subscription.
 */
export function namesOf(args: AzureDescription, { subscriptionId = "" }: Place): Names {
  const { inputs } = args;
  const names = namesIn(args, subscriptionId);
  if (inputs === undefined || !isToken(subscriptionId)) return names;
  // The subscription of a provider is known later, and so are the digits.
  const known = inputs.text(subscriptionId).apply((id) => namesIn(args, id));
  return {
    resourceGroup: names.resourceGroup,
    registry: args.azure.registryName ?? inputs.takePlace(["registryName"], known.registry),
    keyVault: inputs.takePlace(["keyVault"], known.keyVault),
    cacheVault: inputs.takePlace(["cacheVault"], known.cacheVault),
  };
}

function namesIn({ namePrefix, azure }: AzureDescription, subscriptionId: string): Names {
  const resourceGroup = azure.resourceGroup.name ?? `rg-${prefixInNames(namePrefix)}`;
  // Only the stack's name, where the prefix is made of it.
  const own = namePrefix.replace(/^wharf-/, "");
  const digits = digest(`${subscriptionId}/${resourceGroup}/${own}`).slice(0, 6);
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, "");
  const begin = plain(own).replace(/^\d+/, own === namePrefix ? "" : "$&");
  const vault = (most: number) => `${begin.slice(0, most)}${begin === "" ? "" : "-"}${digits}`;
  const head = own === namePrefix ? "" : "wharf";
  return {
    resourceGroup,
    // At most 50 letters and digits.
    registry: azure.registryName ?? `${head}${begin.slice(0, 39)}${digits}`,
    // At most 24, letters first, with hyphens that do not touch.
    keyVault: head === "" ? `kv-${vault(12)}` : `wharf-${vault(10)}`,
    cacheVault: head === "" ? `kv-c-${vault(10)}` : `wharf-c-${vault(8)}`,
  };
}

/** A name prefix as names within its resource group have it: no period, and short enough for names of 64 characters. */
export function prefixInNames(namePrefix: string): string {
  return namePrefix.replace(/[^A-Za-z0-9_-]/g, "-").slice(0, 46);
}

/** A text's SHA-256, in hexadecimal digits. */
export function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** A GUID that follows from a text, for a resource that Azure names by one. */
export function guidOf(text: string): string {
  return digest(text).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
}

/** Tags of every resource of a stack; they take precedence over the description's labels of the same name. */
export const ownTags = ["managed-by", "stack", "environment", "expires-at"] as const;

/** Tags of a stack's resources: the description's labels and Wharf's own; a lab's include the time when it expires. */
export function stackTags({
  stack,
  environment,
  expiresAt,
  labels,
}: AzureDescription): Record<string, string> {
  return {
    ...labels,
    "managed-by": "wharf",
    stack,
    environment,
    ...(expiresAt !== undefined && { "expires-at": expiresAt }),
  };
}
