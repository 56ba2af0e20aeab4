import { refusesCacheRule, refusesRegistry, refusesWithoutPremium } from "./registry-rules";
import type { SimulatedType, SimulatedTypes } from "../simulated/type";
import { arm, creationDate, located, succeeded, systemIdentity } from "./arm";

function child(path: string, more: Partial<SimulatedType> = {}): SimulatedType {
  const outputs = { ...succeeded, ...more.outputs };
  return arm("Microsoft.ContainerRegistry", `registries:registryName/${path}`, {
    ...more,
    outputs,
  });
}

/** Azure Container Registry. */
export const containerregistry: SimulatedTypes = {
  "azure-native:containerregistry:Registry": located(
    arm("Microsoft.ContainerRegistry", "registries:registryName", {
      replaces: ["zoneRedundancy"],
      refuses: refusesRegistry,
      outputs: {
        creationDate,
        dataEndpointHostNames: ["{registryName/lower}.{location}.data.azurecr.io"],
        loginServer: "{registryName/lower}.azurecr.io",
        privateEndpointConnections: [],
        ...succeeded,
        ...systemIdentity,
      },
      patterns: { registryName: [/^[a-zA-Z0-9]{5,50}$/, "5 to 50 letters and digits"] },
    }),
  ),
  "azure-native:containerregistry:AgentPool": located(
    child("agentPools:agentPoolName", {
      replaces: ["os", "tier", "virtualNetworkSubnetResourceId"],
      refuses: refusesWithoutPremium,
    }),
  ),
  "azure-native:containerregistry:CacheRule": child("cacheRules:cacheRuleName", {
    replaces: ["sourceRepository", "targetRepository"],
    refuses: refusesCacheRule,
    outputs: { creationDate },
  }),
  "azure-native:containerregistry:ConnectedRegistry": child(
    "connectedRegistries:connectedRegistryName",
    { outputs: { connectionState: "Offline" } },
  ),
  "azure-native:containerregistry:CredentialSet": child("credentialSets:credentialSetName", {
    outputs: { creationDate, ...systemIdentity },
  }),
  "azure-native:containerregistry:Replication": located(
    child("replications:replicationName", {
      replaces: ["zoneRedundancy"],
      refuses: refusesWithoutPremium,
    }),
  ),
  "azure-native:containerregistry:ScopeMap": child("scopeMaps:scopeMapName", {
    outputs: { creationDate },
  }),
  "azure-native:containerregistry:Task": located(
    child("tasks:taskName", {
      outputs: { creationDate, ...systemIdentity },
    }),
  ),
  "azure-native:containerregistry:Token": child("tokens:tokenName", {
    outputs: { creationDate },
  }),
  "azure-native:containerregistry:Webhook": located(
    child("webhooks:webhookName", {
      patterns: { webhookName: [/^[a-zA-Z0-9]{5,50}$/, "5 to 50 letters and digits"] },
    }),
  ),
  "azure-native:containerregistry:PrivateEndpointConnection": child(
    "privateEndpointConnections:privateEndpointConnectionName",
  ),
};
