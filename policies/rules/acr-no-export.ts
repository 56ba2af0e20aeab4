import { acrTypes, registriesOf } from "../acr";
import { levels, type ResourceRule } from "../rule";

export const acrNoExport: ResourceRule = {
  name: "acr-no-export",
  severity: "medium",
  description: "Images of an ACR registry that is closed to the internet are not exported from it.",
  remediation:
    "Set policies.exportPolicy.status to disabled, which needs publicNetworkAccess Disabled and SKU Premium.",
  corresponds: ["Azure Policy 524b0254-c285-4903-bee6-bb8126cde579"],
  levels: levels("disabled", "disabled", "advisory", "advisory"),
  types: acrTypes,
  checks: [
    function* (resource) {
      for (const { publicNetworkAccess, policies } of registriesOf(resource)) {
        if (publicNetworkAccess === "Disabled" && policies?.exportPolicy?.status !== "disabled")
          yield "policies.exportPolicy.status is not disabled: who may read may copy the images elsewhere.";
      }
    },
  ],
};
