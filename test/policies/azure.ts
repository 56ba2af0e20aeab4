import type { Fault, Sample } from "./stack";

const tags = { stack: "shop", owner: "shop", "expires-at": "2027-01-01" };
const roles = "/subscriptions/1/providers/Microsoft.Authorization/roleDefinitions";
const registries =
  "/subscriptions/1/resourceGroups/shop/providers/Microsoft.ContainerRegistry/registries";
const properties = {
  adminUserEnabled: false,
  anonymousPullEnabled: false,
  publicNetworkAccess: "Disabled",
  policies: {
    retentionPolicy: { status: "enabled", days: 7 },
    exportPolicy: { status: "disabled" },
    azureADAuthenticationAsArmPolicy: { status: "disabled" },
  },
  encryption: { status: "enabled", keyVaultProperties: { keyIdentifier: "https://a/keys/b" } },
  zoneRedundancy: "Enabled",
};
const purge = (text: string) => Buffer.from(text).toString("base64");

export const azure: Sample[] = [
  {
    type: "azure-native:containerregistry:Registry",
    name: "acr",
    protect: true,
    props: { ...properties, registryName: "shop", sku: { name: "Premium" }, tags },
  },
  {
    // A type of one API version; without retention of its own, since a task of the stack purges it.
    type: "azure-native:containerregistry/v20231101preview:Registry",
    name: "acr-small",
    protect: true,
    props: {
      registryName: "small",
      sku: { name: "Standard" },
      networkRuleSet: { defaultAction: "Deny" },
      policies: { azureADAuthenticationAsArmPolicy: { status: "disabled" } },
      encryption: { status: "enabled" },
      tags,
    },
  },
  {
    type: "azure-native:resources:Deployment",
    name: "template",
    props: {
      properties: {
        mode: "Incremental",
        template: {
          resources: [
            {
              type: "Microsoft.ContainerRegistry/registries",
              properties,
              sku: { name: "Premium" },
            },
            { type: "Microsoft.Network/privateEndpoints" },
            { type: "Microsoft.ContainerRegistry/registries/replications" },
          ],
        },
      },
    },
  },
  {
    type: "azure-native:containerregistry:Task",
    name: "purge",
    props: {
      identity: { type: "SystemAssigned" },
      credentials: { customRegistries: { "shop.azurecr.io": { identity: "[system]" } } },
      step: {
        type: "EncodedTask",
        encodedTaskContent: purge("cmd: acr purge --untagged"),
        values: [{ name: "AGE", value: "7d" }],
      },
      tags,
    },
  },
  {
    // The registry of the azure provider, which is made from Terraform's.
    type: "azure:containerservice/registry:Registry",
    name: "acr-classic",
    protect: true,
    props: {
      name: "classic",
      sku: "Premium",
      retentionPolicyInDays: 7,
      georeplications: [{ location: "westeurope" }],
      adminEnabled: false,
      publicNetworkAccessEnabled: false,
      exportPolicyEnabled: false,
      zoneRedundancyEnabled: true,
      encryption: { keyVaultKeyId: "https://a/keys/b" },
      tags,
    },
  },
  {
    type: "azure:privatelink/endpoint:Endpoint",
    name: "endpoint-classic",
    props: { privateServiceConnection: { privateConnectionResourceId: `${registries}/Classic` } },
  },
  {
    type: "azure:containerservice/registryToken:RegistryToken",
    name: "token-classic",
    props: { scopeMapId: "/subscriptions/1/registries/shop/scopeMaps/shop" },
  },
  {
    // A package of one API version, as `pulumi package add` makes it.
    type: "azure-native_containerregistry_v20230101preview:containerregistry:Registry",
    name: "acr-local",
    protect: true,
    props: { ...properties, registryName: "local", sku: { name: "Premium" }, tags },
  },
  {
    type: "azure-native_containerregistry_v20230101preview:containerregistry:Replication",
    name: "replication-local",
    props: {
      registryName: "made up by the platform",
      location: "westeurope",
      zoneRedundancy: "Enabled",
    },
    madeFrom: { registryName: ["acr-local"] },
  },
  {
    type: "azure-native_network_v20230101preview:network:PrivateEndpoint",
    name: "endpoint-local",
    props: { privateLinkServiceConnections: [{ privateLinkServiceId: "made up" }] },
    madeFrom: { privateLinkServiceConnections: ["acr-local"] },
  },
  {
    type: "azure-native:network:PrivateEndpoint",
    name: "endpoint",
    props: { privateLinkServiceConnections: [{ privateLinkServiceId: `${registries}/shop` }] },
  },
  {
    type: "azure-native:containerregistry:Replication",
    name: "replication",
    props: { registryName: "shop", location: "westeurope", zoneRedundancy: "Enabled" },
  },
  {
    type: "azure-native:containerregistry:ScopeMap",
    name: "scope-map",
    props: { actions: ["repositories/shop/api/content/read"] },
  },
  {
    type: "azure-native:containerregistry:Token",
    name: "token",
    props: { scopeMapId: "/subscriptions/1/registries/shop/scopeMaps/shop" },
  },
  {
    type: "azure-native:containerregistry:Webhook",
    name: "webhook",
    props: { serviceUri: "https://ci.example.com" },
  },
  {
    type: "azure-native:containerregistry:CacheRule",
    name: "cache",
    props: {
      sourceRepository: "docker.io/library/*",
      credentialSetResourceId: "/subscriptions/1/credentialSets/hub",
    },
  },
  {
    type: "azure-native:authorization:RoleAssignment",
    name: "push",
    props: {
      roleDefinitionId: `${roles}/8311e382-0749-4cb8-b61a-304f252e45ec`,
      principalType: "ServicePrincipal",
    },
  },
  {
    type: "azure-native:authorization:RoleAssignment",
    name: "subnet",
    props: {
      roleDefinitionId: `${roles}/b24988ac-6180-42a0-ab88-20f7382dd24c`,
      scope:
        "/subscriptions/1/resourceGroups/shop/providers/Microsoft.Network/virtualNetworks/a/subnets/b",
    },
  },
  {
    type: "azure-native:managedidentity:FederatedIdentityCredential",
    name: "federated",
    props: {
      issuer: "https://token.actions.githubusercontent.com",
      subject: "repo:acme/shop:ref:refs/heads/main",
      audiences: ["api://AzureADTokenExchange"],
    },
  },
  {
    type: "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential",
    name: "federated-pulumi",
    props: {
      issuer: "https://api.pulumi.com/oidc",
      subject: "pulumi:deploy:org:acme:project:shop:stack:prod:operation:update:scope:write",
      audiences: ["acme"],
    },
  },
  {
    type: "azuread:index/applicationFlexibleFederatedIdentityCredential:ApplicationFlexibleFederatedIdentityCredential",
    name: "federated-flexible",
    props: {
      issuer: "https://token.actions.githubusercontent.com",
      claimsMatchingExpression: "claims['sub'] matches 'repo:acme/shop:ref:refs/heads/*'",
      audience: "api://AzureADTokenExchange",
    },
  },
  { type: "azure-native:keyvault:Vault", name: "vault", protect: true, props: { tags } },
  { type: "azure-native:keyvault:Key", name: "vault-key", protect: true, props: {} },
];

