import { Environment } from "../model/environment";

import type { AzureDescription } from "./settings";
import { Sku } from "./choices";

/** SKUs from the smallest to the largest. */
export const ascending: readonly Sku[] = [Sku.Basic, Sku.Standard, Sku.Premium];

/** The limits of each SKU; "Azure Container Registry service tiers" of Microsoft's documentation, read in 2026. */
const limits = {
  [Sku.Basic]: { tokens: 100, webhooks: 2 },
  [Sku.Standard]: { tokens: 500, webhooks: 10 },
  [Sku.Premium]: { tokens: 50_000, webhooks: 500 },
} as const;

/** Keys of a description that determine the SKU. */
export const skuKeys = [
  "environment",
  "access",
  "endpoint",
  "encryption",
  "users",
  "azure",
] as const;
type Asking = Pick<AzureDescription, (typeof skuKeys)[number]>;

/** A feature that not every SKU supports. */
interface Need {
  /** Smallest SKU that supports it. */
  sku: Sku;
  /** What needs it, as a sentence without the period. */
  because: string;
}

/** What of a description Basic, or also Standard, does not support. */
function needsOf(asking: Asking): Need[] {
  const { environment, access, endpoint, encryption, users, azure } = asking;
  const need = (sku: Sku, asked: boolean, because: string) => (asked ? [{ sku, because }] : []);
  const counted = (kind: "tokens" | "webhooks", count: number, key: string) => {
    const sku = ascending.find((candidate) => count <= limits[candidate][kind]) ?? Sku.Premium;
    return need(
      sku,
      sku !== Sku.Basic,
      `${key} needs ${count} ${kind}, and smaller SKUs have at most ${limits[below(sku)][kind]}`,
    );
  };
  const { Standard, Premium } = Sku;
  return [
    ...need(
      Standard,
      environment === Environment.Prod,
      "prod needs the throughput of Standard; Basic is for development",
    ),
    ...need(Standard, access.public, "wharf:access.public needs anonymous pull"),
    ...counted("tokens", users.length, "wharf:users"),
    ...counted("webhooks", azure.webhooks.length, "wharf:azure.webhooks"),
    ...need(Premium, endpoint.allowFrom.length > 0, "wharf:endpoint.allowFrom needs network rules"),
    ...need(Premium, !azure.publicAccess, "wharf:azure.publicAccess false needs private access"),
    ...need(
      Premium,
      azure.privateEndpoints.length > 0,
      "wharf:azure.privateEndpoints needs Private Link",
    ),
    ...need(
      Premium,
      azure.dataEndpoints,
      "wharf:azure.dataEndpoints needs dedicated data endpoints",
    ),
    ...need(Premium, !azure.exportImages, "wharf:azure.exportImages false needs the export policy"),
    ...need(
      Premium,
      azure.builds.agentPool !== undefined,
      "wharf:azure.builds.agentPool needs agent pools",
    ),
    ...need(Premium, azure.replicas.length > 0, "wharf:azure.replicas needs geo-replication"),
    ...need(Premium, azure.zoneRedundant, "wharf:azure.zoneRedundant can be set only on Premium"),
    ...need(
      Premium,
      encryption.key !== undefined,
      "wharf:encryption.key needs encryption by a customer-managed key",
    ),
  ];
}

/** The SKU below another; for Basic, Basic. */
function below(sku: Sku): Sku {
  return ascending[ascending.indexOf(sku) - 1] ?? Sku.Basic;
}

/** A SKU, and the reasons for it. */
export interface SkuChoice {
  sku: Sku;
  /** Smallest SKU that supports everything needed. */
  smallest: Sku;
  /** Every reason that the next smaller SKU is not enough, a clause each; none for Basic. */
  reasons: string[];
}

/** The SKU of a registry: the one that the description names, or the smallest that supports what it needs. */
export function chooseSku(asking: Asking): SkuChoice {
  const needs = needsOf(asking);
  const smallest = ascending.findLast((sku) => needs.some((need) => need.sku === sku)) ?? Sku.Basic;
  return {
    sku: asking.azure.sku ?? smallest,
    smallest,
    reasons: needs.filter(({ sku }) => sku === smallest).map(({ because }) => because),
  };
}

/** The reasons that a SKU is too small for a description, one for each feature that it does not support. */
export function lacks(sku: Sku, asking: Asking): string[] {
  return needsOf(asking)
    .filter((need) => ascending.indexOf(need.sku) > ascending.indexOf(sku))
    .map(({ because }) => because);
}

/** The highest limits of any SKU. */
export const most = limits[Sku.Premium];
