import { resolved } from "../core/tokens";
import type { AwsDescription } from "./settings";
import { AccountSetting } from "@pulumi/aws/ecr/accountSetting";
import { RegistryPolicy } from "@pulumi/aws/ecr/registryPolicy";
import type { RegistryScanningConfiguration } from "@pulumi/aws/ecr/registryScanningConfiguration";
import type { ReplicationConfiguration } from "@pulumi/aws/ecr/replicationConfiguration";
import {
  getParametersByPath,
  type GetParametersByPathResult,
} from "@pulumi/aws/ssm/getParametersByPath";
import { Parameter } from "@pulumi/aws/ssm/parameter";
import * as pulumi from "@pulumi/pulumi";
import { withinUnits } from "../access/ecr";
import { setCommand } from "../core/messages";
import type { Problem } from "../core/problems";

import { createOnPushGrants } from "./create-on-push";
import { stackTags } from "./names";
import type { Place } from "./place";
import {
  prefixPath,
  type PullThroughGrant,
  pullThroughGrants,
} from "./pull-through-cache/upstreams";
import { replicationStatement } from "./replication/plan";
import { createReplication } from "./replication/replication";
import { createScanning } from "./scanning";

const claimPath = "/wharf/ecr";

/** Parameter of Systems Manager that names the stack which owns the registry's settings. An account has one in each region. */
export const claimName = `${claimPath}/registry-settings-owner`;

/** How a claim names a stack. */
export function claimant({ stack }: Pick<AwsDescription, "stack">): string {
  return `${pulumi.getOrganization()}/${pulumi.getProject()}/${stack}`;
}

/**
 * The problem of a stack that wants to manage the registry's settings where another stack has claimed them. AWS is asked only
 * where a stack wants to.
 */
export async function ownershipProblems(args: AwsDescription, region: string): Promise<Problem[]> {
  if (!args.aws.managePrivateRegistry) return [];
  const key = "wharf:aws.managePrivateRegistry";
  const leave = setCommand(["aws", "managePrivateRegistry"], false);
  let claims: GetParametersByPathResult;
  try {
    claims = await getParametersByPath({ path: claimPath, region });
  } catch (error) {
    const [reason = ""] = (error as Error).message.trim().split("\n");
    return [
      {
        key,
        message: `cannot be checked: ${claimName} of Systems Manager, which names the owner of the settings, cannot be read (ssm:GetParametersByPath): ${reason}`,
        fix: leave,
      },
    ];
  }
  const owner = claims.values[claims.names.indexOf(claimName)];
  if (owner === undefined || owner === claimant(args)) return [];
  return [
    {
      key,
      message: `true is refused: stack ${owner} owns the settings of this account's registry in ${region}, as ${claimName} of Systems Manager says; each setting exists once in an account and region`,
      fix: leave,
    },
  ];
}

/** Who may create repositories: by pulling through a cache for the first time, and by a push. */
function createsRepositories(args: AwsDescription) {
  return [
    ...pullThroughGrants(args).map((grant, index) => ({
      ...grant,
      sid: `PullThrough${index}`,
      actions: ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"],
    })),
    ...createOnPushGrants(args).map((grant, index) => ({
      ...grant,
      sid: `CreateOnPush${index}`,
      actions: ["ecr:CreateRepository"],
    })),
  ];
}

/** Whether a description has anything to say in the registry's policy. */
export function registryPolicyIsSet(args: AwsDescription): boolean {
  return args.aws.registryPolicy.replicateFrom.length > 0 || createsRepositories(args).length > 0;
}

/**
 * The policy of the registry as a whole: who may replicate into it, and who may create a repository by pulling through a cache.
 * Undefined where nobody may, as in a registry without a policy.
 */
export function registryPolicy(
  args: AwsDescription,
  place: Place,
): pulumi.Output<string> | undefined {
  if (!registryPolicyIsSet(args)) return undefined;
  const { replicateFrom } = args.aws.registryPolicy;
  const creators = createsRepositories(args);
  const { partition, region } = place;
  const rootOf = (id: string) => `arn:${partition}:iam::${id}:root`;
  return pulumi.output(
    resolved(args, creators, (creators) =>
      place.accountId().apply((account) => {
        const repositories = (path: string) =>
          `arn:${partition}:ecr:${region}:${account}:repository/${path}`;
        const statements = [
          ...(replicateFrom.length === 0
            ? []
            : [replicationStatement({ ...place, account }, replicateFrom)]),
          ...creators.flatMap(({ sid, actions, ...grant }) =>
            whosePulls(grant, rootOf).map(({ suffix, ...who }) => ({
              Sid: `${sid}${suffix}`,
              Effect: "Allow",
              Action: actions,
              Resource: repositories(prefixPath(grant.prefix)),
              ...who,
            })),
          ),
        ];
        return JSON.stringify({ Version: "2012-10-17", Statement: statements });
      }),
    ),
  );
}

/** The principals of a grant as IAM writes them, one statement for each kind. */
function whosePulls(
  { principals, accounts, organizations, organizationalUnits: units }: PullThroughGrant,
  rootOf: (account: string) => string,
) {
  return [
    ...(principals.length === 0
      ? []
      : [
          {
            suffix: "",
            // The account with a condition, since IAM refuses a policy that names a role it does not know yet.
            Principal: { AWS: accountsOf(principals) },
            Condition: { ArnEquals: { "aws:PrincipalArn": principals } },
          },
        ]),
    ...(accounts.length === 0
      ? []
      : [{ suffix: "Accounts", Principal: { AWS: accounts.map(rootOf) } }]),
    ...(organizations.length === 0
      ? []
      : [
          {
            suffix: "Organizations",
            Principal: { AWS: "*" },
            Condition: { StringEquals: { "aws:PrincipalOrgID": organizations } },
          },
        ]),
    ...(units.length === 0
      ? []
      : [
          {
            suffix: "OrganizationalUnits",
            Principal: { AWS: "*" },
            Condition: withinUnits(units),
          },
        ]),
  ];
}

/** The accounts of roles and users, each by its root, which means everyone there whom IAM allows. */
function accountsOf(principals: readonly string[]): string[] {
  return [...new Set(principals.map((arn) => arn.replace(/:(role|user)\/.*$/, ":root")))];
}

/** What a registry, so an account in a region, has only once. */
export interface RegistrySettings {
  /** Parameter of Systems Manager that names the owner of the settings. */
  claim: Parameter;
  scanning: RegistryScanningConfiguration;
  policy?: RegistryPolicy;
  replication?: ReplicationConfiguration;
  accountSettings: AccountSetting[];
}

/**
 * The registry's own settings, where the stack manages them. AWS lets the last writer replace each of them without a warning, so
 * all of them depend on a claim: Systems Manager refuses a second parameter of the same name, and so a second owner, before any
 * setting of the first is replaced.
 * @param templates templates of the regions that images are replicated to, which must exist before the first image arrives
 */
export function createRegistrySettings(
  name: string,
  args: AwsDescription,
  place: Place,
  templates: readonly pulumi.Resource[],
  opts: pulumi.CustomResourceOptions,
): RegistrySettings | undefined {
  if (!args.aws.managePrivateRegistry) return undefined;
  const claim = new Parameter(
    `${name}-settings-claim`,
    {
      name: claimName,
      // Without overwrite, which would take the parameter from its owner; the provider sets it only for the owner's changes.
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
    scanning: createScanning(name, args, claimed),
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
  { aws: { accountSettings } }: AwsDescription,
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
