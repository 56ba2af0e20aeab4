import { acrTypes, registriesOf } from "../acr";
import { azureNative, levels, type ResourceRule } from "../rule";

const replication = azureNative("containerregistry", "Replication");

/**
 * Azure makes registries and replications of every SKU zone-redundant by itself where a region has zones
 * (learn.microsoft.com/azure/container-registry/zone-redundancy); Azure China does for SKU Premium that asks for it
 * (docs.azure.cn/container-registry/zone-redundancy). The property, whose default in azure-native is Disabled, says what is meant in both.
 */
export const acrZoneRedundant: ResourceRule = {
  name: "acr-zone-redundant",
  severity: "low",
  description: "An ACR registry that production pulls from outlives the loss of a zone.",
  remediation:
    "Set zoneRedundancy to Enabled, which SKU Premium takes. Azure's public cloud has zones without it as well, where the region does.",
  corresponds: ["CKV_AZURE_233", "Azure Policy 9d2b0a20-57d6-474c-9d12-44a4a20999c6"],
  levels: levels("disabled", "disabled", "disabled", "advisory"),
  types: [...acrTypes, replication],
  checks: [
    function* (resource) {
      if (resource.type === replication) yield* problems(resource.props);
      for (const registry of registriesOf(resource)) {
        // Other SKUs do not take it; whether they do for production is another rule's.
        if (registry.sku?.name === "Premium") yield* problems(registry);
      }
    },
  ],
};

function* problems({ zoneRedundancy }: { zoneRedundancy?: string }) {
  if (zoneRedundancy !== "Enabled") yield "zoneRedundancy is not Enabled.";
}
