import type { AwsDescription } from "./settings";
import {
  ecrIdentityPolicy,
  type EcrPlace,
  type FurtherRepositories,
  publicGallery,
} from "../access/ecr";
import { createOnPushPaths } from "./create-on-push";
import { highestRoles } from "../access/matrix";
import { includes, Role, roles, type AccessLists } from "../model/access";

import type { Identity } from "../model/identities";
import { stackTag } from "./names";
import { pullThroughGrants } from "./pull-through-cache/upstreams";
import { replicaGrants } from "./replication/plan";

/** Longest managed policy that IAM accepts, white space not counted ("IAM and AWS STS quotas"). */
export const identityPolicyLimit = 6144;

/** What a role or user may do with a repository, or with every one of the stack: `*`. */
export interface IdentityGrant {
  repository: string;
  role: Role;
}

/** The part of a description that names roles and users. */
type Lists = Pick<AwsDescription, "access" | "aws"> & {
  repositories: readonly ({ name: string } & AccessLists)[];
  pullThroughCaches: readonly { name: string }[];
};

/**
 * What each role and user of an account may do, by its ARN. A grant for all repositories covers each of them, so that a policy
 * only grows with the exceptions.
 */
export function identityGrants(
  lists: Lists,
  account: string,
): ReadonlyMap<string, IdentityGrant[]> {
  const { access, repositories } = lists;
  const grants = new Map<string, IdentityGrant[]>();
  const common = new Map<string, Role[]>();
  const isOwn = (principal: string) => principal.split(":")[4] === account;
  const listsOf = (of: AccessLists) =>
    highestRoles(roles.map((role) => ({ role, principals: of[role] }))).filter(({ principal }) =>
      isOwn(principal),
    );
  for (const { principal, role } of listsOf(access)) {
    common.set(principal, [...(common.get(principal) ?? []), role]);
    grants.set(principal, [...(grants.get(principal) ?? []), { repository: "*", role }]);
  }
  for (const repository of repositories) {
    for (const { principal, role } of listsOf(repository)) {
      if (common.get(principal)?.some((already) => includes(already, role))) continue;
      const own = grants.get(principal) ?? [];
      own.push({ repository: repository.name, role });
      grants.set(principal, own);
    }
  }
  for (const principal of pullThroughGrants(lists).flatMap(({ principals }) => principals)) {
    if (isOwn(principal) && !grants.has(principal)) grants.set(principal, []);
  }
  for (const principal of lists.aws.publicRepositories.flatMap(({ push }) => push)) {
    if (isOwn(principal) && !grants.has(principal)) grants.set(principal, []);
  }
  return grants;
}

/**
 * The policy of one role or user as JSON. All repositories of a stack are those with its tag.
 * @param arn the role or user
 */
export function identityPolicy(
  { stack, ...lists }: Omit<Lists, "repositories"> & { stack: string },
  arn: string,
  grants: readonly IdentityGrant[],
  place: EcrPlace,
): string {
  const prefixes = pullThroughGrants(lists)
    .filter(({ principals }) => principals.includes(arn))
    .map(({ prefix }) => (prefix === "ROOT" ? "*" : prefix));
  return stackPolicy({ stack, aws: lists.aws }, grants, place, {
    pullThrough: prefixes,
    createOnPush: createOnPushPaths(lists, arn),
    gallery: lists.aws.publicRepositories
      .filter(({ push }) => push.includes(arn))
      .map(({ name }) => name),
  });
}

/**
 * A policy that allows an identity to log in and to do what it is granted, as JSON.
 * @param further repositories that it may create by pulling through a cache, or by a push
 */
export function stackPolicy(
  { stack, aws }: { stack: string; aws: Pick<AwsDescription["aws"], "replication"> },
  grants: readonly IdentityGrant[],
  place: EcrPlace,
  further: Omit<FurtherRepositories, "replicas"> = {},
): string {
  const replicas = replicaGrants(
    aws.replication,
    grants.filter(({ role }) => includes(role, Role.Pull)).map(({ repository }) => repository),
  );
  const { Version, Statement } = ecrIdentityPolicy(grants, place, { ...further, replicas });
  return JSON.stringify({
    Version,
    Statement: Statement.map((statement) =>
      // A repository that a push is about to create has no tag yet.
      statement.Sid !== "CreateOnPush" &&
      [statement.Resource].flat().some((arn) => arn?.endsWith(":repository/*"))
        ? {
            ...statement,
            Condition: { StringEquals: { [`aws:ResourceTag/${stackTag}`]: stack } },
          }
        : statement,
    ),
  });
}

/** Repositories of the gallery that a pipeline pushes to, by their names there. */
export function galleryOf({ push }: Pick<Identity, "push">): string[] {
  return push
    .filter((repository) => repository.startsWith(publicGallery))
    .map((repository) => repository.slice(publicGallery.length));
}

/** What a pipeline may do with each private repository that it names; push includes pull where both lists name one. */
export function pipelineGrants({
  pull,
  push,
  delete: deleted,
}: Pick<Identity, "pull" | "push" | "delete">): IdentityGrant[] {
  return [
    ...push
      .filter((repository) => !repository.startsWith(publicGallery))
      .map((repository) => ({ repository, role: Role.Push })),
    ...pull
      .filter((repository) => !push.includes(repository))
      .map((repository) => ({ repository, role: Role.Pull })),
    ...deleted.map((repository) => ({ repository, role: Role.Delete })),
  ];
}
