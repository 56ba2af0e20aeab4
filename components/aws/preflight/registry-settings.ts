import { getResource } from "@pulumi/aws/cloudcontrol/getResource";
import { getCallerIdentity } from "@pulumi/aws/getCallerIdentity";
import { setCommand } from "../../core/messages";
import type { Problem } from "../../core/problems";
import type { StandingResource } from "../../state/standing";
import { claimName, registryPolicyIsSet } from "../private-registry";
import { replicationRules } from "../replication/plan";
import { scanningOf } from "../scanning";
import type { AwsDescription } from "../settings";

/** Properties of the registry's settings as Cloud Control has them (CloudFormation's resource types of ECR). */
interface Settings {
  scanning?: {
    ScanType?: string;
    Rules?: { ScanFrequency?: string; RepositoryFilters?: { Filter?: string }[] }[];
  };
  policy?: { PolicyText?: string | { Statement?: { Sid?: string }[] } };
  replication?: {
    ReplicationConfiguration?: {
      Rules?: { Destinations?: { Region?: string; RegistryId?: string }[] }[];
    };
  };
}

const key = "wharf:aws.managePrivateRegistry";

/**
 * The problem of a stack that would replace what the registry has already: AWS puts new settings in place of the old ones without a
 * warning. The registry is read only until the stack has claimed it; from then on its settings are the stack's own.
 * @param standing the stack's resources before this run
 */
export async function replacedSettingsProblems(
  args: AwsDescription,
  region: string,
  standing: readonly StandingResource[],
): Promise<Problem[]> {
  const { managePrivateRegistry, replaceRegistrySettings } = args.aws;
  const isOwn = standing.some(({ properties }) => properties.name === claimName);
  if (!managePrivateRegistry || replaceRegistrySettings || isOwn) return [];
  let settings: Settings;
  try {
    settings = await settingsOf(region);
  } catch (error) {
    const [reason = ""] = (error as Error).message.trim().split("\n");
    return [
      {
        key,
        message: `true would replace the settings that the registry has in ${region}, and they cannot be read (cloudformation:GetResource, ecr:GetRegistryPolicy, ecr:GetRegistryScanningConfiguration, ecr:DescribeRegistry): ${reason}`,
        fix: setCommand(["aws", "replaceRegistrySettings"], true),
      },
    ];
  }
  const replaced = replacedBy(args, settings);
  if (replaced.length === 0) return [];
  return [
    {
      key,
      message: `true would replace what the registry has in ${region}: ${replaced.join("; ")}. Add it to the description, or allow the replacement`,
      fix: setCommand(["aws", "replaceRegistrySettings"], true),
    },
  ];
}

async function settingsOf(region: string): Promise<Settings> {
  const { accountId: identifier } = await getCallerIdentity({});
  const read = async (type: string) => {
    try {
      const { properties } = await getResource({
        typeName: `AWS::ECR::${type}`,
        identifier,
        region,
      });
      return JSON.parse(properties) as Record<string, never>;
    } catch (error) {
      if (/not ?found|couldn't find/i.test((error as Error).message)) return {};
      throw error;
    }
  };
  return {
    scanning: await read("RegistryScanningConfiguration"),
    policy: await read("RegistryPolicy"),
    replication: await read("ReplicationConfiguration"),
  };
}

/** What of the registry's settings the description would replace by something else, in words. */
function replacedBy(args: AwsDescription, { scanning, policy, replication }: Settings): string[] {
  const { scanType, rules } = scanningOf(args);
  const filtersOf = (all: readonly (string | undefined)[]) => [...new Set(all)].sort().join(", ");
  const now = scanning?.Rules ?? [];
  const nowFilters = filtersOf(
    now.flatMap(({ RepositoryFilters = [] }) => RepositoryFilters.map(({ Filter }) => Filter)),
  );
  const nextFilters = filtersOf(
    rules.flatMap(({ repositoryFilters }) => repositoryFilters.map(({ filter }) => filter)),
  );
  const nowType = scanning?.ScanType ?? "BASIC";
  const scansOtherwise =
    (nowType !== "BASIC" || now.length > 0) &&
    [nowType, nowFilters, ...now.map(({ ScanFrequency }) => ScanFrequency)].join(" ") !==
      [scanType, nextFilters, ...rules.map(({ scanFrequency }) => scanFrequency)].join(" ");
  const document =
    typeof policy?.PolicyText === "string"
      ? (JSON.parse(policy.PolicyText) as { Statement?: { Sid?: string }[] })
      : policy?.PolicyText;
  const statements = document?.Statement ?? [];
  const destinations = (replication?.ReplicationConfiguration?.Rules ?? []).flatMap(
    ({ Destinations = [] }) => Destinations,
  );
  return [
    scansOtherwise
      ? `${nowType.toLowerCase()} scanning of ${nowFilters === "" ? "no repository" : nowFilters}`
      : undefined,
    statements.length > 0 && registryPolicyIsSet(args)
      ? `a policy with the statements ${statements.map(({ Sid = "without a Sid" }) => Sid).join(", ")}`
      : undefined,
    destinations.length > 0 && replicationRules(args.aws.replication, args.repositories).length > 0
      ? `replication to ${filtersOf(destinations.map(({ Region, RegistryId }) => `${Region} of account ${RegistryId}`))}`
      : undefined,
  ].filter((words) => words !== undefined);
}
