/** What is known of a resource: the inputs that a plan has for it, or what was read on its platform. */
export type Known = Readonly<Record<string, unknown>>;

/** What was read on the platform so far, by type. */
export type Existing = ReadonlyMap<string, readonly Known[]>;

/** How the ID of a type is made: a template over the inputs, or a function, where only another existing resource tells. */
type ImportId = string | ((inputs: Known, existing: Existing) => string | undefined);

/** A type whose objects on the platform may be there before a stack has them in its state. */
interface Importable {
  /** Pulumi's type token, whatever API version it has. */
  type: RegExp;
  id: ImportId;
}

const registries =
  "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.ContainerRegistry/registries/{registryName}";
const inGroup = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers";
const pool = "projects/{project}/locations/global/workloadIdentityPools/{workloadIdentityPoolId}";

/**
 * The IDs by which Pulumi imports what a platform refuses to create twice, or silently takes for what exists: the section "Import"
 * of each resource in the documentation of its provider. `{project}` is the stack's on Google Cloud, `{subscriptionId}` that on Azure.
 * Members of IAM policies on Google Cloud are missing: to create one that exists changes nothing.
 */
const importable: readonly Importable[] = [
  { type: /^aws:ecr\/repository:Repository$/, id: "{name}" },
  { type: /^aws:ecr\/lifecyclePolicy:LifecyclePolicy$/, id: "{repository}" },
  { type: /^aws:ecr\/repositoryPolicy:RepositoryPolicy$/, id: "{repository}" },
  { type: /^aws:ecr\/pullThroughCacheRule:PullThroughCacheRule$/, id: "{ecrRepositoryPrefix}" },
  { type: /^aws:ecr\/repositoryCreationTemplate:RepositoryCreationTemplate$/, id: "{prefix}" },
  { type: /^aws:ecrpublic\/repository:Repository$/, id: "{repositoryName}" },
  { type: /^aws:kms\/key:Key$/, id: keyOfRepositories },
  { type: /^aws:kms\/alias:Alias$/, id: "{name}" },
  { type: /^aws:iam\/role:Role$/, id: "{name}" },
  { type: /^aws:iam\/rolePolicy:RolePolicy$/, id: "{role}:{name}" },
  { type: /^aws:cloudwatch\/logGroup:LogGroup$/, id: "{name}" },
  {
    type: /^gcp:artifactregistry\/repository:Repository$/,
    id: "projects/{project}/locations/{location}/repositories/{repositoryId}",
  },
  {
    type: /^gcp:kms\/keyRing:KeyRing$/,
    id: ({ location }, existing) =>
      cryptoKeys(existing)
        .find((key) => key.includes(`/locations/${String(location)}/`))
        ?.split("/cryptoKeys/")[0],
  },
  {
    type: /^gcp:kms\/cryptoKey:CryptoKey$/,
    // Where repositories are in several locations, nothing that is known before says which key this is.
    id: (_, existing) => (cryptoKeys(existing).length === 1 ? cryptoKeys(existing)[0] : undefined),
  },
  {
    type: /^gcp:serviceaccount\/account:Account$/,
    id: "projects/{project}/serviceAccounts/{accountId}@{project}.iam.gserviceaccount.com",
  },
  {
    type: /^gcp:projects\/iAMCustomRole:IAMCustomRole$/,
    id: "projects/{project}/roles/{roleId}",
  },
  { type: /^gcp:iam\/workloadIdentityPool:WorkloadIdentityPool$/, id: pool },
  {
    type: /^gcp:iam\/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider$/,
    id: `${pool}/providers/{workloadIdentityPoolProviderId}`,
  },
  { type: /^gcp:secretmanager\/secret:Secret$/, id: "projects/{project}/secrets/{secretId}" },
  {
    type: /^azure-native:resources(\/v\w+)?:ResourceGroup$/,
    id: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}",
  },
  {
    type: /^azure-native:resources(\/v\w+)?:Deployment$/,
    id: `${inGroup}/Microsoft.Resources/deployments/{deploymentName}`,
  },
  { type: /^azure-native:containerregistry(\/v\w+)?:Registry$/, id: registries },
  {
    type: /^azure-native:containerregistry(\/v\w+)?:ScopeMap$/,
    id: `${registries}/scopeMaps/{scopeMapName}`,
  },
  {
    type: /^azure-native:containerregistry(\/v\w+)?:Token$/,
    id: `${registries}/tokens/{tokenName}`,
  },
  { type: /^azure-native:containerregistry(\/v\w+)?:Task$/, id: `${registries}/tasks/{taskName}` },
  {
    type: /^azure-native:containerregistry(\/v\w+)?:Webhook$/,
    id: `${registries}/webhooks/{webhookName}`,
  },
  {
    type: /^azure-native:containerregistry(\/v\w+)?:Replication$/,
    id: `${registries}/replications/{replicationName}`,
  },
  {
    type: /^azure-native:containerregistry(\/v\w+)?:CacheRule$/,
    id: `${registries}/cacheRules/{cacheRuleName}`,
  },
  {
    type: /^azure-native:keyvault(\/v\w+)?:Vault$/,
    id: `${inGroup}/Microsoft.KeyVault/vaults/{vaultName}`,
  },
  {
    type: /^azure-native:keyvault(\/v\w+)?:Key$/,
    id: `${inGroup}/Microsoft.KeyVault/vaults/{vaultName}/keys/{keyName}`,
  },
  {
    type: /^azure-native:authorization(\/v\w+)?:RoleAssignment$/,
    id: "{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
  },
  {
    type: /^azure-native:managedidentity(\/v\w+)?:UserAssignedIdentity$/,
    id: `${inGroup}/Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}`,
  },
];

