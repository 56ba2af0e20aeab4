import type { Row } from "../bad-inputs";

const group = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/net/providers";
const subnet = `${group}/Microsoft.Network/virtualNetworks/hub/subnets/registry`;
const vault = `${group}/Microsoft.KeyVault/vaults`;
const key = "https://acme.vault.azure.net/keys/registry";
const ci = "servicePrincipal:11111111-1111-1111-1111-111111111111";

/** A description that is refused, and what of it is set as a secret. */
export type AzureRow = Omit<Row, "config"> & {
  config: Record<string, unknown>;
  secretKeys?: string[];
};

/** Descriptions that the target azure refuses by what they say, with the report of each below its first line. */
export const azureRows: AzureRow[] = [
  {
    name: "a registry's name with a hyphen",
    config: { azure: { registryName: "acme-shop" } },
    report: `
  wharf:azure.registryName   "acme-shop" is not the name of a registry: 5 to 50 letters and digits
`,
  },
  {
    name: "a SKU in another spelling",
    config: { azure: { sku: "premium" } },
    report: `
  wharf:azure.sku   "premium" is not one of Basic, Standard, Premium; did you mean Premium?
                    pulumi config set --path 'wharf:azure.sku' Premium
`,
  },
  {
    name: "a SKU that is too small",
    config: {
      environment: "prod",
      access: { public: true },
      encryption: { key: "create" },
      azure: { sku: "Basic" },
    },
    report: `
  wharf:azure.sku   "Basic" is too small: prod needs the throughput of Standard; Basic is for development; wharf:access.public needs anonymous pull; wharf:encryption.key needs encryption by a customer-managed key
                    pulumi config set --path 'wharf:azure.sku' Premium
`,
  },
  {
    name: "replicas on a SKU without",
    config: { azure: { sku: "Standard", replicas: [{ location: "northeurope" }] } },
    report: `
  wharf:azure.sku   "Standard" is too small: wharf:azure.replicas needs geo-replication
                    pulumi config set --path 'wharf:azure.sku' Premium
`,
  },
  {
    name: "soft delete with replicas",
    config: { azure: { softDeleteDays: 7, replicas: [{ location: "northeurope" }] } },
    report: `
  wharf:azure.softDeleteDays   excludes wharf:azure.replicas: ACR does not support soft delete in a geo-replicated registry
                               pulumi config rm --path 'wharf:azure.softDeleteDays'
`,
  },
  {
    name: "soft delete for longer than there is",
    config: { azure: { softDeleteDays: 91 } },
    report: `
  wharf:azure.softDeleteDays   91 is above 90, the highest allowed
`,
  },
  {
    name: "export off with public access",
    config: { azure: { exportImages: false } },
    report: `
  wharf:azure.exportImages   false needs wharf:azure.publicAccess false: anyone could still copy images out
                             pulumi config set --path 'wharf:azure.publicAccess' false
`,
  },
  {
    name: "network rules without public access",
    config: { endpoint: { allowFrom: ["203.0.113.0/24"] }, azure: { publicAccess: false } },
    report: `
  wharf:endpoint.allowFrom   has no effect with wharf:azure.publicAccess false, with which only private endpoints reach the registry
                             pulumi config rm --path 'wharf:endpoint.allowFrom'
`,
  },
  {
    name: "anonymous pulls without public access",
    config: { access: { public: true }, azure: { publicAccess: false } },
    report: `
  wharf:access.public   lets everyone pull, and with wharf:azure.publicAccess false nobody reaches the registry from the internet
                        pulumi config rm --path 'wharf:access.public'
`,
  },
  {
    name: "a private range in network rules",
    config: { endpoint: { allowFrom: ["203.0.113.0/24", "10.0.0.0/8"] } },
    report: `
  wharf:endpoint.allowFrom[1]   "10.0.0.0/8" is a private range, which ACR's network rules never see; use wharf:azure.privateEndpoints for it
                                pulumi config rm --path 'wharf:endpoint.allowFrom[1]'
`,
  },
  {
    name: "an IPv6 range in network rules",
    config: { endpoint: { allowFrom: ["2001:db8::/32"] } },
    report: `
  wharf:endpoint.allowFrom[0]   "2001:db8::/32" is not an IPv4 range, the only kind in ACR's network rules
                                pulumi config rm --path 'wharf:endpoint.allowFrom[0]'
`,
  },
  {
    name: "a key of another cloud",
    config: { encryption: { key: "arn:aws:kms:eu-central-1:123456789012:key/1" } },
    report: `
  wharf:encryption.key   "arn:aws:kms:eu-central-1:123456789012:key/1" is neither create nor the URL of a Key Vault's key, such as https://acme.vault.azure.net/keys/registry
                         pulumi config set --path 'wharf:encryption.key' create
`,
  },
  {
    name: "a key without its vault",
    config: { encryption: { key } },
    report: `
  wharf:azure.keyVault   is missing; it names the vault in which the registry's identity is granted the use of ${key}
                         pulumi config set --path 'wharf:azure.keyVault' "$(az keyvault show --name acme --query id --output tsv)"
`,
  },
  {
    name: "a key of another vault",
    config: { encryption: { key }, azure: { keyVault: `${vault}/other` } },
    report: `
  wharf:azure.keyVault   is vault other, and wharf:encryption.key is a key of vault acme
                         pulumi config set --path 'wharf:azure.keyVault' "$(az keyvault show --name acme --query id --output tsv)"
`,
  },
  {
    name: "a vault without a key",
    config: { azure: { keyVault: `${vault}/acme` } },
    report: `
  wharf:azure.keyVault   has no effect without wharf:encryption.key
                         pulumi config rm --path 'wharf:azure.keyVault'
`,
  },
  {
    name: "a subnet's name for its identifier",
    config: { azure: { privateEndpoints: [{ subnet: "hub/registry" }] } },
    report: `
  wharf:azure.privateEndpoints[0].subnet   "hub/registry" is not the resource id of a subnet: /subscriptions/…/resourceGroups/…/providers/Microsoft.Network/virtualNetworks/…/subnets/…
`,
  },
  {
    name: "two private endpoints in a subnet",
    config: { azure: { privateEndpoints: [{ subnet }, { subnet }] } },
    report: `
  wharf:azure.privateEndpoints[1].subnet   has an endpoint already, wharf:azure.privateEndpoints[0]
                                           pulumi config rm --path 'wharf:azure.privateEndpoints[1]'
`,
  },
  {
    name: "a replica where there is no location",
    config: { azure: { replicas: [{ location: "north-europe" }] } },
    report: `
  wharf:azure.replicas[0].location   "north-europe" is not a location of Azure; did you mean northeurope?
                                     pulumi config set --path 'wharf:azure.replicas[0].location' northeurope
`,
  },
  {
    name: "two replicas in a location",
    config: { azure: { replicas: [{ location: "northeurope" }, { location: "North Europe" }] } },
    report: `
  wharf:azure.replicas[1].location   "North Europe" appears twice, first in wharf:azure.replicas[0]
                                     pulumi config rm --path 'wharf:azure.replicas[1]'
`,
  },
  {
    name: "no name of an existing group",
    config: { azure: { resourceGroup: { create: false } } },
    report: `
  wharf:azure.resourceGroup.name   is missing; with create false it names an existing resource group
                                   az group list --query '[].name' --output tsv
`,
  },
  {
    name: "a principal of another cloud",
    config: { access: { pull: ["serviceAccount:ci@acme.iam.gserviceaccount.com"] } },
    report: `
  wharf:access.pull[0]   "serviceAccount:ci@acme.iam.gserviceaccount.com" is not a principal of Azure, which begins with user:, group: or servicePrincipal:
`,
  },
  {
    name: "a role for one repository where roles hold for all",
    config: {
      repositories: [{ name: "shop/api", push: [ci] }],
      azure: { roleAssignmentMode: "LegacyRegistryPermissions" },
    },
    report: `
  wharf:repositories[0].push   cannot be granted for one repository in the mode LegacyRegistryPermissions, whose roles hold for the whole registry; name the principals in wharf:access, or choose the mode AbacRepositoryPermissions
                               pulumi config set --path 'wharf:azure.roleAssignmentMode' AbacRepositoryPermissions
`,
  },
  {
    name: "a user whose name is too short for a token",
    config: { users: [{ name: "ci" }] },
    report: `
  wharf:users[0].name   "ci" is not the name of a token, which users are on azure: 5 to 50 letters, digits and -
`,
  },
  {
    name: "a user of a repository that there is not",
    config: {
      repositories: [{ name: "shop/api" }],
      users: [{ name: "builder", repositories: ["shop/apy"] }],
    },
    report: `
  wharf:users[0].repositories[0]   "shop/apy" is not a repository of this description; did you mean shop/api?
                                   pulumi config set --path 'wharf:users[0].repositories[0]' shop/api
`,
  },
  {
    name: "your own password",
    config: { users: [{ name: "builder", rotation: 1 }] },
    report: `
  wharf:users[0].rotation   not on azure: ACR generates the passwords of tokens itself; generate a new one by az acr token credential generate
                            pulumi config rm --path 'wharf:users[0].rotation'
`,
  },
  {
    name: "tags that may not move",
    config: { immutableTags: { enabled: true } },
    report: `
  wharf:immutableTags.enabled   not on azure: ACR can only lock a tag some time after its push, and whoever may push may unlock it; pull by digest, or lock a release yourself: az acr repository update --name REGISTRY --image REPOSITORY:TAG --write-enabled false
                                pulumi config rm --path 'wharf:immutableTags.enabled'
`,
  },
  {
    name: "a scan on push without the plan that scans",
    config: {
      repositories: [{ name: "shop/api" }, { name: "shop/web", scan: { onPush: true } }],
      scan: { onPush: false },
    },
    report: `
  wharf:repositories[1].scan.onPush   needs Microsoft Defender for Containers, which scans every registry of the subscription and is billed for all of them; ask for it by wharf:azure.defender
                                      pulumi config set --path 'wharf:azure.defender' true
`,
  },
  {
    name: "a webhook without TLS",
    config: { azure: { webhooks: [{ name: "deploy", url: "http://ci.example.com/" }] } },
    report: `
  wharf:azure.webhooks[0].url   "http://ci.example.com/" is not an https:// URL
`,
  },
  {
    name: "a webhook of some repositories, which ACR has only for one or for all",
    config: {
      repositories: [{ name: "shop/api" }],
      azure: { webhooks: [{ name: "deploy", url: "https://ci.example.com/", scope: "shop/*" }] },
    },
    report: `
  wharf:azure.webhooks[0].scope   "shop/*" has a * in the repository; a webhook is for one repository, or for all without a scope
                                  pulumi config rm --path 'wharf:azure.webhooks[0].scope'
`,
  },
  {
    name: "a token's stars where ACR takes none",
    config: {
      repositories: [{ name: "shop/api" }],
      users: [{ name: "build", repositories: ["*", "shop/*", "shop/*/web", "s*p", "**"] }],
    },
    count: 3,
    report: `
  wharf:users[0].repositories[2]   "shop/*/web" is not a pattern that a token accepts: * for all repositories, or /* at the end of a name
                                   pulumi config set --path 'wharf:users[0].repositories[2]' 'shop/*'
  wharf:users[0].repositories[3]   "s*p" is not a pattern that a token accepts: * for all repositories, or /* at the end of a name
  wharf:users[0].repositories[4]   "**" is not a pattern that a token accepts: * for all repositories, or /* at the end of a name
                                   pulumi config set --path 'wharf:users[0].repositories[4]' '*'
`,
  },
  {
    name: "a webhook of a repository that there is not",
    config: {
      repositories: [{ name: "shop/api" }],
      azure: { webhooks: [{ name: "deploy", url: "https://ci.example.com/", scope: "shop/pi:*" }] },
    },
    report: `
  wharf:azure.webhooks[0].scope   "shop/pi" is not a repository of this description; did you mean shop/api?
                                  pulumi config set --path 'wharf:azure.webhooks[0].scope' 'shop/api:*'
`,
  },
  {
    name: "a webhook's header in plaintext",
    config: {
      azure: {
        webhooks: [
          {
            name: "deploy",
            url: "https://ci.example.com/",
            headers: { Authorization: "Bearer hidden" },
          },
        ],
      },
    },
    report: `
  wharf:azure.webhooks[0].headers.Authorization   is in plaintext in the stack's config; set a secret encrypted
                                                  pulumi config set --secret --path 'wharf:azure.webhooks[0].headers.Authorization'
`,
  },
  {
    name: "a label that Azure's tags cannot have",
    config: { labels: { "example.com/team": "shop" } },
    report: `
  wharf:labels["example.com/team"]   contains /; names of Azure tags cannot contain < > % & \\ ? or /
                                     pulumi config rm --path 'wharf:labels["example.com/team"]'
`,
  },
  {
    name: "a label of Wharf's own",
    config: { labels: { stack: "shop" } },
    report: `
  wharf:labels.stack   is a tag that Wharf sets itself
                       pulumi config rm --path 'wharf:labels.stack'
`,
  },
  {
    name: "an archive, which ACR has not",
    config: { retention: { archiveAfterDays: 30 } },
    report: `
  wharf:retention.archiveAfterDays   ACR has one storage class only; leave it out
`,
  },
];
