import * as pulumi from "@pulumi/pulumi";
import { Region } from "@pulumi/aws/types/enums";

/** Codes of the regions that the provider's SDK knows. */
export const regions: readonly string[] = Object.values(Region);

/** The region that the provider works in, in its own order: `aws:region`, then the environment; empty where none is named. */
export function providerRegion(): string {
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  return new pulumi.Config("aws").get("region") || AWS_REGION || AWS_DEFAULT_REGION || "";
}
