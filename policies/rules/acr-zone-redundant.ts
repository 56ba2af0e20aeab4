import { acrTypes, registriesOf } from "../acr";
import { azureNative, levels, type ResourceRule } from "../rule";

const replication = azureNative("containerregistry", "Replication");

/**
 * Azure makes the registries and replications of every SKU zone-redundant by itself where a region has zones
 * (learn.microsoft.com/azure/container-registry/zone-redundancy), so that only a program that turns it off is wrong.
 */
export const acrZoneRedundant: ResourceRule = {
  name: "acr-zone-redundant",
  severity: "low",
  description: "An ACR registry that production pulls from outlives the loss of a zone.",
  remediation:
    "Leave zoneRedundancy out, or set it to Enabled. Azure has both in regions with zones.",
  corresponds: ["CKV_AZURE_233", "Azure Policy 9d2b0a20-57d6-474c-9d12-44a4a20999c6"],
  levels: levels("disabled", "disabled", "disabled", "advisory"),
  types: [...acrTypes, replication],
  checks: [
    function* (resource) {
      const all = resource.type === replication ? [resource.props] : registriesOf(resource);
      for (const { zoneRedundancy } of all)
        if (zoneRedundancy === "Disabled") yield "zoneRedundancy is Disabled.";
    },
  ],
};