const resourcesOfTemplate = ["properties", "template", "resources"] as const;
const inTemplate = [...resourcesOfTemplate, 0, "properties"] as const;

export const azureFaults: Fault[] = [
  { rule: "acr-admin-disabled", of: "acr", set: [[["adminUserEnabled"], true]] },
  {
    rule: "acr-admin-disabled",
    of: "template",
    set: [[[...inTemplate, "adminUserEnabled"], true]],
  },
  { rule: "acr-no-anonymous-pull", of: "acr", set: [[["anonymousPullEnabled"], true]] },
  {
    rule: "acr-no-anonymous-pull",
    of: "template",
    set: [[[...inTemplate, "anonymousPullEnabled"], true]],
  },
  { rule: "acr-prod-sku", of: "acr", set: [[["sku", "name"], "Basic"]] },
  {
    rule: "acr-network-restricted",
    of: "acr",
    set: [[["publicNetworkAccess"], "Enabled"]],
    onlyHere: true,
  },
  {
    rule: "acr-network-restricted",
    of: "acr-small",
    set: [[["networkRuleSet", "defaultAction"], "Allow"]],
    onlyHere: true,
  },
  {
    rule: "acr-untagged-retention",
    of: "acr",
    set: [[["policies", "softDeletePolicy"], { status: "enabled" }]],
  },
  {
    rule: "acr-untagged-retention",
    of: "acr-small",
    without: "purge",
    onlyHere: true,
  },
  {
    rule: "acr-no-content-trust",
    of: "acr",
    set: [[["policies", "trustPolicy"], { status: "enabled" }]],
  },
  { rule: "required-labels", of: "acr", set: [[["tags"], { owner: "shop" }]] },
  { rule: "stateful-protected", of: "acr", unprotected: true },
  { rule: "stateful-protected", of: "vault", unprotected: true },
  { rule: "stateful-protected", of: "vault-key", unprotected: true },
  { rule: "acr-webhook-https", of: "webhook", set: [[["serviceUri"], "http://ci.example.com"]] },
  {
    rule: "pull-through-credentials",
    of: "cache",
    set: [[["credentialSetResourceId"], undefined]],
  },
  {
    rule: "acr-task-identity",
    of: "purge",
    set: [
      [
        ["credentials", "customRegistries", "shop.azurecr.io", "password"],
        { type: "Opaque", value: "of no worth" },
      ],
    ],
    onlyHere: true,
  },
  { rule: "acr-task-identity", of: "purge", set: [[["identity"], undefined]] },
  {
    rule: "no-inline-secrets",
    of: "purge",
    set: [[["step", "values"], [{ name: "NPM_TOKEN", value: "of no worth" }]]],
  },
  {
    rule: "least-privilege-push",
    of: "push",
    set: [[["roleDefinitionId"], `${roles}/b24988ac-6180-42a0-ab88-20f7382dd24c`]],
  },
  {
    rule: "least-privilege-push",
    of: "subnet",
    onlyHere: true,
    set: [[["scope"], `${registries}/shop`]],
  },
  { rule: "least-privilege-push", of: "push", set: [[["principalType"], "User"]], onlyHere: true },
  { rule: "federated-credential-subject", of: "federated", set: [[["subject"], ""]] },
  { rule: "federated-credential-subject", of: "federated", set: [[["subject"], "repo:acme/*"]] },
  {
    rule: "federated-credential-subject",
    of: "federated",
    set: [[["audiences"], ["api://other"]]],
  },
  {
    rule: "federated-credential-subject",
    of: "federated",
    set: [[["issuer"], "http://issuer.example.com"]],
  },
  {
    rule: "federated-credential-subject",
    of: "federated-pulumi",
    set: [[["subject"], "pulumi:*"]],
  },
  {
    rule: "federated-credential-subject",
    of: "federated-flexible",
    set: [[["claimsMatchingExpression"], "claims['sub'] matches '*'"]],
  },
  ...[
    ["acr-cmek", ["encryption", "status"], "disabled"] as const,
    ["acr-no-export", ["policies", "exportPolicy", "status"], "enabled"] as const,
    [
      "acr-no-arm-tokens",
      ["policies", "azureADAuthenticationAsArmPolicy", "status"],
      "enabled",
    ] as const,
    ["acr-zone-redundant", ["zoneRedundancy"], "Disabled"] as const,
  ].map(([rule, path, value]): Fault => ({
    ...{ rule, of: "acr", onlyHere: true },
    set: [[path, value]],
  })),
  ...[
    ["acr-admin-disabled", ["adminEnabled"], true] as const,
    ["acr-no-anonymous-pull", ["anonymousPullEnabled"], true] as const,
    ["acr-network-restricted", ["publicNetworkAccessEnabled"], true] as const,
    ["acr-no-content-trust", ["trustPolicyEnabled"], true] as const,
    ["acr-zone-redundant", ["zoneRedundancyEnabled"], false] as const,
    ["acr-geo-replicated", ["georeplications"], []] as const,
    ["required-labels", ["tags"], {}] as const,
    ["acr-no-export", ["exportPolicyEnabled"], true] as const,
    ["acr-cmek", ["encryption"], undefined] as const,
    ["acr-prod-sku", ["sku"], "Basic"] as const,
  ].map(([rule, path, value]): Fault => ({ rule, of: "acr-classic", set: [[path, value]] })),
  {
    rule: "acr-token-repositories",
    of: "scope-map",
    set: [[["actions", 0], "repositories/*/content/write"]],
    onlyHere: true,
  },
  {
    rule: "acr-token-repositories",
    of: "token",
    set: [[["scopeMapId"], "/subscriptions/1/registries/shop/scopeMaps/_repositories_admin"]],
  },
  {
    rule: "acr-token-repositories",
    of: "token-classic",
    set: [[["scopeMapId"], "/subscriptions/1/registries/shop/scopeMaps/_repositories_pull"]],
  },
  { rule: "stateful-protected", of: "acr-classic", unprotected: true },
  { rule: "acr-geo-replicated", of: "acr", without: "replication", onlyHere: true },
  { rule: "acr-geo-replicated", of: "acr-local", without: "replication-local", onlyHere: true },
  {
    rule: "acr-zone-redundant",
    of: "replication",
    set: [[["zoneRedundancy"], "Disabled"]],
    onlyHere: true,
  },
  { rule: "acr-private-endpoint", of: "acr", without: "endpoint", onlyHere: true },
  { rule: "acr-private-endpoint", of: "acr-local", without: "endpoint-local", onlyHere: true },
  { rule: "acr-private-endpoint", of: "acr-classic", without: "endpoint-classic", onlyHere: true },
  {
    rule: "acr-private-endpoint",
    of: "endpoint",
    set: [[["privateLinkServiceConnections", 0, "privateLinkServiceId"], `${registries}/other`]],
    found: "acr",
    onlyHere: true,
  },
  {
    rule: "acr-geo-replicated",
    of: "template",
    set: [[[...resourcesOfTemplate, 2], undefined]],
  },
  {
    rule: "acr-private-endpoint",
    of: "template",
    set: [[[...resourcesOfTemplate, 1], undefined]],
  },
  ...[
    ["acr-admin-disabled", ["adminUserEnabled"], true] as const,
    ["acr-prod-sku", ["sku", "name"], "Basic"] as const,
    ["stateful-protected", undefined, undefined] as const,
  ].map(([rule, path, value]): Fault => ({
    ...{ rule, of: "acr-local" },
    ...(path ? { set: [[path, value]] } : { unprotected: true }),
  })),
];
