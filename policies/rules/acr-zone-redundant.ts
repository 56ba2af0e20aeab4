import { acrTypes, registriesOf } from "../acr";
import { levels, type ResourceRule } from "../rule";

export const acrZoneRedundant: ResourceRule = {
  name: "acr-zone-redundant",
  severity: "low",
  description: "An ACR registry that production pulls from outlives the loss of a zone.",
  remediation:
    "Set zoneRedundancy to Enabled, which needs SKU Premium, or replicate the registry to a second region.",
  corresponds: ["CKV_AZURE_233"],
  levels: levels("disabled", "disabled", "disabled", "advisory"),
  types: acrTypes,
  checks: [
    function* (resource) {
      for (const { sku, zoneRedundancy } of registriesOf(resource)) {
        // Other SKUs have no zones; whether they do for production is another rule's.
        if (sku?.name === "Premium" && zoneRedundancy !== "Enabled")
          yield "zoneRedundancy is not Enabled.";
      }
    },
  ],
};
