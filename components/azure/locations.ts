import type { Path } from "../core/fields";
import { unlistedLocation } from "../core/names";

/** One of Azure's clouds, by the name that the provider's `environment` has for it. */
export const AzureCloud = {
  Public: "public",
  UsGovernment: "usgovernment",
  China: "china",
} as const;
export type AzureCloud = (typeof AzureCloud)[keyof typeof AzureCloud];

/** Suffixes of the names under which a cloud's services answer (`az cloud show --query suffixes`). */
export const suffixes: Record<AzureCloud, { registry: string; keyVault: string }> = {
  public: { registry: "azurecr.io", keyVault: "vault.azure.net" },
  usgovernment: { registry: "azurecr.us", keyVault: "vault.usgovcloudapi.net" },
  china: { registry: "azurecr.cn", keyVault: "vault.azure.cn" },
};

/** Physical regions of each cloud by the name that `az account list-locations` gives; as listed in 2026. */
export const locations: Record<AzureCloud, readonly string[]> = {
  public: [
    "australiacentral",
    "australiacentral2",
    "australiaeast",
    "australiasoutheast",
    "austriaeast",
    "belgiumcentral",
    "brazilsouth",
    "brazilsoutheast",
    "canadacentral",
    "canadaeast",
    "centralindia",
    "centralus",
    "chilecentral",
    "denmarkeast",
    "eastasia",
    "eastus",
    "eastus2",
    "francecentral",
    "francesouth",
    "germanynorth",
    "germanywestcentral",
    "indiasouthcentral",
    "indonesiacentral",
    "israelcentral",
    "italynorth",
    "japaneast",
    "japanwest",
    "jioindiacentral",
    "jioindiawest",
    "koreacentral",
    "koreasouth",
    "malaysiawest",
    "mexicocentral",
    "newzealandnorth",
    "northcentralus",
    "northeurope",
    "norwayeast",
    "norwaywest",
    "polandcentral",
    "qatarcentral",
    "southafricanorth",
    "southafricawest",
    "southcentralus",
    "southeastasia",
    "southindia",
    "spaincentral",
    "swedencentral",
    "swedensouth",
    "switzerlandnorth",
    "switzerlandwest",
    "taiwannorth",
    "uaecentral",
    "uaenorth",
    "uksouth",
    "ukwest",
    "westcentralus",
    "westeurope",
    "westindia",
    "westus",
    "westus2",
    "westus3",
  ],
  usgovernment: ["usdodcentral", "usdodeast", "usgovarizona", "usgovtexas", "usgovvirginia"],
  china: ["chinaeast", "chinaeast2", "chinaeast3", "chinanorth", "chinanorth2", "chinanorth3"],
};

/** A location in the form that Azure Resource Manager gives back: `West Europe` is `westeurope`. */
export function normalLocation(location: string): string {
  return location.toLowerCase().replaceAll(" ", "");
}

/** Whether a name has the form of a location, as in `westus3`; whether Azure has opened it is not known. */
export function isLocation(location: string): boolean {
  return /^[a-z]{5,}\d*[a-z]*$/.test(normalLocation(location));
}

/**
 * The warning of a location that has Azure's form and that no list of this release has: Azure opens some more often than lists are
 * released. None where one has it.
 */
export function unlistedPlace(at: Path | string, location: string): string[] {
  const known = Object.values(locations).flat();
  const warning = isLocation(location)
    ? unlistedLocation(at, normalLocation(location), known, "location of Azure")
    : undefined;
  return warning === undefined ? [] : [warning];
}

/** The cloud that a location belongs to; undefined for one that none has. */
export function cloudOf(location: string): AzureCloud | undefined {
  return Object.values(AzureCloud).find((cloud) =>
    locations[cloud].includes(normalLocation(location)),
  );
}
