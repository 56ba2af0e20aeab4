import type { RegistryArgs } from "../registry";

/**
 * Prices of us-east-1 in US dollars, July 2026: "AWS Key Management Service pricing" and "AWS PrivateLink pricing". ECR itself
 * bills what is stored (0.10 for a GB and month) and nothing for a repository.
 */
const prices = { keyMonth: 1, endpointHour: 0.01 } as const;
/** Hours of a month, as AWS's calculator counts them. */
const hoursOfMonth = 730;
/** Interface endpoints that ECR needs: one for its API, one for images. */
const interfaceEndpoints = 2;

/** What AWS charges for a month in which nobody stores or moves an image, in US dollars. */
export function idleMonth({ encryption, aws: { network } }: RegistryArgs): number {
  const keys = encryption.key === "create" ? prices.keyMonth : 0;
  const zones = network.vpcId === undefined ? 0 : network.subnetIds.length;
  const endpoints = interfaceEndpoints * zones * hoursOfMonth * prices.endpointHour;
  return Math.round((keys + endpoints) * 100) / 100;
}
