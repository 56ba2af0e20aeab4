import { acrTypes, registriesOf } from "../acr";
import { levels, type ResourceRule } from "../rule";

export const acrProdSku: ResourceRule = {
  name: "acr-prod-sku",
  severity: "medium",
  description: "An ACR registry that production pulls from has a SKU for it.",
  remediation: "Set sku.name to Standard or Premium. Basic has the least storage and throughput.",
  corresponds: ["CKV_AZURE_163", "AZR-000006"],
  levels: levels("disabled", "disabled", "advisory", "mandatory"),
  types: acrTypes,
  checks: [
    function* (resource) {
      for (const { sku } of registriesOf(resource)) {
        if (sku?.name === "Basic" || sku?.name === "Classic") yield `sku.name is ${sku.name}.`;
      }
    },
  ],
};
