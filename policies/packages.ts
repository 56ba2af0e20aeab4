import type { Resource } from "./rule";

type Props = Resource["props"];
/** How a property is read that another package calls or shapes otherwise; what is not known yet throws, as it does in a rule. */
type Read = (props: Props) => unknown;

/** How a resource of another package is told to the rules: as one of a type that they know. */
export interface Told {
  type: string;
  /** Properties of that type that the resource calls or shapes otherwise. The others are read as they are. */
  reads?: Readonly<Record<string, Read>>;
  /** The part of the resource that says it, where one resource stands for several; it is told only where that part is set. */
  part?: string;
  /** What the resource calls the properties that messages name. */
  words?: Readonly<Record<string, string>>;
}

const repository = "aws:ecr/repository:Repository";
const repositoryName: Read = ({ repositoryName: name }) => name as unknown;

const switched = (on: unknown, off = "disabled") => (on === false ? off : "enabled");

/**
 * The types of packages that describe the same things in other words, and the types that rules are about: aws-native
 * (github.com/pulumi/pulumi-aws-native, sdk/nodejs/ecr), where one resource has the repository's policies as well, and the azure
 * package, which is made from Terraform's.
 */
const packages: Readonly<Record<string, readonly Told[]>> = {
  "aws-native:ecr:Repository": [
    {
      type: repository,
      reads: {
        name: repositoryName,
        forceDelete: ({ emptyOnDelete }) => emptyOnDelete as unknown,
        encryptionConfigurations: ({ encryptionConfiguration: one }) => one && [one],
        imageTagMutabilityExclusionFilters: ({ imageTagMutabilityExclusionFilters: filters }) =>
          (filters as Filter[] | undefined)?.map((one) => ({
            get filter() {
              return one.imageTagMutabilityExclusionFilterValue;
            },
          })),
      },
      words: { forceDelete: "emptyOnDelete" },
    },
    {
      type: "aws:ecr/lifecyclePolicy:LifecyclePolicy",
      part: "lifecyclePolicy",
      reads: {
        repository: repositoryName,
        policy: ({ lifecyclePolicy }) => lifecyclePolicy?.lifecyclePolicyText as unknown,
      },
    },
    {
      type: "aws:ecr/repositoryPolicy:RepositoryPolicy",
      part: "repositoryPolicyText",
      reads: {
        repository: repositoryName,
        policy: ({ repositoryPolicyText }) => repositoryPolicyText as unknown,
      },
    },
  ],
  "aws-native:ecr:PublicRepository": [
    { type: "aws:ecrpublic/repository:Repository", reads: { name: repositoryName } },
    {
      type: "aws:ecrpublic/repositoryPolicy:RepositoryPolicy",
      part: "repositoryPolicyText",
      reads: { policy: ({ repositoryPolicyText }) => repositoryPolicyText as unknown },
    },
  ],
  "aws-native:ecr:RegistryPolicy": [
    {
      type: "aws:ecr/registryPolicy:RegistryPolicy",
      reads: { policy: ({ policyText }) => policyText as unknown },
    },
  ],
  "aws-native:ecr:PullThroughCacheRule": [
    { type: "aws:ecr/pullThroughCacheRule:PullThroughCacheRule" },
  ],
  "aws-native:ecr:RegistryScanningConfiguration": [
    { type: "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration" },
  ],
  "aws-native:ecr:RepositoryCreationTemplate": [
    { type: "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate" },
  ],
  "aws-native:kms:Key": [{ type: "aws:kms/key:Key" }],
  "azure:containerservice/registry:Registry": [
    {
      type: "azure-native:containerregistry:Registry",
      reads: {
        registryName: ({ name }) => name as unknown,
        adminUserEnabled: ({ adminEnabled }) => adminEnabled as unknown,
        publicNetworkAccess: ({ publicNetworkAccessEnabled: on }) =>
          on === false ? "Disabled" : "Enabled",
        sku: ({ sku: name }) => ({ name: name as unknown }),
        zoneRedundancy: ({ zoneRedundancyEnabled: on }) => (on === true ? "Enabled" : "Disabled"),
        encryption: ({ encryption: one }) =>
          one?.keyVaultKeyId ? { status: "enabled" } : undefined,
        // Each is read by itself: one of them may not be known yet.
        policies: (props) => ({
          // The package cannot set it, so that it is not asked for.
          azureADAuthenticationAsArmPolicy: { status: "disabled" },
          get exportPolicy() {
            return { status: switched(props.exportPolicyEnabled) };
          },
          get trustPolicy() {
            return { status: props.trustPolicyEnabled === true ? "enabled" : "disabled" };
          },
          get retentionPolicy() {
            const { retentionPolicyInDays: days, retentionPolicy: before } = props;
            return { status: switched(days !== undefined || before?.enabled === true) };
          },
        }),
      },
      words: {
        adminUserEnabled: "adminEnabled",
        "encryption.status is not enabled": "encryption.keyVaultKeyId is not set",
        "policies.exportPolicy.status is not disabled": "exportPolicyEnabled is not false",
        "policies.retentionPolicy is not enabled": "retentionPolicyInDays is not set",
        "policies.trustPolicy is enabled": "trustPolicyEnabled is true",
        "publicNetworkAccess is not Disabled": "publicNetworkAccessEnabled is not false",
        "publicNetworkAccess is Disabled": "publicNetworkAccessEnabled is false",
        "sku.name": "sku",
        "zoneRedundancy is not Enabled": "zoneRedundancyEnabled is not true",
      },
    },
  ],
  "azure:containerservice/registryScopeMap:RegistryScopeMap": [
    { type: "azure-native:containerregistry:ScopeMap" },
  ],
  "azure:containerservice/registryToken:RegistryToken": [
    { type: "azure-native:containerregistry:Token" },
  ],
  "azure:containerservice/registryWebhook:RegistryWebhook": [
    { type: "azure-native:containerregistry:Webhook" },
  ],
  "azure:privatelink/endpoint:Endpoint": [
    {
      type: "azure-native:network:PrivateEndpoint",
      reads: {
        privateLinkServiceConnections: ({ privateServiceConnection: one }) =>
          one && [
            {
              get privateLinkServiceId() {
                return one.privateConnectionResourceId as unknown;
              },
            },
          ],
      },
    },
  ],
};

