import type * as pulumi from "@pulumi/pulumi";
import { AccountSetting } from "@pulumi/aws/ecr/accountSetting";
import { RegistryPolicy } from "@pulumi/aws/ecr/registryPolicy";
import type { ReplicationConfiguration } from "@pulumi/aws/ecr/replicationConfiguration";
import { Parameter } from "@pulumi/aws/ssm/parameter";
import type { RegistryArgs } from "../registry";
import { stackTags } from "./labels";
import { claimName, claimant } from "./ownership";
import type { Place } from "./place";
import { registryPolicy } from "./registry-policy";
import { Ownership } from "./registry-wide-settings";
import { createReplication } from "./replication/replication";
import { createScanning, type Scanning } from "./scanning";

/** What a registry, so an account in a region, has only once. */
export interface RegistrySettings {
  /** Parameter of Systems Manager that says whose the settings are. */
  claim: Parameter;
  scanning: Scanning;
  policy?: RegistryPolicy;
  replication?: ReplicationConfiguration;
  accountSettings: AccountSetting[];
}

/**
 * The registry's own settings, where the stack owns them. AWS takes each from whoever comes last and says nothing, so that all of
 * them wait for a claim: Systems Manager refuses a second parameter of the same name, and so a second owner, before anything of
 * the first is replaced.
 * @param templates what images are copied by into other regions, and so has to stand there before they are
 */
export function createRegistrySettings(
  name: string,
  args: RegistryArgs,
  place: Place,
  templates: readonly pulumi.Resource[],
  opts: pulumi.CustomResourceOptions,
): RegistrySettings | undefined {
  if (args.aws.registrySettings === Ownership.Leave) return undefined;
  const claim = new Parameter(
    `${name}-settings-claim`,
    {
      name: claimName,
      // Without overwrite, which would take the parameter from its owner; the provider sets it for the owner's own changes alone.
      type: "String",
      insecureValue: claimant(args),
      description: "The Wharf stack that owns the settings of this account's ECR registry",
      tags: stackTags(args),
    },
    opts,
  );
  const claimed = { ...opts, dependsOn: [claim] };
  const policy = registryPolicy(args, place);
  return {
    claim,
    scanning: createScanning(name, args, place, claimed),
    policy:
      policy === undefined
        ? undefined
        : new RegistryPolicy(`${name}-registry-policy`, { policy }, claimed),
    replication: createReplication(name, args, place, {
      ...opts,
      dependsOn: [claim, ...templates],
    }),
    accountSettings: createAccountSettings(name, args, claimed),
  };
}

function createAccountSettings(
  name: string,
  { aws: { accountSettings } }: RegistryArgs,
  opts: pulumi.CustomResourceOptions,
): AccountSetting[] {
  const { basicScan, blobMounting, policyScope } = accountSettings;
  const settings: Record<string, string | undefined> = {
    BASIC_SCAN_TYPE_VERSION: basicScan,
    BLOB_MOUNTING: blobMounting === undefined ? undefined : blobMounting ? "ENABLED" : "DISABLED",
    REGISTRY_POLICY_SCOPE: policyScope,
  };
  return Object.entries(settings).flatMap(([setting, value]) =>
    value === undefined
      ? []
      : new AccountSetting(
          `${name}-setting-${setting.toLowerCase().replaceAll("_", "-")}`,
          { name: setting, value },
          opts,
        ),
  );
}
