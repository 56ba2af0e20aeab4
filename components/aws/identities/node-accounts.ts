import { getCallerIdentity } from "@pulumi/aws/getCallerIdentity";
import { keyOf, removeCommand } from "../../description/messages";
import type { Problem } from "../../description/problems";
import type { RegistryArgs } from "../../registry";

/**
 * Problems of clusters whose nodes are another account's: only who owns a role attaches a policy to it, and of two accounts each
 * may have a role of the same name. AWS is asked for the account where a description names nodes.
 */
export async function nodeProblems({ clusters }: RegistryArgs): Promise<Problem[]> {
  if (clusters.every(({ nodes }) => nodes === undefined)) return [];
  const { accountId } = await getCallerIdentity({});
  return clusters.flatMap(({ nodes }, index) => {
    const account = nodes?.split(":")[4];
    if (nodes === undefined || account === accountId) return [];
    const path = ["clusters", index, "nodes"];
    return [
      {
        key: keyOf(path),
        message: `is a role of account ${account}, and the registry is in ${accountId}, which attaches no policies there; name it in wharf:access.pull, and give it AmazonEC2ContainerRegistryPullOnly in its own account`,
        fix: removeCommand(path),
      },
    ];
  });
}
