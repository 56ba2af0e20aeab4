import { awsCosts } from "../aws/cost";
import { azureCosts } from "../azure/cost";
import { type Costs, type Estimate, estimateBy, selfHostedCosts } from "../cost/estimate";
import { gcpCosts } from "../gcp/cost";
import { Target } from "../model/environment";
import type { Description } from "./schema";

const costs: Record<Target, Costs<Description>> = {
  docker: selfHostedCosts,
  kubernetes: selfHostedCosts,
  aws: awsCosts,
  gcp: gcpCosts,
  azure: azureCosts,
};

/** What a month of the registry costs on the target that its description names, without an engine and without credentials. */
export function estimate(description: Description): Estimate {
  return estimateBy(description, costs[description.target]);
}
