import type * as pulumi from "@pulumi/pulumi";
import type { RegistryArgs } from "../registry";
import type { Place } from "./place";

/**
 * The policy of the registry as a whole: who may replicate into it, and whose pull through a cache may make a repository.
 * Undefined where nobody may, which is what a registry without a policy says.
 */
export function registryPolicy(
  { aws }: RegistryArgs,
  place: Place,
): pulumi.Output<string> | undefined {
  const { replicateFrom, pullThrough } = aws.registryPolicy;
  if (replicateFrom.length === 0 && pullThrough.length === 0) return undefined;
  const { partition, region } = place;
  return place.accountId().apply((account) => {
    const repositories = (path: string) =>
      `arn:${partition}:ecr:${region}:${account}:repository/${path}`;
    const statements = [
      ...(replicateFrom.length === 0
        ? []
        : [
            {
              Sid: "Replicate",
              Effect: "Allow",
              Principal: { AWS: replicateFrom.map((id) => `arn:${partition}:iam::${id}:root`) },
              Action: ["ecr:CreateRepository", "ecr:ReplicateImage"],
              Resource: repositories("*"),
            },
          ]),
      ...pullThrough.map(({ prefix, principals }, index) => ({
        Sid: `PullThrough${index}`,
        Effect: "Allow",
        // The account with a condition, since IAM refuses a policy that names a role of which it has not heard yet.
        Principal: { AWS: accountsOf(principals) },
        Action: ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"],
        Resource: repositories(prefix === "ROOT" ? "*" : `${prefix.replace(/\/$/, "")}/*`),
        Condition: { ArnEquals: { "aws:PrincipalArn": principals } },
      })),
    ];
    return JSON.stringify({ Version: "2012-10-17", Statement: statements });
  });
}

/** The accounts of roles and users, each by its root, which stands for everyone in it whom IAM allows. */
function accountsOf(principals: readonly string[]): string[] {
  return [...new Set(principals.map((arn) => arn.replace(/:(role|user)\/.*$/, ":root")))];
}
