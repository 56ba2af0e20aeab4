import { acrTypes, registriesOf } from "../acr";
import { levels, type ResourceRule } from "../rule";

export const acrNoContentTrust: ResourceRule = {
  name: "acr-no-content-trust",
  severity: "low",
  description: "An ACR registry does not rely on content trust, which Azure retires.",
  remediation: "Leave policies.trustPolicy out, and sign images with Notation or Cosign.",
  corresponds: [],
  levels: levels("advisory", "advisory", "advisory", "advisory"),
  types: acrTypes,
  checks: [
    function* (resource) {
      for (const { policies } of registriesOf(resource)) {
        if (policies?.trustPolicy?.status === "enabled") yield "policies.trustPolicy is enabled.";
      }
    },
  ],
};
