import { at } from "../simulated/state";
import type { PlatformChange } from "../simulated/type";
import type { Value, Values } from "../values";

const skus = ["Basic", "Standard", "Premium"];

const skuOf = (registry: Values) => skus.indexOf(String(at(registry, "sku.name")));

/** Settings that only a Premium registry has, each as the value that asks for it ("Azure Container Registry service tiers"). */
const premiumOnly: Readonly<Record<string, (value: Value | undefined) => boolean>> = {
  "networkRuleSet.defaultAction": (value) => value === "Deny",
  publicNetworkAccess: (value) => value === "Disabled",
  dataEndpointEnabled: (value) => value === true,
  zoneRedundancy: (value) => value === "Enabled",
  "encryption.status": (value) => value === "enabled",
  "policies.retentionPolicy": (value) => isEnabled(value),
  "policies.exportPolicy": (value) => value !== undefined && !isEnabled(value),
};

function isEnabled(value: Value | undefined): boolean {
  return typeof value === "object" && value !== null && "status" in value
    ? value.status === "enabled"
    : false;
}

/** What exists only beside a Premium registry: it is deleted before the SKU is lowered. */
const premiumChildren: Readonly<Record<string, (child: Values) => string>> = {
  "azure-native:containerregistry:Replication": ({ id }) => String(id),
  "azure-native:containerregistry:AgentPool": ({ id }) => String(id),
  "azure-native:network:PrivateEndpoint": ({ privateLinkServiceConnections }) =>
    JSON.stringify(privateLinkServiceConnections),
};

/** What ACR refuses of a registry. */
export function refusesRegistry({ before, after, existing }: PlatformChange): string | undefined {
  if (after === undefined) return undefined;
  if (skuOf(after) < 2) {
    const asked = Object.entries(premiumOnly).find(([path, asks]) => asks(at(after, path)));
    if (asked !== undefined) {
      return `The registry SKU ${String(at(after, "sku.name"))} does not support ${asked[0]}.`;
    }
  }
  // "Disable export of artifacts": only where nobody reaches the registry's public address.
  if (
    at(after, "policies.exportPolicy.status") === "disabled" &&
    at(after, "publicNetworkAccess") !== "Disabled"
  ) {
    return "Export can only be disabled on a registry whose publicNetworkAccess is Disabled.";
  }
  if (before === undefined) return undefined;
  // A key can be exchanged for another; that there is one cannot change ("Customer-managed keys", limitations).
  if (at(before, "encryption.status") !== at(after, "encryption.status")) {
    return "Encryption with a customer-managed key can only be set when the registry is created.";
  }
  if (skuOf(after) < 2 && skuOf(before) === 2) {
    const id = String(before.id);
    const child = Object.entries(premiumChildren).flatMap(([type, place]) =>
      existing(type).filter((one) => place(one).includes(id)),
    )[0];
    if (child !== undefined) {
      return `The registry SKU cannot be lowered while ${String(child.id)} exists.`;
    }
  }
  return undefined;
}

/** Hosts that rules may be of, as ACR names them where it refuses another ("Unsupported upstream or login server", Azure/acr issue 783). */
const upstreams =
  /^(docker\.io|mcr\.microsoft\.com|quay\.io|public\.ecr\.aws|ghcr\.io|nvcr\.io|registry\.k8s\.io|(eu\.)?gcr\.io|[a-z0-9-]+\.azurecr\.(io|us|cn))\//;

/** What ACR refuses of a cache rule. */
export function refusesCacheRule({ after }: PlatformChange): string | undefined {
  const source = String(after?.sourceRepository ?? "");
  if (after === undefined) return undefined;
  if (!upstreams.test(source)) return `Unsupported upstream or login server '${source}' provided.`;
  return source.startsWith("docker.io/") && after.credentialSetResourceId === undefined
    ? "EnforceDockerAuthentication: cache rules for docker.io need a credential set."
    : undefined;
}

/** What ACR refuses of a resource that only a Premium registry has. */
export function refusesWithoutPremium({ after, existing }: PlatformChange): string | undefined {
  const registry = existing("azure-native:containerregistry:Registry").find(
    ({ registryName }) => registryName === after?.registryName,
  );
  return after !== undefined && registry !== undefined && skuOf(registry) < 2
    ? `The registry SKU ${String(at(registry, "sku.name"))} does not support this resource.`
    : undefined;
}
