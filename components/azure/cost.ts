import type { Costs } from "../cost/estimate";
import { cents, type CostItem, dollars, item, standing, used } from "../cost/lines";
import {
  assumedRegion,
  daysOfMonth,
  hoursOfMonth,
  includedGb,
  type Price,
  azurePrices as prices,
} from "../cost/prices";
import { count, growth } from "../cost/warnings";
import { Environment } from "../model/environment";

import { compileAcr } from "../retention/acr";
import { createKey } from "./key-vault";
import type { AzureDescription } from "./settings";
import { Sku } from "./choices";
import { chooseSku } from "./sku";

/** What a registry on Azure costs. */
export const azureCosts: Costs<AzureDescription> = { items, warnings, region: assumedRegion.azure };

/** Price of a day of each SKU. */
export const dayOf: Record<Sku, Price> = {
  Basic: prices.basicDay,
  Standard: prices.standardDay,
  Premium: prices.premiumDay,
};
/** Processors that a task runs on, unless an agent pool is named ("Tasks" of Container Registry's API). */
const taskCpus = 2;

/** What Azure bills. Role assignments, tokens, webhooks and cache rules are free. */
function items(args: AzureDescription): CostItem[] {
  const { azure, builds, pullThroughCaches: caches, encryption, repositories, usage } = args;
  const { diagnostics, privateEndpoints, replicas } = azure;
  const { sku } = chooseSku(args);
  const included = includedGb[sku];
  const softDelete = azure.softDeleteDays !== undefined;
  const { purgeTask } = compileAcr({ repositories, premium: sku === Sku.Premium, softDelete });
  const zone = privateEndpoints.some(({ dnsZone }) => dnsZone === undefined);
  // A geo-replica keeps a copy of every image.
  const copies = 1 + replicas.length;
  // ACR reads the user name of a cache's login from a vault as well, so that any login needs one.
  const vault =
    encryption.key === createKey || caches.some(({ credentials }) => credentials !== undefined);
  return [
    ...item(
      "Container Registry",
      standing(`Registry (${sku})`, dayOf[sku], daysOfMonth),
      replicas.length > 0 &&
        standing(`Replicas (${replicas.length})`, prices.premiumDay, replicas.length * daysOfMonth),
      used(
        `Storage${copies > 1 ? " and its copies" : ""}`,
        { ...prices.storage, free: included * copies },
        usage.storedGb * copies,
      ),
      used("Pulls from other regions", prices.otherRegions, usage.pulledGb.otherRegions),
      used("Pulls over the internet", prices.internet, usage.pulledGb.internet),
    ),
    ...item(
      "Tasks",
      builds.length > 0 &&
        azure.builds.agentPool === undefined &&
        used("Builds", prices.taskSecond, usage.buildMinutes * 60 * taskCpus),
      purgeTask !== undefined && used("Nightly purge", prices.taskSecond),
    ),
    ...item("Key Vault", vault && used("Operations", prices.vaultOperations)),
    ...item(
      "Private endpoints",
      privateEndpoints.length > 0 &&
        standing("Hours", prices.endpointHour, privateEndpoints.length * hoursOfMonth),
      privateEndpoints.length > 0 && used("Data", prices.endpointData),
      zone && standing("Private DNS zone", prices.dnsZone, 1),
    ),
    ...item("Log Analytics", diagnostics.workspace !== undefined && used("Logs", prices.logs)),
  ];
}

/** What may cost more on Azure than expected. */
function warnings(args: AzureDescription): string[] {
  const { azure, builds, environment, lab } = args;
  const { sku } = chooseSku(args);
  const day = dayOf[sku].dollars * (1 + azure.replicas.length);
  const ttl = lab.ttlHours;
  return [
    `An idle registry is billed too, ${dollars(day)} a day; it cannot be paused.`,
    ...(environment === Environment.Lab && sku !== Sku.Basic
      ? [
          ttl === undefined
            ? `${sku} is expensive for a lab: forgotten for ${daysOfMonth} days it costs ${dollars(day * daysOfMonth)}. wharf:lab.ttlHours lets npx wharf reap remove it.`
            : `${sku} is expensive for a lab: in its ${count(ttl)} hours it costs ${dollars(cents((day * ttl) / 24))}.`,
        ]
      : []),
    ...(azure.defender
      ? [
          "Microsoft Defender for Containers is billed by the vCores of the subscription's clusters, and is not part of the estimate.",
        ]
      : []),
    ...(azure.builds.agentPool?.tier === undefined
      ? []
      : [
          `The ${azure.builds.agentPool.count} machines of agent pool ${azure.builds.agentPool.name} are billed by the hour, even without builds, and are not part of the estimate.`,
        ]),
    ...(builds.length > 0
      ? ["ACR Tasks do not run in a subscription that uses free credits."]
      : []),
    ...growth(args, prices.storage),
  ];
}