/** The key of a stack by the repositories that it encrypts: `down` keeps both, and deletes the alias. */
function keyOfRepositories(_: Known, existing: Existing): string | undefined {
  for (const repository of existing.get("aws:ecr/repository:Repository") ?? []) {
    const [encryption] = (repository.encryptionConfigurations ?? []) as { kmsKey?: unknown }[];
    if (typeof encryption?.kmsKey === "string") return encryption.kmsKey.split("/").at(-1);
  }
  return undefined;
}

/** The same on Google Cloud, where the name of a key and that of its ring end in random letters. */
function cryptoKeys(existing: Existing): string[] {
  const names = (existing.get("gcp:artifactregistry/repository:Repository") ?? [])
    .map(({ kmsKeyName }) => kmsKeyName)
    .filter((key) => typeof key === "string" && key !== "");
  return [...new Set(names as string[])];
}

/** On Azure, what the plan knows only once its parent exists: names that are outputs of other resources. */
function namesOf(existing: Existing): Known {
  const of = (type: string) => existing.get(type)?.[0];
  const [group, registry, vault] = [
    of("azure-native:resources:ResourceGroup"),
    of("azure-native:containerregistry:Registry"),
    of("azure-native:keyvault:Vault"),
  ];
  return {
    ...(group && { resourceGroupName: group.name }),
    ...(registry && { registryName: registry.name }),
    ...(vault && { vaultName: vault.name, scope: vault.id }),
  };
}

/** How the engine writes a value in its events that is known only after the deployment (`plugin.UnknownStringValue`). */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/**
 * The ID of a planned resource on its platform; undefined where Wharf imports no such type, or a part of the ID is not known yet.
 * @param inputs those of the plan, over where the stack is
 */
export function importIdOf(type: string, inputs: Known, existing: Existing): string | undefined {
  const id = importable.find((one) => one.type.test(type))?.id;
  if (typeof id !== "string") return id?.(inputs, existing);
  const told = Object.entries(inputs).filter(([, value]) => value !== unknownValue);
  const known: Known = { ...namesOf(existing), ...Object.fromEntries(told) };
  const values = [...id.matchAll(/{(\w+)}/g)].map(([, name = ""]) => known[name]);
  if (values.some((value) => typeof value !== "string")) return undefined;
  return id.replace(/{(\w+)}/g, (_, name: string) => String(known[name]));
}