interface Filter {
  imageTagMutabilityExclusionFilterValue?: string;
}

/**
 * A type without the version of its API, which azure-native has in the module, and in the package where `pulumi package add` made one of
 * a single version: `azure-native_containerregistry_v20230101preview:containerregistry:Registry`.
 */
function withoutVersion(type: string): string {
  return type.startsWith("azure-native")
    ? type.replace(/^azure-native_\w+:/, "azure-native:").replace(/^([^:]+:\w+)\/v\w+:/, "$1:")
    : type;
}

const told = new Map<string, readonly Told[]>();

/** As what a type is told to the rules: as itself, where no other package's words are needed. */
export function toldAs(type: string): readonly Told[] {
  let found = told.get(type);
  if (found === undefined) {
    const plain = withoutVersion(type);
    found = packages[plain] ?? [{ type: plain }];
    told.set(type, found);
  }
  return found;
}

const translated = new Set(Object.values(packages).flatMap((all) => all.map(({ type }) => type)));

/** Whether resources of other types than this one may be told as of it. */
export function isToldOfOthers(type: string): boolean {
  return translated.has(type) || type.startsWith("azure-native:");
}

/** Properties as the rules know them. */
export function toldProps(props: Props, { reads }: Told): Props {
  if (reads === undefined) return props;
  return new Proxy(props, {
    get: (of: Props, key): unknown =>
      typeof key === "string" && Object.hasOwn(reads, key) ? reads[key]!(of) : of[key as string],
  });
}

/** A message with the words of the resource's own package. */
export function inWordsOf(message: string, words: Told["words"] = {}): string {
  return Object.entries(words).reduce((text, [from, to]) => text.replaceAll(from, to), message);
}
