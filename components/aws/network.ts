import type { AwsDescription } from "./settings";
import type * as pulumi from "@pulumi/pulumi";
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup";
import { VpcEndpoint } from "@pulumi/aws/ec2/vpcEndpoint";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule";

import { isPrivateRange } from "./source-limits";
import { nameOf, stackTags } from "./names";
import type { Place } from "./place";

/** How a VPC reaches the registry without the internet. */
export interface Network {
  /** Security group that admits clients to the interface endpoints, where the description names none. */
  securityGroup?: SecurityGroup;
  /** Endpoints of ECR's API, of the images, and the gateway to S3, as far as the description asks for them. */
  endpoints: VpcEndpoint[];
}

/** The VPC's endpoints ("Amazon ECR interface VPC endpoints" of ECR's user guide); none where the description asks for none. */
export function createNetwork(
  name: string,
  args: AwsDescription,
  place: Place,
  opts: pulumi.CustomResourceOptions,
): Network {
  const { vpcId, subnetIds, securityGroupIds, routeTableIds } = args.aws.network;
  if (vpcId === undefined) return { endpoints: [] };
  const common = { vpcId, tags: stackTags(args) };
  const needsGroup = subnetIds.length > 0 && securityGroupIds.length === 0;
  const securityGroup = needsGroup ? createSecurityGroup(name, vpcId, args, opts) : undefined;
  const services = subnetIds.length === 0 ? [] : ["ecr.api", "ecr.dkr"];
  const interfaces = services.map(
    (service) =>
      new VpcEndpoint(
        `${name}-endpoint-${service.replace(".", "-")}`,
        {
          ...common,
          serviceName: serviceName(place.region, service),
          vpcEndpointType: "Interface",
          subnetIds,
          securityGroupIds: securityGroup === undefined ? securityGroupIds : [securityGroup.id],
          // ECR's own host names resolve to the endpoint, so clients change nothing.
          privateDnsEnabled: true,
        },
        opts,
      ),
  );
  const gateway =
    routeTableIds.length === 0
      ? []
      : new VpcEndpoint(
          `${name}-endpoint-s3`,
          {
            ...common,
            serviceName: serviceName(place.region, "s3"),
            vpcEndpointType: "Gateway",
            routeTableIds,
            policy: args.aws.network.s3 === "layers" ? layersPolicy(place) : undefined,
          },
          opts,
        );
  return { securityGroup, endpoints: interfaces.concat(gateway) };
}

function serviceName(region: string, service: string): string {
  // In China the service names of ECR begin with cn.com, that of S3 does not (aws/aws-cdk, pull request 16139).
  const prefix = region.startsWith("cn-") && service !== "s3" ? "cn.com" : "com";
  return `${prefix}.amazonaws.${region}.${service}`;
}

/** A security group with a rule for each private range of the description, HTTPS only, and no egress rules. */
function createSecurityGroup(
  name: string,
  vpcId: string,
  args: AwsDescription,
  opts: pulumi.CustomResourceOptions,
): SecurityGroup {
  const tags = stackTags(args);
  const group = new SecurityGroup(
    `${name}-endpoints`,
    {
      name: nameOf("securityGroup", args.namePrefix, "endpoints"),
      description: `Clients of the Wharf stack ${args.stack} to the VPC endpoints of ECR`,
      vpcId,
      tags,
    },
    opts,
  );
  for (const range of args.endpoint.allowFrom.filter(isPrivateRange)) {
    new SecurityGroupIngressRule(
      `${name}-endpoints-from-${range}`,
      {
        securityGroupId: group.id,
        description: "HTTPS to the registry",
        ...(range.includes(":") ? { cidrIpv6: range } : { cidrIpv4: range }),
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
        tags,
      },
      opts,
    );
  }
  return group;
}

/** ECR stores layers in an S3 bucket of its own in each region ("Minimum Amazon S3 Bucket Permissions for Amazon ECR"). */
function layersPolicy({ partition, region }: Place): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "PullLayers",
        Effect: "Allow",
        Principal: "*",
        Action: "s3:GetObject",
        Resource: `arn:${partition}:s3:::prod-${region}-starport-layer-bucket/*`,
      },
    ],
  });
}
