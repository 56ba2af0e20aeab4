import type { EcrPlace } from "../../access/ecr";

/** What the policy of a registry says so that other accounts may replicate into it. */
export function replicationStatement(
  { partition, region, account }: EcrPlace,
  from: readonly string[],
) {
  return {
    Sid: "Replicate",
    Effect: "Allow",
    Principal: { AWS: from.map((id) => `arn:${partition}:iam::${id}:root`) },
    Action: ["ecr:CreateRepository", "ecr:ReplicateImage"],
    Resource: `arn:${partition}:ecr:${region}:${account}:repository/*`,
  };
}

/** The whole policy of a registry in another account that lets one account in, as JSON. */
export function registryPolicyFor(place: EcrPlace, from: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [replicationStatement(place, [from])],
  });
}
