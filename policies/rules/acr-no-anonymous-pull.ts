import { acrTypes, registriesOf } from "../acr";
import { levels, type ResourceRule } from "../rule";

export const acrNoAnonymousPull: ResourceRule = {
  name: "acr-no-anonymous-pull",
  severity: "high",
  description: "An ACR registry does not allow anonymous pulls.",
  remediation: "Set anonymousPullEnabled to false.",
  corresponds: ["CKV_AZURE_138"],
  levels: levels("mandatory", "mandatory", "mandatory", "mandatory"),
  types: acrTypes,
  checks: [
    function* (resource) {
      for (const { anonymousPullEnabled } of registriesOf(resource)) {
        if (anonymousPullEnabled === true)
          yield "anonymousPullEnabled is true: everybody may pull every image.";
      }
    },
  ],
};
