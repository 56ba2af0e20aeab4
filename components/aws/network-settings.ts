import { z } from "zod";

const idOf = (prefix: string) =>
  z
    .string()
    .regex(
      new RegExp(`^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`),
      `is no identifier such as ${prefix}-0123456789abcdef0`,
    );

/** Schema of `wharf:aws.network`: the VPC from which the registry is used. */
export const networkSettings = z.strictObject({
  vpcId: idOf("vpc").optional().meta({
    description:
      "VPC whose clients reach the registry without the internet. Where `wharf:endpoint.allowFrom` limits addresses, requests from this VPC are admitted beside them. Defaults to none.",
  }),
  limitToVpc: z.boolean().default(false).meta({
    description:
      "Whether images are pulled and pushed from the VPC alone, and from the addresses of `wharf:endpoint.allowFrom`. Defaults to false.",
  }),
  subnetIds: z.array(idOf("subnet")).default([]).meta({
    description:
      "Subnets in which interface endpoints for ECR's API and for images are made, at most one for each availability zone; AWS bills each endpoint by the hour and zone. Defaults to none, and no endpoints.",
  }),
  securityGroupIds: z.array(idOf("sg")).default([]).meta({
    description:
      "Security groups of the interface endpoints. Defaults to one that admits the private ranges of `wharf:endpoint.allowFrom` to port 443.",
  }),
  routeTableIds: z.array(idOf("rtb")).default([]).meta({
    description:
      "Route tables that get a gateway endpoint for S3, where ECR keeps layers; none where the VPC has one already. Defaults to none.",
  }),
  s3: z.enum(["all", "layers"]).default("all").meta({
    description:
      "What the gateway endpoint lets through: `all` of S3, since the route tables send everything for S3 there, or only ECR's `layers`. Defaults to all.",
  }),
});

/** Checked settings of the network. */
export type NetworkSettings = z.output<typeof networkSettings>;
