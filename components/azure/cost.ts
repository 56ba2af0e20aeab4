import { Sku } from "./choices";

/**
 * US dollars a day, the first 10, 100 or 500 GiB with it: "Azure Container Registry service tiers" and the price list of 2026.
 * Each replica costs as much as a Premium registry.
 */
const dollarsADay: Record<Sku, number> = { Basic: 0.167, Standard: 0.667, Premium: 1.667 };

/** Days that a month's price is given for. */
const daysOfAMonth = 30;

/** What an idle registry costs in 30 days, in US dollars: storage beyond what is included and traffic come on top. */
export function monthlyDollars(sku: Sku, replicas: number): number {
  const dollars = (dollarsADay[sku] + replicas * dollarsADay[Sku.Premium]) * daysOfAMonth;
  return Math.round(dollars * 100) / 100;
}
