import type { RepositoryKey } from "./encryption";

/**
 * Prices in US dollars, as of 2026: cloud.google.com/artifact-registry/pricing, cloud.google.com/artifact-analysis/pricing and
 * cloud.google.com/kms/pricing.
 */
export const prices = {
  /** A GB of images for a month, beyond the first half GB of the billing account. */
  storedGb: 0.1,
  /** The first scan of an image; later ones of the same digest are free. */
  scannedDigest: 0.26,
  /** An active version of a software key for a month; each rotation adds one. */
  keyVersion: 0.06,
} as const;

/** What an idle month costs: repositories are free, and each key has one version at first. */
export function idleMonthlyCost(keys: Record<string, RepositoryKey>): number {
  const created = Object.values(keys).filter(({ created }) => created !== undefined);
  // In whole cents: 0.06 has no exact binary form, and three of it would show as 0.18 and a tail.
  return Math.round(created.length * prices.keyVersion * 100) / 100;
}
