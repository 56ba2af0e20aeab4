import { acrTypes, registriesOf } from "../acr";
import { levels, type ResourceRule } from "../rule";

export const acrNetworkRestricted: ResourceRule = {
  name: "acr-network-restricted",
  severity: "high",
  description: "An ACR registry is reachable only from known networks.",
  remediation:
    "Set publicNetworkAccess to Disabled with a private endpoint, or networkRuleSet.defaultAction to Deny with ipRules. Both need SKU Premium.",
  corresponds: ["CKV_AZURE_139"],
  levels: levels("disabled", "disabled", "disabled", "advisory"),
  types: acrTypes,
  checks: [
    function* (resource) {
      for (const { publicNetworkAccess, networkRuleSet } of registriesOf(resource)) {
        if (publicNetworkAccess === "Disabled" || networkRuleSet?.defaultAction === "Deny")
          continue;
        yield "publicNetworkAccess is not Disabled, and networkRuleSet.defaultAction is not Deny: the registry answers the internet.";
      }
    },
  ],
};
