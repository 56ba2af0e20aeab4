import { type AccessLists, includes, Role, roles } from "../../model/access";
import { upstreamOf } from "../../model/caches";

/** A registry that ECR can cache. */
export interface CacheableUpstream {
  /** How ECR names it: only the host. */
  registryUrl: string;
  /** Whether ECR logs in there; elsewhere it pulls anonymously and accepts no credentials. */
  asksForCredentials: boolean;
}

/** A private registry of ECR, of any account and region. */
const ecrHost = /^(?<account>\d{12})\.dkr\.ecr\.(?<region>[a-z0-9-]+)\.amazonaws\.com(\.cn)?$/;

/** The account and the region of a private registry of ECR by its host; undefined of any other host. */
export function ecrRegistryOf(host: string): { account: string; region: string } | undefined {
  const { account, region } = ecrHost.exec(host)?.groups ?? {};
  return account === undefined || region === undefined ? undefined : { account, region };
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
  [ecrHost, false],
];

/** What ECR caches, as a description names it. */
export const cacheableWords =
  "docker-hub, ghcr, quay, kubernetes, ecr-public, https://registry.gitlab.com, https://NAME.azurecr.io, https://cgr.dev and https://ACCOUNT.dkr.ecr.REGION.amazonaws.com";

/** Prefix of the names of secrets that ECR uses to log in to an upstream ("Creating a pull through cache rule"). */
export const cacheSecretPrefix = "ecr-pullthroughcache/";

/** An upstream of `wharf:pullThroughCaches` as ECR names it; undefined where ECR cannot cache it. */
export function cacheableUpstream(upstream: string): CacheableUpstream | undefined {
  const { url } = upstreamOf(upstream);
  const { host } = new URL(url);
  const known = cacheable.find(([hosts]) => hosts.test(host));
  return known === undefined ? undefined : { registryUrl: host, asksForCredentials: known[1] };
}

/** Who may create repositories below a prefix by pulling through a cache for the first time. */
export interface PullThroughGrant {
  /** Prefix of the repositories' names, or ROOT for all. */
  prefix: string;
  /** Roles and users by their ARN. */
  principals: string[];
  /** Whole accounts by their number. */
  accounts: string[];
  /** Whole organizations by their id. */
  organizations: string[];
  /** Organizational units by their paths. */
  organizationalUnits: string[];
}

/** The part of a description that says who pulls through caches. */
interface PullThrough {
  access: AccessLists;
  pullThroughCaches: readonly { name: string }[];
  aws: { registryPolicy: { pullThrough: readonly { prefix: string; principals: string[] }[] } };
}

/**
 * Who may pull through caches: whom `wharf:aws.registryPolicy.pullThrough` names, and through `wharf:pullThroughCaches` everyone
 * who may pull from every repository.
 */
export function pullThroughGrants({
  access,
  pullThroughCaches: caches,
  aws,
}: PullThrough): PullThroughGrant[] {
  const named = aws.registryPolicy.pullThrough.map((grant) => ({
    ...grant,
    accounts: [],
    organizations: [],
    organizationalUnits: [],
  }));
  const pulling = roles.filter((role) => includes(role, Role.Pull));
  const everyone = [...new Set(pulling.flatMap((role) => access[role]))].toSorted();
  const behind = (word: string) =>
    everyone.filter((one) => one.startsWith(word)).map((one) => one.slice(word.length));
  const pullers = {
    principals: everyone.filter((one) => one.startsWith("arn:")),
    accounts: behind("account:"),
    organizations: behind("organization:"),
    organizationalUnits: behind("organizationalUnit:"),
  };
  if (Object.values(pullers).every(({ length }) => length === 0)) return named;
  return [...named, ...caches.map(({ name: prefix }) => ({ prefix, ...pullers }))];
}

/** A prefix as the last part of an ARN of repositories: `docker-hub/*`, or `*` for all. */
export function prefixPath(prefix: string): string {
  return prefix === "ROOT" ? "*" : `${prefix.replace(/\/$/, "")}/*`;
}
