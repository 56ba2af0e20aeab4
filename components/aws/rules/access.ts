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

// The longest names of a partition and region, so that what fits here fits everywhere.
const longestPlace = {
  partition: "aws-us-gov",
  region: "ap-southeast-1",
  account: "123456789012",
};

/** ECR does not support anonymous pulls; the ECR Public Gallery is a separate registry. */
function publicProblems({ access }: AwsDescription): Problem[] {
  return access.public
    ? [
        {
          key: "wharf:access.public",
          message:
            "is refused: ECR does not support anonymous pulls; put public images in wharf:aws.publicRepositories",
          fix: removeCommand(["access", "public"]),
        },
      ]
    : [];
}

/** Policies longer than AWS accepts, which it would refuse in the middle of an `up`. */
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
    // The stack's name is not known here; a role's name may be this long.
    builds.map(
      () => `arn:${partition}:iam::${account}:role${aws.iam.path ?? "/"}${"r".repeat(64)}`,
    ),
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
    `needs a policy of ${length} characters; ECR allows ${repositoryPolicyLimit}; name a role that several assume, account:… or organization:… in place of many principals`;
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
              "needs the account whose roles and users get the policies, and wharf:aws.identityPolicies.account is not set",
            fix: setCommand(["aws", "identityPolicies", "account"], "123456789012"),
          },
        ]
      : [];
  }
  // The stack's name is not known here; one may be this long.
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
            message: `names ${arn} ${grants.length} times, which needs a policy of ${length} characters; IAM allows ${identityPolicyLimit}. Name it once in wharf:access, for all repositories of the stack`,
          },
        ]
      : [];
  });
}

/** Rules about who may do what. */
export const accessRules: Rule<AwsDescription>[] = [
  {
    needs: ["access", "groups", "repositories"],
    find: ({ groups, named }) => principalProblems("aws", named, groups),
  },
  { needs: ["access"], find: publicProblems },
  { needs: ["access", "repositories", "endpoint", "aws", "builds"], find: lengthProblems },
  { needs: ["access", "repositories", "aws", "pullThroughCaches"], find: identityProblems },
];
