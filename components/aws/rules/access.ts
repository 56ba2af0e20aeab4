import type { Rule } from "../../core/rule";
import type { AwsDescription } from "../settings";
import { ecrRepositoryPolicy } from "../../access/ecr";
import { highestRoles } from "../../access/matrix";
import { principalProblems } from "../../access/principals";
import { roles } from "../../model/access";
import { keyOf, removeCommand, setCommand } from "../../core/messages";
import type { Problem } from "../../core/problems";

import { identityGrants, identityPolicy, identityPolicyLimit } from "../iam-grants";
import { sourceLimits } from "../source-limits";

/** Longest policy of a repository (service model of ECR's API). */
const repositoryPolicyLimit = 10_240;

// Longer than that of any account or region, so that what fits here fits everywhere.
const longestPlace = {
  partition: "aws-us-gov",
  region: "ap-southeast-1",
  account: "123456789012",
};

/** ECR asks everyone to log in; the public gallery is a registry of its own. */
function publicProblems({ access }: AwsDescription): Problem[] {
  return access.public
    ? [
        {
          key: "wharf:access.public",
          message:
            "is not to be had from ECR, which asks everyone to log in; name what all may pull in wharf:aws.publicRepositories",
          fix: removeCommand(["access", "public"]),
        },
      ]
    : [];
}

/** Policies that would be longer than AWS takes, which it would refuse in the middle of an `up`. */
function lengthProblems({
  access,
  repositories,
  endpoint,
  aws,
  builds,
}: AwsDescription): Problem[] {
  const { partition, account } = longestPlace;
  const limits = sourceLimits(
    { endpoint, aws },
    // Of a stack whose name nobody knows here; a role's may be this long.
    builds.map(() => `arn:${partition}:iam::${account}:role/${"r".repeat(64)}`),
  );
  const lengthOf = (
    lists: (AwsDescription["access"] | AwsDescription["repositories"][number])[],
  ) => {
    const grants = highestRoles(
      lists.flatMap((of) => roles.map((role) => ({ role, principals: of[role] }))),
    );
    const statements = ecrRepositoryPolicy(grants, longestPlace)?.Statement ?? [];
    return JSON.stringify({ Version: "2012-10-17", Statement: [...statements, ...limits] }).length;
  };
  const message = (length: number) =>
    `makes a policy of ${length} characters, of which ECR takes ${repositoryPolicyLimit}; name a role that several assume, account:… or organization:… in place of many principals`;
  const common = lengthOf([access]);
  if (common > repositoryPolicyLimit) return [{ key: "wharf:access", message: message(common) }];
  return repositories.flatMap((repository, index) => {
    if (roles.every((role) => repository[role].length === 0)) return [];
    const length = lengthOf([access, repository]);
    return length > repositoryPolicyLimit
      ? [{ key: keyOf(["repositories", index]), message: message(length) }]
      : [];
  });
}

/** Problems of the policies for the account's own roles and users. */
function identityProblems({
  access,
  repositories,
  aws,
  pullThroughCaches: caches,
}: AwsDescription): Problem[] {
  const lists = {
    access,
    repositories,
    aws,
    pullThroughCaches: caches,
  };
  const { account, attach } = aws.identityPolicies;
  if (account === undefined) {
    return attach
      ? [
          {
            key: "wharf:aws.identityPolicies.attach",
            message:
              "attaches the policies of an account's roles and users, and wharf:aws.identityPolicies.account names none",
            fix: setCommand(["aws", "identityPolicies", "account"], "123456789012"),
          },
        ]
      : [];
  }
  // Of a stack whose name nobody knows here; a name of Pulumi's may be this long.
  const stack = "s".repeat(100);
  return [...identityGrants(lists, account)].flatMap(([arn, grants]) => {
    const { length } = identityPolicy({ stack, ...lists }, arn, grants, {
      ...longestPlace,
      account,
    });
    return length > identityPolicyLimit
      ? [
          {
            key: "wharf:repositories",
            message: `names ${arn} ${grants.length} times, which makes a policy of ${length} characters; IAM takes ${identityPolicyLimit}. Name it once in wharf:access, for all repositories of the stack`,
          },
        ]
      : [];
  });
}

/** Rules about who may do what. */
export const accessRules: Rule<AwsDescription>[] = [
  { needs: ["access", "repositories"], find: (d) => principalProblems("aws", d) },
  { needs: ["access"], find: publicProblems },
  { needs: ["access", "repositories", "endpoint", "aws", "builds"], find: lengthProblems },
  { needs: ["access", "repositories", "aws", "pullThroughCaches"], find: identityProblems },
];
