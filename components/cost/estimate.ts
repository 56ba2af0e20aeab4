import type { SharedDescription } from "../model/description";
import { cents, type CostItem } from "./lines";
import { pricesAsOf } from "./prices";
import { selfHostedWarnings } from "./warnings";

/** What a month of a registry costs, as far as its description says. */
export interface Estimate {
  /** What is charged, by resource; empty where the registry runs on your own machines. */
  items: CostItem[];
  /** US dollars for what exists, used or not. */
  baselineDollars: number;
  /** US dollars for what `wharf:usage` expects. */
  usageDollars: number;
  /** US dollars for both, in whole cents. */
  monthlyDollars: number;
  /** Region whose prices are in it; undefined where nothing is charged. */
  region?: string;
  /** Month in which the prices were last compared with their sources, as 2026-08. */
  pricesAsOf: string;
  /** What may cost more than expected, a sentence each. */
  warnings: string[];
}

/** What one target costs: what it charges for, and what it is easy to overlook. */
export interface Costs<D> {
  items(args: D): CostItem[];
  warnings(args: D): string[];
  /** Region whose prices are taken; undefined where nothing is charged. */
  region?: string;
}

/** A registry on machines of your own: nothing is charged. */
export const selfHostedCosts: Costs<SharedDescription> = {
  items: () => [],
  warnings: selfHostedWarnings,
};

/** What a month of the registry costs on a target, from its checked description and the price file only. */
export function estimateBy<D>(args: D, { items, warnings, region }: Costs<D>): Estimate {
  const charged = items(args);
  const sum = (usageBased: boolean) =>
    cents(
      charged
        .flatMap(({ lines }) => lines)
        .filter((line) => line.usageBased === usageBased)
        .reduce((total, { monthlyDollars }) => total + monthlyDollars, 0),
    );
  const [baselineDollars, usageDollars] = [sum(false), sum(true)];
  return {
    items: charged,
    baselineDollars,
    usageDollars,
    monthlyDollars: cents(baselineDollars + usageDollars),
    ...(region === undefined ? {} : { region }),
    pricesAsOf,
    warnings: warnings(args),
  };
}
