import type { AzureRow } from "./bad-inputs";

const vault =
  "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/net/providers/Microsoft.KeyVault/vaults";
const registries =
  "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/base/providers/Microsoft.ContainerRegistry/registries";
/** A cache of another ACR. */
const base = { upstream: "https://base.azurecr.io", name: "base" };
const ci = "servicePrincipal:11111111-1111-1111-1111-111111111111";

/** A repository on a registry whose roles may be limited to it. */
const shop = {
  repositories: [{ name: "shop/api" }],
  azure: { roleAssignmentMode: "AbacRepositoryPermissions" },
};

/** A build of that repository. */
const build = (settings: Record<string, unknown>, builds: Record<string, unknown> = {}) => ({
  repositories: [{ name: "shop/api" }],
  builds: [{ repository: "shop/api", source: "github.com/acme/shop", ...settings }],
  azure: { builds },
});

/**
 * Descriptions of identities, clusters, caches and builds that the target azure refuses, with the report of each below its first
 * line.
 */
export const azureDeliveryRows: AzureRow[] = [
  {
    name: "an identity of one repository where roles hold for all",
    config: {
      repositories: [{ name: "shop/api" }],
      identities: [{ name: "deploy", project: "acme/shop", push: ["shop/api"] }],
      azure: { roleAssignmentMode: "LegacyRegistryPermissions" },
    },
    report: `
  wharf:identities[0].push   cannot be granted for some repositories in the mode LegacyRegistryPermissions, whose roles apply to the whole registry; choose the mode AbacRepositoryPermissions
                             pulumi config set --path 'wharf:azure.roleAssignmentMode' AbacRepositoryPermissions
`,
  },
  {
    name: "an identity of a pattern of branches",
    config: {
      ...shop,
      identities: [
        { name: "deploy", project: "acme/shop", branch: "release/*", push: ["shop/api"] },
      ],
    },
    report: `
  wharf:identities[0].branch   "release/*" is a pattern, and a managed identity's federated credential compares one exact subject; name an environment, which GitHub can limit to such branches
                               pulumi config rm --path 'wharf:identities[0].branch' && pulumi config set --path 'wharf:identities[0].environment' deploy
`,
  },
  {
    name: "an identity of a pattern of GitLab's tags",
    config: {
      ...shop,
      identities: [
        { name: "deploy", issuer: "gitlab", project: "acme/shop", tag: "v*", push: ["shop/api"] },
      ],
    },
    report: `
  wharf:identities[0].tag   "v*" is a pattern, and a managed identity's federated credential compares one exact subject; name one tag
`,
  },
  {
    name: "an identity of an environment of GitLab",
    config: {
      ...shop,
      identities: [
        {
          ...{ name: "deploy", issuer: "gitlab", project: "acme/shop" },
          ...{ environment: "production", push: ["shop/api"] },
        },
      ],
    },
    report: `
  wharf:identities[0].environment   "production" is not in the subject of GitLab's tokens, the only claim that a managed identity's federated credential compares; name a branch or a tag
                                    pulumi config rm --path 'wharf:identities[0].environment'
`,
  },
  {
    name: "a cluster of another cloud",
    config: {
      clusters: [
        {
          name: "shop",
          nodes: "arn:aws:iam::123456789012:role/nodes",
          issuer: "my-project",
          workloads: [{ namespace: "flux-system", serviceAccount: "image-reflector" }],
        },
      ],
    },
    count: 2,
    report: `
  wharf:clusters[0].nodes    "arn:aws:iam::123456789012:role/nodes" is not an object id, which the kubelet's identity has in Azure
                             pulumi config set --path 'wharf:clusters[0].nodes' "$(az aks show --resource-group GROUP --name shop --query identityProfile.kubeletidentity.objectId --output tsv)"
  wharf:clusters[0].issuer   "my-project" is not an issuer of AKS, an https:// URL
                             pulumi config set --path 'wharf:clusters[0].issuer' "$(az aks show --resource-group GROUP --name shop --query oidcIssuerProfile.issuerUrl --output tsv)"
`,
  },
  {
    name: "a cluster whose kubelet pulls already",
    config: {
      access: { pull: [ci] },
      clusters: [{ name: "shop", nodes: "11111111-1111-1111-1111-111111111111" }],
    },
    report: `
  wharf:clusters[0].nodes   is in wharf:access.pull[0] already, and Azure refuses a second assignment of a role
                            pulumi config rm --path 'wharf:access.pull[0]'
`,
  },
  {
    name: "a cache of what ACR does not cache",
    config: { pullThroughCaches: [{ upstream: "https://registry.gitlab.com" }] },
    report: `
  wharf:pullThroughCaches[0].upstream   "https://registry.gitlab.com" cannot be cached by ACR, which caches docker.io, ghcr.io, quay.io, registry.k8s.io, public.ecr.aws, mcr.microsoft.com, nvcr.io, gcr.io, eu.gcr.io and other registries of ACR; copy its images here with az acr import
                                        pulumi config rm --path 'wharf:pullThroughCaches[0]'
`,
  },
  {
    name: "a cache of another ACR that is not named",
    config: { pullThroughCaches: [base] },
    report: `
  wharf:azure.pullThroughCaches.registries.base   is missing; it names the registry base.azurecr.io by its resource id, where the identity of wharf:pullThroughCaches[0] is granted the right to pull
                                                  pulumi config set --path 'wharf:azure.pullThroughCaches.registries.base' "$(az acr show --name base --query id --output tsv)"
`,
  },
  {
    name: "a cache of another ACR with a password",
    config: {
      pullThroughCaches: [
        {
          ...base,
          credentials: {
            username: "acme",
            passwordSecret: "https://acme.vault.azure.net/secrets/base",
          },
        },
      ],
      azure: {
        pullThroughCaches: {
          keyVault: `${vault}/acme`,
          registries: { base: `${registries}/base` },
        },
      },
    },
    report: `
  wharf:pullThroughCaches[0].credentials   has no effect: ACR logs in to another ACR by a managed identity, which the stack creates
                                           pulumi config rm --path 'wharf:pullThroughCaches[0].credentials'
`,
  },
  {
    name: "another registry than the cache's",
    config: {
      pullThroughCaches: [{ upstream: "https://base-d6bvfbd5.azurecr.io", name: "base" }],
      azure: { pullThroughCaches: { registries: { base: `${registries}/bases` } } },
    },
    report: `
  wharf:azure.pullThroughCaches.registries.base   is registry bases, and wharf:pullThroughCaches[0].upstream is base-d6bvfbd5.azurecr.io
                                                  pulumi config set --path 'wharf:azure.pullThroughCaches.registries.base' "$(az acr show --name base --query id --output tsv)"
`,
  },
  {
    name: "a registry of a cache that is not of ACR",
    config: {
      pullThroughCaches: [{ upstream: "quay" }],
      azure: { pullThroughCaches: { registries: { quay: `${registries}/quay` } } },
    },
    report: `
  wharf:azure.pullThroughCaches.registries.quay   has no effect: cache quay is of quay.io, which is not a registry of ACR
                                                  pulumi config rm --path 'wharf:azure.pullThroughCaches.registries.quay'
`,
  },
  {
    name: "a registry of an unknown cache",
    config: {
      pullThroughCaches: [{ upstream: "quay" }],
      azure: { pullThroughCaches: { registries: { quai: `${registries}/quay` } } },
    },
    report: `
  wharf:azure.pullThroughCaches.registries.quai   "quai" is not the name of a cache; did you mean quay?
                                                  pulumi config rm --path 'wharf:azure.pullThroughCaches.registries.quai'
`,
  },
  {
    name: "a cache of the registry itself",
    config: {
      pullThroughCaches: [{ upstream: "https://acmeshop.azurecr.io", name: "own" }],
      azure: { registryName: "acmeShop" },
    },
    report: `
  wharf:pullThroughCaches[0].upstream   "https://acmeshop.azurecr.io" is this registry itself
                                        pulumi config rm --path 'wharf:pullThroughCaches[0]'
`,
  },
  {
    name: "a vault in the place of a registry",
    config: {
      pullThroughCaches: [base],
      azure: { pullThroughCaches: { registries: { base: "/vaults/base" } } },
    },
    report: `
  wharf:azure.pullThroughCaches.registries.base   "/vaults/base" is not the resource id of a container registry: /subscriptions/…/resourceGroups/…/providers/Microsoft.ContainerRegistry/registries/…
`,
  },
  {
    name: "a cache of Docker Hub for nobody",
    config: { pullThroughCaches: [{ upstream: "docker-hub" }] },
    report: `
  wharf:pullThroughCaches[0].credentials   is missing; ACR does not cache docker.io without a login
                                           pulumi config set --path 'wharf:pullThroughCaches[0].credentials.username' NAME && pulumi config set --secret --path 'wharf:pullThroughCaches[0].credentials.password'
`,
  },
  {
    name: "a login that a cache has no use for",
    config: {
      pullThroughCaches: [
        {
          upstream: "ecr-public",
          credentials: {
            username: "acme",
            passwordSecret: "https://acme.vault.azure.net/secrets/ecr",
          },
        },
      ],
      azure: { pullThroughCaches: { keyVault: `${vault}/acme` } },
    },
    report: `
  wharf:pullThroughCaches[0].credentials   has no effect: ACR pulls from public.ecr.aws anonymously
                                           pulumi config rm --path 'wharf:pullThroughCaches[0].credentials'
`,
  },
  {
    name: "a password of another cloud's store",
    config: {
      pullThroughCaches: [
        {
          upstream: "docker-hub",
          credentials: { username: "acme", passwordSecret: "projects/acme/secrets/hub/versions/1" },
        },
      ],
    },
    report: `
  wharf:pullThroughCaches[0].credentials.passwordSecret   "projects/acme/secrets/hub/versions/1" is not the URL of a Key Vault's secret, such as https://acme.vault.azure.net/secrets/docker-hub
`,
  },
  {
    name: "a password in a vault that is not named",
    config: {
      pullThroughCaches: [
        {
          upstream: "docker-hub",
          credentials: {
            username: "acme",
            passwordSecret: "https://acme.vault.azure.net/secrets/hub",
          },
        },
      ],
    },
    report: `
  wharf:azure.pullThroughCaches.keyVault   is missing; it names the vault in which the registry's identity is granted https://acme.vault.azure.net/secrets/hub
                                           pulumi config set --path 'wharf:azure.pullThroughCaches.keyVault' "$(az keyvault show --name acme --query id --output tsv)"
`,
  },
  {
    name: "a repository where a cache keeps its copies",
    config: {
      repositories: [{ name: "quay/tools" }],
      pullThroughCaches: [{ upstream: "quay" }],
    },
    report: `
  wharf:repositories[0].name   "quay/tools" is where wharf:pullThroughCaches[0] keeps its copies, and ACR accepts no push there; give the cache another name
                               pulumi config set --path 'wharf:pullThroughCaches[0].name' quay-cache
`,
  },
  {
    name: "a build of code that tasks do not fetch",
    config: build({ source: "gitlab.com/acme/shop" }),
    report: `
  wharf:builds[0].source   "gitlab.com/acme/shop" is not on github.com or dev.azure.com, the hosts that ACR Tasks build from; build it in a pipeline of gitlab.com, which may push by wharf:identities or wharf:users
                           pulumi config rm --path 'wharf:builds[0]'
`,
  },
  {
    name: "a build without a token",
    config: build({}),
    report: `
  wharf:builds[0].source   "github.com/acme/shop" has nothing that starts its build: set wharf:azure.builds.tokens["github.com"] for commits, or a schedule or onBaseImage
                           pulumi config set --path 'wharf:azure.builds.tokens["github.com"].expires' YYYY-MM-DD && pulumi config set --secret --path 'wharf:azure.builds.tokens["github.com"].token'
`,
  },
  {
    name: "a build of closed code without a token",
    config: build({ source: "dev.azure.com/acme/shop/_git/api" }),
    report: `
  wharf:builds[0].source   "dev.azure.com/acme/shop/_git/api" cannot be read without wharf:azure.builds.tokens["dev.azure.com"]
                           pulumi config set --path 'wharf:azure.builds.tokens["dev.azure.com"].expires' YYYY-MM-DD && pulumi config set --secret --path 'wharf:azure.builds.tokens["dev.azure.com"].token'
`,
  },
  {
    name: "a token that has ended",
    config: build({}, { tokens: { "github.com": { token: "hidden", expires: "2020-01-31" } } }),
    secretKeys: ["azure"],
    report: `
  wharf:azure.builds.tokens["github.com"].expires   is 2020-01-31: the token has expired, and commits no longer start builds
                                                    pulumi config set --path 'wharf:azure.builds.tokens["github.com"].expires' YYYY-MM-DD && pulumi config set --secret --path 'wharf:azure.builds.tokens["github.com"].token'
`,
  },
  {
    name: "a token in plaintext",
    config: build({}, { tokens: { "github.com": { token: "hidden", expires: "2999-01-31" } } }),
    report: `
  wharf:azure.builds.tokens["github.com"].token   is in plaintext in the stack's config; set a secret encrypted
                                                  pulumi config set --secret --path 'wharf:azure.builds.tokens["github.com"].token'
`,
  },
  {
    name: "a token that no build needs",
    config: build(
      { schedule: "0 3 * * 1", tags: ["{build}"] },
      { tokens: { "dev.azure.com": { token: "hidden", expires: "2999-01-31" } } },
    ),
    secretKeys: ["azure"],
    report: `
  wharf:azure.builds.tokens["dev.azure.com"]   has no effect: no build takes its source from dev.azure.com
                                               pulumi config rm --path 'wharf:azure.builds.tokens["dev.azure.com"]'
`,
  },
  {
    name: "a tag of a commit in a build that no commit starts",
    config: build({ schedule: "0 3 * * 1", tags: ["{shortCommit}", "{build}"] }),
    report: `
  wharf:builds[0].tags[0]   "{shortCommit}" is empty in a build that its schedule starts, since ACR knows the commit only of builds that a commit started; {build} is always set
                            pulumi config set --path 'wharf:builds[0].tags[0]' '{build}'
`,
  },
  {
    name: "a build of many branches",
    config: build(
      { branch: "release/*" },
      { tokens: { "github.com": { token: "hidden", expires: "2999-01-31" } } },
    ),
    secretKeys: ["azure"],
    report: `
  wharf:builds[0].branch   "release/*" is a pattern, and an ACR task is started by the commits of one branch; describe a build for each branch
`,
  },
  {
    name: "a platform that ACR does not build for",
    config: build({ schedule: "0 3 * * 1", tags: ["{build}"], platforms: ["linux/arm64/v8"] }),
    report: `
  wharf:builds[0].platforms[0]   "linux/arm64/v8" is not a platform that ACR builds for; did you mean linux/arm64?
                                 pulumi config set --path 'wharf:builds[0].platforms[0]' linux/arm64
`,
  },
  {
    name: "an agent pool on a SKU without",
    config: {
      ...build({ schedule: "0 3 * * 1", tags: ["{build}"] }),
      azure: { sku: "Standard", builds: { agentPool: { name: "builders", tier: "S1" } } },
    },
    report: `
  wharf:azure.sku   "Standard" is too small: wharf:azure.builds.agentPool needs agent pools
                    pulumi config set --path 'wharf:azure.sku' Premium
`,
  },
  {
    name: "a task file of a build that there is not",
    config: build(
      { schedule: "0 3 * * 1", tags: ["{build}"] },
      { taskFiles: { "shop-pi": "acr-task.yaml" } },
    ),
    report: `
  wharf:azure.builds.taskFiles.shop-pi   "shop-pi" is not the name of a build; did you mean shop-api?
                                         pulumi config rm --path 'wharf:azure.builds.taskFiles.shop-pi'
`,
  },
];
