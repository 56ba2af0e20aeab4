import { upstreamOf } from "../../caches/upstreams";

/** A registry that ECR can cache. */
export interface CacheableUpstream {
  /** How ECR wants it named: its host alone. */
  registryUrl: string;
  /** Whether ECR logs in there; elsewhere it asks as nobody, and takes no credentials. */
  asksForCredentials: boolean;
}

/** Hosts that ECR caches ("Sync an upstream registry with an Amazon ECR private registry" of its user guide). */
const cacheable: readonly (readonly [host: RegExp, asksForCredentials: boolean])[] = [
  [/^registry-1\.docker\.io$/, true],
  [/^ghcr\.io$/, true],
  [/^quay\.io$/, false],
  [/^registry\.k8s\.io$/, false],
  [/^public\.ecr\.aws$/, false],
  [/^registry\.gitlab\.com$/, true],
  [/^[a-z0-9]{5,50}\.azurecr\.io$/, true],
  [/^cgr\.dev$/, true],
];

/** What ECR caches, as a description names it. */
export const cacheableWords =
  "docker-hub, ghcr, quay, kubernetes, ecr-public, https://registry.gitlab.com, https://NAME.azurecr.io and https://cgr.dev";

/** What the name of a secret begins with that ECR logs in to an upstream by ("Creating a pull through cache rule"). */
export const cacheSecretPrefix = "ecr-pullthroughcache/";

/** An upstream of `wharf:caches` as ECR takes it; undefined where ECR cannot cache it. */
export function cacheableUpstream(upstream: string): CacheableUpstream | undefined {
  const { url } = upstreamOf(upstream);
  const { host } = new URL(url);
  const known = cacheable.find(([hosts]) => hosts.test(host));
  return known === undefined ? undefined : { registryUrl: host, asksForCredentials: known[1] };
}
