import type { Fault, Sample } from "./stack";

const tags = { stack: "shop", owner: "shop", "expires-at": "2027-01-01" };
const roles = "/subscriptions/1/providers/Microsoft.Authorization/roleDefinitions";
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
    props: {
      sku: "Premium",
      adminEnabled: false,
      publicNetworkAccessEnabled: false,
      exportPolicyEnabled: false,
      zoneRedundancyEnabled: true,
      encryption: { keyVaultKeyId: "https://a/keys/b" },
      tags,
    },
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

const inTemplate = ["properties", "template", "resources", 0, "properties"] as const;

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
    set: [
      [
        ["scope"],
        "/subscriptions/1/resourceGroups/shop/providers/Microsoft.ContainerRegistry/registries/shop",
      ],
    ],
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
];
