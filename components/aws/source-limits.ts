import type { AwsDescription } from "./settings";
import { BlockList } from "node:net";

// Private addresses: RFC 1918, RFC 6598 and RFC 4193.
const privateRanges = new BlockList();
privateRanges.addSubnet("10.0.0.0", 8, "ipv4");
privateRanges.addSubnet("172.16.0.0", 12, "ipv4");
privateRanges.addSubnet("192.168.0.0", 16, "ipv4");
privateRanges.addSubnet("100.64.0.0", 10, "ipv4");
privateRanges.addSubnet("fc00::", 7, "ipv6");

/** Whether a range in CIDR notation holds addresses of private networks, which AWS sees only through a VPC endpoint. */
export function isPrivateRange(cidr: string): boolean {
  const [address = ""] = cidr.split("/");
  return privateRanges.check(address, address.includes(":") ? "ipv6" : "ipv4");
}

/** A statement of an IAM policy that is part of a resource, as JSON. */
export interface Statement {
  Sid: string;
  Effect: "Allow" | "Deny";
  Principal: unknown;
  Action: string[];
  Condition?: Record<string, Record<string, unknown>>;
}

/**
 * The actions that push, pull and delete images. Only these are limited by source: whoever may set policies can always lift a
 * limit, from anywhere, and Pulumi can delete its resources.
 */
const imageActions = [
  "ecr:BatchCheckLayerAvailability",
  "ecr:BatchDeleteImage",
  "ecr:BatchGetImage",
  "ecr:CompleteLayerUpload",
  "ecr:GetDownloadUrlForLayer",
  "ecr:InitiateLayerUpload",
  "ecr:PutImage",
  "ecr:UploadLayerPart",
];

/**
 * AWS itself is exempt: its services, what they do with a caller's identity, and service-linked roles (Inspector's, that of
 * replication), which call from their own addresses, as in AWS's examples of a data perimeter.
 */
const serviceRoles = "arn:*:iam::*:role/aws-service-role/*";
const notByAws = {
  BoolIfExists: { "aws:PrincipalIsAWSService": "false", "aws:ViaAWSService": "false" },
};

/**
 * Statements that deny requests from outside the ranges of `wharf:endpoint.allowFrom` and the VPC; none where neither is set. A
 * request through an endpoint of a VPC has no `aws:SourceIp`, and its private address is in `aws:VpcSourceIp`.
 * @param elsewhere ARNs of roles that work outside these networks: those of builds, which run on AWS's machines
 */
export function sourceLimits(
  {
    endpoint,
    aws,
  }: {
    endpoint: Pick<AwsDescription["endpoint"], "allowFrom">;
    aws: Pick<AwsDescription["aws"], "network">;
  },
  elsewhere: readonly string[] = [],
): Statement[] {
  const { vpcId, limitToVpc } = aws.network;
  const inVpc = endpoint.allowFrom.filter(isPrivateRange);
  const outside = endpoint.allowFrom.filter((range) => !isPrivateRange(range));
  const denial = { Effect: "Deny" as const, Principal: "*", Action: imageActions };
  const exempt = {
    ...notByAws,
    ArnNotLikeIfExists: {
      "aws:PrincipalArn": elsewhere.length === 0 ? serviceRoles : [serviceRoles, ...elsewhere],
    },
  };
  const limits: Statement[] = [];
  if (outside.length > 0 || limitToVpc) {
    limits.push({
      Sid: "DenyOtherNetworks",
      ...denial,
      Condition: {
        ...exempt,
        ...(outside.length === 0 ? {} : { NotIpAddressIfExists: { "aws:SourceIp": outside } }),
        ...(vpcId === undefined ? {} : { StringNotEqualsIfExists: { "aws:SourceVpc": vpcId } }),
      },
    });
  }
  if (vpcId !== undefined && inVpc.length > 0) {
    limits.push({
      Sid: "DenyOtherAddressesOfVpc",
      ...denial,
      Condition: {
        ...exempt,
        StringEquals: { "aws:SourceVpc": vpcId },
        NotIpAddress: { "aws:VpcSourceIp": inVpc },
      },
    });
  }
  return limits;
}
