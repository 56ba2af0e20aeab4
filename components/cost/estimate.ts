import type { SharedDescription } from "../model/description";
import { Target } from "../model/environment";

import { awsItems, awsWarnings } from "../aws/cost";
import { azureItems, azureWarnings } from "../azure/cost";
import { gcpItems, gcpWarnings } from "../gcp/cost";
import { cents, type CostItem } from "./lines";
import { assumedRegion, pricesAsOf } from "./prices";
import { selfHostedWarnings } from "./warnings";

/** What a month of a registry costs, as far as its description tells. */
export interface Estimate {
  /** What is charged, thing by thing; empty where the registry runs on machines of one's own. */
  items: CostItem[];
  /** US dollars for what stands, used or not. */
  baselineDollars: number;
  /** US dollars for what `wharf:usage` expects. */
  usageDollars: number;
  /** US dollars for both, in whole cents. */
  monthlyDollars: number;
  /** Region whose prices are in it; undefined where nothing is charged. */
  region?: string;
  /** Month in which the prices were last compared with their sources, as 2026-08. */
  pricesAsOf: string;
  /** What may cost more than one thinks, a sentence each. */
  warnings: string[];
}

/** The reading of one target: what it charges for, and what it is easy to overlook. */
interface Reading {
  items(args: SharedDescription): CostItem[];
  warnings(args: SharedDescription): string[];
  region?: string;
}

const onOwnMachines: Reading = { items: () => [], warnings: selfHostedWarnings };
const readings: Record<Target, Reading> = {
  docker: onOwnMachines,
  kubernetes: onOwnMachines,
  aws: { items: awsItems, warnings: awsWarnings, region: assumedRegion.aws },
  gcp: { items: gcpItems, warnings: gcpWarnings, region: assumedRegion.gcp },
  azure: { items: azureItems, warnings: azureWarnings, region: assumedRegion.azure },
};

/** What a month of the registry costs, from its checked description and the price file alone. */
export function estimate(args: SharedDescription): Estimate {
  const { items, warnings, region } = readings[args.target];
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
