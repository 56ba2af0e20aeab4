import type { Parsed } from "../../description/schema";

/** The port of a cache on the Docker host: as set, or after the registry's own, in the order of the list. */
export function cachePort(
  { caches, endpoint }: Pick<Parsed, "caches" | "endpoint">,
  index: number,
): number {
  return caches[index]?.port ?? endpoint.port + index + 1;
}
