import type { AwsDescription } from "../settings";
import { getCallerIdentity } from "@pulumi/aws/getCallerIdentity";
import { keyOf, removeCommand } from "../../core/messages";
import type { Problem } from "../../core/problems";

import { isRegion, providerRegion, unknownRegion, unlistedRegion } from "../place";
import { ownershipProblems } from "../private-registry";
import { credentialProblems } from "./credentials";
import { standingResources } from "../../state/standing";
import { inspectorProblems } from "./inspector";
import { hasPrefixes, prefixProblems } from "./prefixes";
import { replacedSettingsProblems } from "./registry-settings";
import { elsewhereProblems } from "./regions";

/**
 * Problems of clusters whose nodes have a role of another account: only the owner of a role can attach a policy to it, and two
 * accounts may each have a role of the same name. AWS is asked for the account only where a description names nodes.
 */
export async function nodeProblems({ clusters }: AwsDescription): Promise<Problem[]> {
  if (clusters.every(({ nodes }) => nodes === undefined)) return [];
  const { accountId } = await getCallerIdentity({});
  return clusters.flatMap(({ nodes }, index) => {
    const account = nodes?.split(":")[4];
    if (nodes === undefined || account === accountId) return [];
    const path = ["clusters", index, "nodes"];
    return [
      {
        key: keyOf(path),
        message: `is a role of account ${account}, and the registry is in ${accountId}, which cannot attach policies there; name the role in wharf:access.pull, and attach AmazonEC2ContainerRegistryPullOnly in its own account`,
        fix: removeCommand(path),
      },
    ];
  });
}

/**
 * What prevents a deployment on AWS: no region or an unknown one, a resource in another region, no credentials, another owner of the
 * registry's settings or settings that would be replaced, prefixes that are taken, nodes of another account. AWS and the stack's state
 * are asked only where the description has something that depends on them.
 */
export async function preflight(args: AwsDescription): Promise<Problem[]> {
  const region = providerRegion();
  const problems = [
    ...regionProblems(region, args),
    ...(isRegion(region) ? elsewhereProblems(args, region) : []),
    ...(await credentialProblems()),
  ];
  if (problems.length > 0) return problems;
  const asksState = args.aws.managePrivateRegistry || hasPrefixes(args);
  const standing = asksState ? await standingResources(args) : [];
  const owned = await ownershipProblems(args, region);
  return [
    ...inspectorProblems(standing),
    ...owned,
    ...(owned.length > 0 ? [] : await replacedSettingsProblems(args, region, standing)),
    ...(await prefixProblems(args, region, standing)),
    ...(await nodeProblems(args)),
  ];
}

/** What a preview says of regions that this release does not know. */
export function warnings({ aws }: AwsDescription): string[] {
  return [
    ...unlistedRegion("aws:region", providerRegion()),
    ...aws.replication.flatMap(({ region }, index) =>
      unlistedRegion(["aws", "replication", index, "region"], region),
    ),
  ];
}

/** Problems of the region, and of what the description names in another. */
function regionProblems(region: string, { encryption: { key }, aws }: AwsDescription): Problem[] {
  if (region === "") {
    return [
      {
        key: "aws:region",
        message:
          "is missing, and neither AWS_REGION, AWS_DEFAULT_REGION nor the AWS profile has a region",
        fix: "pulumi config set aws:region eu-central-1",
      },
    ];
  }
  const unknown = unknownRegion(
    "aws:region",
    region,
    (known) => `pulumi config set aws:region ${known}`,
  );
  if (unknown.length > 0) return unknown;
  const problems: Problem[] = [];
  const [, , , keyRegion] = key?.split(":") ?? [];
  if (keyRegion !== undefined && keyRegion !== region) {
    problems.push({
      key: "wharf:encryption.key",
      message: `is a key in ${keyRegion}, and the registry is in ${region}; ECR only uses keys of its own region`,
      fix: `aws kms list-keys --region ${region}`,
    });
  }
  if (aws.publicRepositories.length > 0 && region.startsWith("cn-")) {
    problems.push({
      key: "wharf:aws.publicRepositories",
      message: `are not available in ${region}: the ECR Public Gallery does not exist in China`,
      fix: "pulumi config rm --path 'wharf:aws.publicRepositories'",
    });
  }
  return problems;
}
