import { acrTypes, registriesOf } from "../acr";
import { levels, type ResourceRule } from "../rule";

export const acrNoArmTokens: ResourceRule = {
  name: "acr-no-arm-tokens",
  severity: "low",
  description: "An ACR registry accepts only tokens that were made for registries.",
  remediation:
    "Set policies.azureADAuthenticationAsArmPolicy.status to disabled, once nothing logs in with a token for Azure Resource Manager.",
  corresponds: ["Azure Policy 42781ec6-6127-4c30-bdfa-fb423a0047d3"],
  levels: levels("disabled", "disabled", "advisory", "advisory"),
  types: acrTypes,
  checks: [
    function* (resource) {
      // The azure provider has no such property.
      if (resource.type.startsWith("azure:")) return;
      for (const { policies } of registriesOf(resource)) {
        if (policies?.azureADAuthenticationAsArmPolicy?.status !== "disabled")
          yield "policies.azureADAuthenticationAsArmPolicy.status is not disabled: a token for Azure Resource Manager opens the registry.";
      }
    },
  ],
};
