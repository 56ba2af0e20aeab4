import { acrTypes, registriesOf } from "../acr";
import { levels, type ResourceRule } from "../rule";

export const acrCmek: ResourceRule = {
  name: "acr-cmek",
  severity: "low",
  description: "Images on ACR are encrypted with a customer-managed key.",
  remediation:
    "Set encryption with keyVaultProperties and an identity, which needs SKU Premium and cannot be set later. ACR encrypts without it too, with a key of Microsoft.",
  corresponds: ["Azure Policy 5b9159ae-1701-4a6f-9a7a-aa9c8ddd0580"],
  levels: levels("disabled", "disabled", "advisory", "advisory"),
  types: acrTypes,
  checks: [
    function* (resource) {
      for (const { encryption } of registriesOf(resource)) {
        if (encryption?.status !== "enabled") yield "encryption.status is not enabled.";
      }
    },
  ],
};
