import type * as pulumi from "@pulumi/pulumi";
import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import { partitionOf } from "./partitions";
import { providerRegion } from "./regions";

/** Where a registry stands: an account in a region. */
export interface Place {
  region: string;
  /** The region's partition, as it stands in ARNs. */
  partition: string;
  /** The account, twelve digits. AWS is asked for it once, and not before something needs it: most registries never do. */
  accountId(): pulumi.Output<string>;
}

/** The place that the provider works in. */
export function providerPlace(opts: pulumi.InvokeOutputOptions): Place {
  const region = providerRegion();
  let known: pulumi.Output<string> | undefined;
  return {
    region,
    partition: partitionOf(region),
    accountId: () => (known ??= getCallerIdentityOutput({}, opts).accountId),
  };
}
