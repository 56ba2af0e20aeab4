import type { SimulatedTypes } from "../simulated/type";
import { arm, creationDate, group, located, succeeded } from "./arm";

/** Groups, keys, identities, logs, findings and events around a registry. */
export const platform: SimulatedTypes = {
  "azure-native:resources:ResourceGroup": located({
    id: group,
    named: ["resourceGroupName", "joined"],
    replaces: ["resourceGroupName", "managedBy"],
    required: ["location"],
    outputs: {
      name: "{resourceGroupName}",
      type: "Microsoft.Resources/resourceGroups",
      properties: succeeded,
    },
  }),
  "azure-native:resources:Deployment": arm("Microsoft.Resources", "deployments:deploymentName", {
    replaces: ["location"],
    outputs: { "properties.provisioningState": "Succeeded" },
  }),
  "azure-native:keyvault:Vault": located(
    arm("Microsoft.KeyVault", "vaults:vaultName", {
      outputs: { "properties.vaultUri": "https://{vaultName/lower}.vault.azure.net/" },
      patterns: {
        vaultName: [
          /^[a-zA-Z](?!.*--)[a-zA-Z0-9-]{1,22}[a-zA-Z0-9]$/,
          "3 to 24 letters, digits and single hyphens, from a letter to a letter or digit",
        ],
      },
    }),
  ),
  "azure-native:keyvault:Key": arm("Microsoft.KeyVault", "vaults:vaultName/keys:keyName", {
    // "If it already exists, then the existing key is returned without any write operations being performed" (Keys, Create If Not Exist).
    unchanged: ["properties"],
    outputs: {
      keyUri: "https://{vaultName/lower}.vault.azure.net/keys/{keyName}",
      keyUriWithVersion: "https://{vaultName/lower}.vault.azure.net/keys/{keyName}/{hex32:version}",
    },
  }),
  "azure-native:keyvault:Secret": arm("Microsoft.KeyVault", "vaults:vaultName/secrets:secretName", {
    outputs: {
      "properties.secretUri": "https://{vaultName/lower}.vault.azure.net/secrets/{secretName}",
    },
  }),
  "azure-native:managedidentity:UserAssignedIdentity": located(
    arm("Microsoft.ManagedIdentity", "userAssignedIdentities:resourceName", {
      outputs: {
        clientId: "{uuid:clientId}",
        principalId: "{uuid:principalId}",
        tenantId: "{tenantId}",
      },
    }),
  ),
  "azure-native:managedidentity:FederatedIdentityCredential": arm(
    "Microsoft.ManagedIdentity",
    "userAssignedIdentities:resourceName/federatedIdentityCredentials:federatedIdentityCredentialResourceName",
  ),
  "azure-native:monitor:DiagnosticSetting": {
    id: "{resourceUri}/providers/Microsoft.Insights/diagnosticSettings/{name}",
    named: ["name", "joined"],
    replaces: ["resourceUri", "name"],
    outputs: { type: "Microsoft.Insights/diagnosticSettings" },
  },
  "azure-native:operationalinsights:Workspace": located(
    arm("Microsoft.OperationalInsights", "workspaces:workspaceName", {
      outputs: { customerId: "{uuid:workspace}", createdDate: creationDate, ...succeeded },
    }),
  ),
  "azure-native:security:Pricing": {
    id: "/{scopeId}/providers/Microsoft.Security/pricings/{pricingName}",
    named: ["pricingName", "copied"],
    replaces: ["scopeId", "pricingName"],
    outputs: { name: "{pricingName}", type: "Microsoft.Security/pricings" },
  },
  "azure-native:eventgrid:SystemTopic": located(
    arm("Microsoft.EventGrid", "systemTopics:systemTopicName", {
      replaces: ["source", "topicType"],
      outputs: { metricResourceId: "{uuid:metric}", ...succeeded },
    }),
  ),
  "azure-native:eventgrid:SystemTopicEventSubscription": arm(
    "Microsoft.EventGrid",
    "systemTopics:systemTopicName/eventSubscriptions:eventSubscriptionName",
    { outputs: succeeded },
  ),
};
