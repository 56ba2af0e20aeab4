import type { SharedDescription } from "../model/description";
import { expiresTagged } from "../model/retention";

import { dollars } from "./lines";
import type { Price } from "./prices";

/** Part of a free quantity from which on a warning says that it will not last. */
const nearly = 0.8;
/** Scans of new images in a month, in US dollars, from which on a warning says their price. */
const dearScans = 25;

/** A quantity as a person reads it: `2,500`. */
export function count(quantity: number): string {
  return quantity.toLocaleString("en-US", { maximumFractionDigits: 2 });
}

/**
 * What to say of a free quantity that is nearly or wholly used up; nothing below 80 %.
 * @param what what is counted, as a sentence begins: `0.4 GB of images`
 * @param price price beyond the free quantity
 * @param of whose free quantity it is: `the billing account's`
 */
export function freeQuantity(what: string, quantity: number, price: Price, of: string): string[] {
  const { free = 0, unit, dollars: each } = price;
  const part = quantity / free;
  if (part < nearly) return [];
  const given = `${count(free)} ${unit} that ${of} has free of charge each month`;
  return [
    part > 1
      ? `${what} are more than the ${given}: what is beyond costs ${dollars(each)} each.`
      : `${what} are ${Math.round(part * 100)} % of the ${given}; beyond them each costs ${dollars(each)}.`,
  ];
}

/** What to say of scans that cost more than 25 US dollars a month. */
export function scans({ usage: { newImages } }: SharedDescription, price: Price): string[] {
  const cost = newImages * price.dollars;
  if (cost < dearScans) return [];
  return [
    `Scanning ${count(newImages)} new images costs ${dollars(cost)} a month: set scan.onPush to false for repositories that nothing is deployed from.`,
  ];
}

/** What to say of repositories that keep every tagged image while new ones are expected. */
export function growth({ usage, repositories }: SharedDescription, storage: Price): string[] {
  const kept = repositories.filter(
    ({ retention }) => !expiresTagged(retention) || retention.dryRun,
  );
  if (usage.newImages === 0 || kept.length === 0) return [];
  const names = kept.map(({ name }) => name).join(", ");
  return [
    `Of ${count(usage.newImages)} new images a month none with a tag ever expires in ${names}: every GB that they add costs ${dollars(storage.dollars)} more in each later month. wharf:retention.keepLast limits it.`,
  ];
}

/** What your own machines cost is not known here; a bucket has its own bill. */
export function selfHostedWarnings({ storage }: SharedDescription): string[] {
  return storage.kind === "volume"
    ? []
    : [
        `What the ${storage.kind} bucket holds is billed by its own cloud, and is not part of the estimate.`,
      ];
}
