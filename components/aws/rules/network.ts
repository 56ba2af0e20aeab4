import type { AwsDescription } from "../settings";
import { keyOf, removeCommand, setCommand } from "../../core/messages";
import type { Problem } from "../../core/problems";

import { isPrivateRange } from "../source-limits";

/** Contradictions between the VPC, its endpoints and the addresses that may reach the registry. */
export function networkProblems({ aws: { network }, endpoint }: AwsDescription): Problem[] {
  const { vpcId, limitToVpc, subnetIds, securityGroupIds, routeTableIds } = network;
  const problems: Problem[] = [];
  if (vpcId === undefined) {
    for (const [key, asked] of Object.entries({
      limitToVpc,
      subnetIds: subnetIds.length > 0,
      securityGroupIds: securityGroupIds.length > 0,
      routeTableIds: routeTableIds.length > 0,
    })) {
      if (!asked) continue;
      problems.push({
        key: keyOf(["aws", "network", key]),
        message: "needs a VPC, and wharf:aws.network.vpcId is not set",
        fix: setCommand(["aws", "network", "vpcId"], "vpc-0123456789abcdef0"),
      });
    }
    endpoint.allowFrom.forEach((range, index) => {
      if (!isPrivateRange(range)) return;
      problems.push({
        key: keyOf(["endpoint", "allowFrom", index]),
        message: `"${range}" is private; ECR sees private addresses only through VPC endpoints, and wharf:aws.network.vpcId is not set`,
        fix: setCommand(["aws", "network", "vpcId"], "vpc-0123456789abcdef0"),
      });
    });
  }
  if (securityGroupIds.length > 0 && subnetIds.length === 0) {
    problems.push({
      key: keyOf(["aws", "network", "securityGroupIds"]),
      message: "are for interface endpoints, and wharf:aws.network.subnetIds is empty",
      fix: removeCommand(["aws", "network", "securityGroupIds"]),
    });
  }
  if (
    vpcId !== undefined &&
    subnetIds.length > 0 &&
    securityGroupIds.length === 0 &&
    !endpoint.allowFrom.some(isPrivateRange)
  ) {
    problems.push({
      key: keyOf(["aws", "network", "securityGroupIds"]),
      message:
        "is empty, and wharf:endpoint.allowFrom has no private range that Wharf's security group could admit to the endpoints",
      fix: setCommand(["endpoint", "allowFrom", endpoint.allowFrom.length], "10.0.0.0/16"),
    });
  }
  return problems;
}
