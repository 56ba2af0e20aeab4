import type * as pulumi from "@pulumi/pulumi";
import type { RegistryArgs } from "../registry";
import type { Place } from "./place";
import { prefixPath, pullThroughGrants, type PullThroughGrant } from "./caches/pull-through";
import { replicationStatement } from "./replication/policy";

/**
 * The policy of the registry as a whole: who may replicate into it, and whose pull through a cache may make a repository.
 * Undefined where nobody may, which is what a registry without a policy says.
 */
export function registryPolicy(
  args: RegistryArgs,
  place: Place,
): pulumi.Output<string> | undefined {
  const { replicateFrom } = args.aws.registryPolicy;
  const pullThrough = pullThroughGrants(args);
  if (replicateFrom.length === 0 && pullThrough.length === 0) return undefined;
  const { partition, region } = place;
  const rootOf = (id: string) => `arn:${partition}:iam::${id}:root`;
  return place.accountId().apply((account) => {
    const repositories = (path: string) =>
      `arn:${partition}:ecr:${region}:${account}:repository/${path}`;
    const statements = [
      ...(replicateFrom.length === 0
        ? []
        : [replicationStatement({ ...place, account }, replicateFrom)]),
      ...pullThrough.flatMap((grant, index) =>
        whosePulls(grant, rootOf).map(({ suffix, ...who }) => ({
          Sid: `PullThrough${index}${suffix}`,
          Effect: "Allow",
          Action: ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"],
          Resource: repositories(prefixPath(grant.prefix)),
          ...who,
        })),
      ),
    ];
    return JSON.stringify({ Version: "2012-10-17", Statement: statements });
  });
}

/** The principals of a grant as IAM writes them, each kind in a statement of its own. */
function whosePulls(
  { principals, accounts, organizations }: PullThroughGrant,
  rootOf: (account: string) => string,
) {
  return [
    ...(principals.length === 0
      ? []
      : [
          {
            suffix: "",
            // The account with a condition, since IAM refuses a policy that names a role of which it has not heard yet.
            Principal: { AWS: accountsOf(principals) },
            Condition: { ArnEquals: { "aws:PrincipalArn": principals } },
          },
        ]),
    ...(accounts.length === 0
      ? []
      : [{ suffix: "Accounts", Principal: { AWS: accounts.map(rootOf) } }]),
    ...(organizations.length === 0
      ? []
      : [
          {
            suffix: "Organizations",
            Principal: { AWS: "*" },
            Condition: { StringEquals: { "aws:PrincipalOrgID": organizations } },
          },
        ]),
  ];
}

/** The accounts of roles and users, each by its root, which stands for everyone in it whom IAM allows. */
function accountsOf(principals: readonly string[]): string[] {
  return [...new Set(principals.map((arn) => arn.replace(/:(role|user)\/.*$/, ":root")))];
}
