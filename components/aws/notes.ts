import { estimate } from "../cost/estimate";
import { ecrDifferences } from "../retention/ecr";
import { sentences } from "../retention/difference";
import type { RegistryArgs } from "../registry";
import { claimName } from "./ownership";
import { keyAlias } from "./names";
import { Ownership, ScanType } from "./registry-wide-settings";

/** What a person should know about a registry on this target, a sentence each. */
export function notesFor(args: RegistryArgs, region: string): string[] {
  const { deletion, aws, encryption, repositories, endpoint, stack } = args;
  const { network, scanning, identityPolicies } = aws;
  const limited = endpoint.allowFrom.length > 0 || network.limitToVpc;
  return [
    "A login ends after 12 hours.",
    {
      force: "The images go when the stack goes.",
      retain:
        "The repositories stay when the stack goes; pulumi import takes one back into a stack.",
      protect:
        "The repositories are protected: set wharf:deletion to retain before the stack can go.",
    }[deletion],
    identityPolicies.account === undefined
      ? "Whoever logs in needs ecr:GetAuthorizationToken on the own role or user; wharf:aws.identityPolicies makes the policies."
      : identityPolicies.attach
        ? undefined
        : `The IAM policies whose names begin with wharf-${stack}- wait to be attached to their roles and users: aws iam attach-role-policy --role-name ROLE --policy-arn ARN.`,
    aws.registrySettings === Ownership.Own
      ? `This stack owns the settings of the account's registry in ${region}, as ${claimName} of Systems Manager says; what they held before is replaced.`
      : repositories.some(({ scan }) => scan.onPush)
        ? "Repositories are scanned on push by their own setting; the registry's filters are left to their owner (wharf:aws.registrySettings)."
        : undefined,
    scanning.type === ScanType.Enhanced
      ? "Amazon Inspector bills each image that it scans."
      : undefined,
    encryption.key === "create"
      ? `The key ${keyAlias(stack)} encrypts the images; without it nobody reads them again.`
      : undefined,
    limited
      ? "Images are moved from the named networks alone; settings can be changed from everywhere, so that nobody is locked out."
      : undefined,
    ...sentences(
      ecrDifferences,
      repositories.map(({ retention }) => retention),
    ),
    ...estimate(args).warnings,
  ].filter((note) => note !== undefined);
}
