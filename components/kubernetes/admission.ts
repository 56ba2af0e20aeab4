import type { Parsed } from "../description/schema";

/** The parts of a description that say who may reach the registry over the network. */
type Reaching = Pick<Parsed, "endpoint" | "kubernetes">;

/** Whether the description limits by its addresses who may connect; without that the nodes may as everybody may. */
export function limitsSources({ endpoint, kubernetes: { networkPolicy } }: Reaching): boolean {
  return (
    endpoint.allowFrom.length > 0 ||
    (networkPolicy.enabled && networkPolicy.fromNamespaces.length > 0)
  );
}

/** The key that limits them, as messages name it. */
export function limitKey({ endpoint }: Pick<Reaching, "endpoint">): string {
  return endpoint.allowFrom.length > 0
    ? "wharf:endpoint.allowFrom"
    : "wharf:kubernetes.networkPolicy.fromNamespaces";
}

/**
 * The ranges of addresses that may connect from outside the cluster: `endpoint.allowFrom`, and the nodes, whose containerd pulls
 * by their own addresses. Empty where no addresses are limited.
 */
export function allowedRanges({ endpoint, kubernetes: { networkPolicy } }: Reaching): string[] {
  if (endpoint.allowFrom.length === 0) return [];
  return [...new Set([...endpoint.allowFrom, ...(networkPolicy.fromNodes ?? [])])];
}

/** A list of ranges as a sentence says it: the first ones, and how many more there are. */
export function listed(ranges: string[], most = 8): string {
  const more = ranges.length - most;
  return more <= 0 ? ranges.join(", ") : `${ranges.slice(0, most).join(", ")} and ${more} more`;
}
