import { type AccessLists, Role } from "../model/access";
import { prefixPath, type PullThroughGrant } from "./pull-through-cache/upstreams";

/** What of a description says which repositories a push creates. */
interface CreateOnPush {
  access: AccessLists;
  aws: { creationTemplates: readonly { prefix: string; appliedFor: readonly string[] }[] };
}

/** Prefixes below which a push creates a repository. */
function prefixesOf({ aws }: Pick<CreateOnPush, "aws">): string[] {
  return aws.creationTemplates
    .filter(({ appliedFor }) => appliedFor.includes("createOnPush"))
    .map(({ prefix }) => prefix);
}

/** Who may push to every repository, and so to those that a push creates. */
function pushersOf({ access }: Pick<CreateOnPush, "access">): string[] {
  return [...new Set([...access[Role.Push], ...access[Role.Admin]])].toSorted();
}

/**
 * Paths below which a role or user may create a repository by a push: `ecr:CreateRepository` is asked of whoever pushes ("Repository
 * creation templates" of ECR's user guide), and a repository that does not exist yet has no tag of the stack.
 */
export function createOnPushPaths(args: CreateOnPush, principal: string): string[] {
  return pushersOf(args).includes(principal) ? prefixesOf(args).map(prefixPath) : [];
}

/** Who in other accounts may create repositories by a push: the registry's policy has to let them. */
export function createOnPushGrants(args: CreateOnPush): PullThroughGrant[] {
  const pushers = pushersOf(args);
  const behind = (word: string) =>
    pushers.filter((one) => one.startsWith(word)).map((one) => one.slice(word.length));
  const grant = {
    principals: pushers.filter((one) => one.startsWith("arn:")),
    accounts: behind("account:"),
    organizations: behind("organization:"),
    organizationalUnits: behind("organizationalUnit:"),
  };
  if (Object.values(grant).every(({ length }) => length === 0)) return [];
  return prefixesOf(args).map((prefix) => ({ prefix, ...grant }));
}
