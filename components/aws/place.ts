import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import { Region } from "@pulumi/aws/types/enums";
import { Provider } from "@pulumi/aws/provider";
import * as pulumi from "@pulumi/pulumi";
import type { Path } from "../core/fields";
import { unknownName, unlistedLocation } from "../core/names";
import type { Problem } from "../core/problems";
import { isToken } from "../core/tokens";
import type { AwsDescription } from "./settings";
import { regionOfProfile, type SharedFiles } from "./shared-config";
import { partitionOf } from "./trust-policies";

/** Codes of the regions that the provider's SDK knows, and of the European Sovereign Cloud, which it does not. */
const regions: readonly string[] = [...Object.values(Region), "eusc-de-east-1"];

/** Whether a name has the form of a region, as in `ap-southeast-7`; whether AWS has opened it is not known. */
export function isRegion(region: string): boolean {
  return /^[a-z]{2,4}(-[a-z]+)+-\d+$/.test(region);
}

/** The warning of a region that has AWS's form and that this release does not know; none where it does. */
export function unlistedRegion(at: Path | string, region: string): string[] {
  const warning = isRegion(region)
    ? unlistedLocation(at, region, regions, "region of AWS")
    : undefined;
  return warning === undefined ? [] : [warning];
}

/**
 * The problem of a name that is not a region of AWS; none of one that has the form, see `unlistedRegion`.
 * @param at the key that names it: a path of the description, or `aws:region`
 * @param set the command that puts a known one in its place
 */
export function unknownRegion(
  at: Path | string,
  region: string,
  set: (region: string) => string,
): Problem[] {
  if (isRegion(region)) return [];
  return unknownName(at, region, regions, {
    predicate: "is not a region of AWS",
    ending: ", such as eu-central-1",
    set,
    fix: set("eu-central-1"),
  });
}

/** The config and credentials files that the provider's config names. */
export function sharedFilesOf(config: pulumi.Config): SharedFiles {
  return {
    configFiles: config.getObject<string[]>("sharedConfigFiles"),
    credentialsFiles: config.getObject<string[]>("sharedCredentialsFiles"),
  };
}

/**
 * The region that the provider works in, looked up in the provider's order: `aws:region`, the environment, the profile of AWS's config
 * and credentials files; empty where none names one.
 */
export function providerRegion(): string {
  const config = new pulumi.Config("aws");
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  return (
    config.get("region") ||
    AWS_REGION ||
    AWS_DEFAULT_REGION ||
    regionOfProfile(config.get("profile"), sharedFilesOf(config))
  );
}

/** Where a registry is: an account in a region. With a provider that a program has created, both are tokens. */
export interface Place {
  region: string;
  /** The region's partition, as in ARNs. */
  partition: string;
  /** The account, twelve digits. AWS is asked for it once, and only where something needs it. */
  accountId(): pulumi.Output<string>;
}

/** The region of a component: that of its args, else of the provider that it was given, else of the stack. */
export function placeOf(
  component: pulumi.ComponentResource,
  { inputs, region }: Pick<AwsDescription, "inputs" | "region">,
): Place {
  const given = component.getProvider("aws:ecr/repository:Repository");
  const known =
    region ??
    (Provider.isInstance(given) && inputs !== undefined
      ? inputs.takePlace(
          ["region"],
          given.region.apply((own) => own ?? providerRegion()),
        )
      : providerRegion());
  let account: pulumi.Output<string> | undefined;
  return {
    region: known,
    partition:
      inputs === undefined || !isToken(known)
        ? partitionOf(known)
        : inputs.takePlace(["partition"], inputs.text(known).apply(partitionOf)),
    accountId: () => (account ??= getCallerIdentityOutput({}, { parent: component }).accountId),
  };
}

/**
 * Creates every resource of a component in the region of its args, which each resource takes in place of the provider's, except
 * those of IAM, which has no regions.
 */
export function inRegion(region: string): pulumi.ResourceTransformation {
  return ({ type, props, opts }) =>
    type.startsWith("aws:") && !type.startsWith("aws:iam/")
      ? { props: { ...props, region: (props as pulumi.Inputs).region ?? region }, opts }
      : undefined;
}
