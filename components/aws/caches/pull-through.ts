import { roles, type AccessLists } from "../../access/settings";

/** Who may have repositories made below a prefix by pulling through a cache for the first time. */
export interface PullThroughGrant {
  /** What the repositories' names begin with, or ROOT for all. */
  prefix: string;
  /** Roles and users by their ARN. */
  principals: string[];
  /** Whole accounts by their number. */
  accounts: string[];
  /** Whole organizations by their id. */
  organizations: string[];
}

/** What of a description says who pulls through caches. */
interface PullThrough {
  access: AccessLists;
  caches: readonly { name: string }[];
  aws: { registryPolicy: { pullThrough: readonly { prefix: string; principals: string[] }[] } };
}

/**
 * Who may pull through caches: whom `wharf:aws.registryPolicy.pullThrough` names, and through `wharf:caches` everyone who may
 * pull from every repository.
 */
export function pullThroughGrants({ access, caches, aws }: PullThrough): PullThroughGrant[] {
  const named = aws.registryPolicy.pullThrough.map((grant) => ({
    ...grant,
    ...{ accounts: [], organizations: [] },
  }));
  const everyone = [...new Set(roles.flatMap((role) => access[role]))].toSorted();
  const behind = (word: string) =>
    everyone.filter((one) => one.startsWith(word)).map((one) => one.slice(word.length));
  const pullers = {
    principals: everyone.filter((one) => one.startsWith("arn:")),
    accounts: behind("account:"),
    organizations: behind("organization:"),
  };
  if (Object.values(pullers).every(({ length }) => length === 0)) return named;
  return [...named, ...caches.map(({ name: prefix }) => ({ prefix, ...pullers }))];
}

/** A prefix as the last part of an ARN of repositories: `docker-hub/*`, or `*` for all. */
export function prefixPath(prefix: string): string {
  return prefix === "ROOT" ? "*" : `${prefix.replace(/\/$/, "")}/*`;
}
