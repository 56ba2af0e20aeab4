import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import { Region } from "@pulumi/aws/types/enums";
import * as pulumi from "@pulumi/pulumi";
import type { Path } from "../core/fields";
import { unknownName } from "../core/names";
import type { Problem } from "../core/problems";
import { partitionOf } from "./trust-policies";

/** Codes of the regions that the provider's SDK knows. */
export const regions: readonly string[] = Object.values(Region);

/**
 * The problem of a region that AWS does not have; none where it has it.
 * @param at the key that names it: a path of the description, or `aws:region`
 * @param set the command that puts a known one in its place
 */
export function unknownRegion(
  at: Path | string,
  region: string,
  set: (region: string) => string,
): Problem[] {
  return unknownName(at, region, regions, {
    predicate: "is no region of AWS",
    ending: ", such as eu-central-1",
    set,
    fix: set("eu-central-1"),
  });
}

/** The region that the provider works in, in its own order: `aws:region`, then the environment; empty where none is named. */
export function providerRegion(): string {
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  return new pulumi.Config("aws").get("region") || AWS_REGION || AWS_DEFAULT_REGION || "";
}

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
