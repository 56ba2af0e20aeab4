import { acrTypes, registriesOf } from "../acr";
import { levels, type ResourceRule } from "../rule";

export const acrAdminDisabled: ResourceRule = {
  name: "acr-admin-disabled",
  severity: "critical",
  description: "The admin user of an ACR registry is off.",
  remediation:
    "Set adminUserEnabled to false; let people and pipelines log in with Entra ID, and others with tokens.",
  corresponds: ["CKV_AZURE_137", "AZR-000005", "KICS b897dfbf-322c-45a8-b67c-1e698beeaa51"],
  levels: levels("mandatory", "mandatory", "mandatory", "mandatory"),
  types: acrTypes,
  checks: [
    function* (resource) {
      for (const { adminUserEnabled } of registriesOf(resource)) {
        if (adminUserEnabled === true)
          yield "adminUserEnabled is true: one password may do everything, and nobody can tell who used it.";
      }
    },
  ],
};
