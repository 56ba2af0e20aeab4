import type { EchoType, EchoTypes } from "../echo/type";
import { arm, creationDate, located, succeeded, systemIdentity } from "./arm";

const states = ["Enabled", "Disabled"];
const policy = ["enabled", "disabled"];

function child(path: string, more: Partial<EchoType> = {}): EchoType {
  const outputs = { ...succeeded, ...more.outputs };
  return arm("Microsoft.ContainerRegistry", `registries:registryName/${path}`, {
    ...more,
    outputs,
  });
}

/** Azure Container Registry. */
export const containerregistry: EchoTypes = {
  "azure-native:containerregistry:Registry": located(
    arm("Microsoft.ContainerRegistry", "registries:registryName", {
      replaces: ["zoneRedundancy"],
      required: ["sku"],
      outputs: {
        creationDate,
        dataEndpointHostNames: ["{registryName/lower}.{location}.data.azurecr.io"],
        loginServer: "{registryName/lower}.azurecr.io",
        privateEndpointConnections: [],
        ...succeeded,
        ...systemIdentity,
      },
      allowed: {
        "sku.name": ["Basic", "Standard", "Premium"],
        publicNetworkAccess: states,
        zoneRedundancy: states,
        networkRuleBypassOptions: ["AzureServices", "None"],
        "networkRuleSet.defaultAction": ["Allow", "Deny"],
        "encryption.status": policy,
        "identity.type": ["SystemAssigned", "UserAssigned", "SystemAssigned, UserAssigned", "None"],
        "policies.exportPolicy.status": policy,
        "policies.quarantinePolicy.status": policy,
        "policies.retentionPolicy.status": policy,
        "policies.softDeletePolicy.status": policy,
        "policies.trustPolicy.status": policy,
        "policies.azureADAuthenticationAsArmPolicy.status": policy,
      },
      patterns: { registryName: [/^[a-zA-Z0-9]{5,50}$/, "5 to 50 letters and digits"] },
    }),
  ),
  "azure-native:containerregistry:AgentPool": located(
    child("agentPools:agentPoolName", {
      replaces: ["os", "tier", "virtualNetworkSubnetResourceId"],
    }),
  ),
  "azure-native:containerregistry:CacheRule": child("cacheRules:cacheRuleName", {
    replaces: ["sourceRepository", "targetRepository"],
    outputs: { creationDate },
  }),
  "azure-native:containerregistry:ConnectedRegistry": child(
    "connectedRegistries:connectedRegistryName",
    { required: ["mode", "parent"], outputs: { connectionState: "Offline" } },
  ),
  "azure-native:containerregistry:CredentialSet": child("credentialSets:credentialSetName", {
    outputs: { creationDate, ...systemIdentity },
  }),
  "azure-native:containerregistry:Replication": located(
    child("replications:replicationName", {
      replaces: ["zoneRedundancy"],
      allowed: { zoneRedundancy: states },
    }),
  ),
  "azure-native:containerregistry:ScopeMap": child("scopeMaps:scopeMapName", {
    required: ["actions"],
    outputs: { creationDate },
  }),
  "azure-native:containerregistry:Task": located(
    child("tasks:taskName", {
      outputs: { creationDate, ...systemIdentity },
      allowed: { status: states },
    }),
  ),
  "azure-native:containerregistry:Token": child("tokens:tokenName", {
    outputs: { creationDate },
    allowed: { status: policy },
  }),
  "azure-native:containerregistry:Webhook": located(
    child("webhooks:webhookName", {
      required: ["actions", "serviceUri"],
      allowed: {
        actions: ["push", "delete", "quarantine", "chart_push", "chart_delete"],
        status: policy,
      },
      patterns: { webhookName: [/^[a-zA-Z0-9]{5,50}$/, "5 to 50 letters and digits"] },
    }),
  ),
  "azure-native:containerregistry:PrivateEndpointConnection": child(
    "privateEndpointConnections:privateEndpointConnectionName",
  ),
};
