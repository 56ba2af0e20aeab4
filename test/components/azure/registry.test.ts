import { describe, expect, test } from "vitest";
import { register, type Registered, type Registration } from "../../support/registrations";

const subscriptionId = "00000000-0000-0000-0000-000000000000";
const provider = {
  "azure-native:location": "West Europe",
  "azure-native:subscriptionId": subscriptionId,
};
const ci = "11111111-1111-1111-1111-111111111111";
const team = "22222222-2222-2222-2222-222222222222";
const group = `/subscriptions/${subscriptionId}/resourceGroups/net`;
const subnetOf = (network: string, name: string) =>
  `${group}/providers/Microsoft.Network/virtualNetworks/${network}/subnets/${name}`;

/** What the target registers for a description. */
const of = (values: Record<string, unknown>, stack = "shop") =>
  register({ target: "azure", ...values }, { stack, provider });

/** Everything of a type, by its last word. */
const all = ({ registrations }: Registered, type: string): Registration[] =>
  registrations.filter((registration) => registration.type.endsWith(`:${type}`));

/** The one thing of a type. */
function one(registered: Registered, type: string): Registration {
  const found = all(registered, type);
  expect(found.map(({ name }) => name)).toHaveLength(1);
  return found[0] as Registration;
}

const role = ({ inputs }: Registration) => String(inputs.roleDefinitionId).split("/").at(-1);
const acr = (registered: Registered) => one(registered, "containerregistry:Registry");

describe("a lab", () => {
  test("is a Basic registry in a group of its own, with a task that purges", async () => {
    const lab = await of({});
    expect(lab.registrations.map(({ type }) => type).sort()).toEqual([
      "azure-native:authorization:RoleAssignment",
      "azure-native:authorization:RoleAssignment",
      "azure-native:containerregistry:Registry",
      "azure-native:containerregistry:Task",
      "azure-native:resources:Deployment",
      "azure-native:resources:ResourceGroup",
      "wharf:index:AzureRegistry",
    ]);
    expect(acr(lab)).toMatchObject({ protect: false, retainOnDelete: false });
    expect(acr(lab).inputs).toEqual({
      registryName: expect.stringMatching(/^wharfshop[0-9a-f]{6}$/),
      resourceGroupName: "registry-group",
      location: "westeurope",
      sku: { name: "Basic" },
      adminUserEnabled: false,
      anonymousPullEnabled: false,
      publicNetworkAccess: "Enabled",
      networkRuleBypassOptions: "AzureServices",
      policies: {
        azureADAuthenticationAsArmPolicy: { status: "enabled" },
        softDeletePolicy: { status: "disabled", retentionDays: 7 },
      },
      zoneRedundancy: "Disabled",
      tags: { "managed-by": "wharf", stack: "shop", environment: "lab" },
    });
    expect(lab.outputs).toMatchObject({ monthlyCost: 5.01, caCertificate: "", credentials: {} });
  });

  test("has the same name at every preview, and another in another stack", async () => {
    const nameOf = async (stack: string) => acr(await of({}, stack)).inputs.registryName as string;
    const name = await nameOf("a-b_c");
    expect(name).toMatch(/^wharfabc[0-9a-f]{6}$/);
    expect(await nameOf("a-b_c")).toBe(name);
    expect(await nameOf("abc")).not.toBe(name);
    expect(await nameOf("x".repeat(80))).toHaveLength(50);
  });

  test("uses an existing group, and does not touch it", async () => {
    const lab = await of({ azure: { resourceGroup: { name: "rg-team", create: false } } });
    expect(all(lab, "resources:ResourceGroup")).toEqual([]);
    expect(acr(lab).inputs.resourceGroupName).toBe("rg-team");
  });
});

describe("retention", () => {
  test("is a nightly task that logs in by an identity with roles only for this registry", async () => {
    const registered = await of({ retention: { keepLast: 10, untaggedAfterDays: 7 } });
    const task = one(registered, "containerregistry:Task");
    expect(task.inputs).toMatchObject({
      identity: { type: "SystemAssigned" },
      trigger: { timerTriggers: [{ schedule: "0 3 * * *", status: "Enabled" }] },
      credentials: { sourceRegistry: { loginMode: "None" } },
    });
    const { encodedTaskContent } = task.inputs.step as { encodedTaskContent: string };
    expect(Buffer.from(encodedTaskContent, "base64").toString()).toContain("--untagged-only");
    // Catalog Lister and Contributor.
    expect(all(registered, "authorization:RoleAssignment").map(role)).toEqual([
      "bfdb9389-c9a5-478a-bb2f-ba9ca092c3c7",
      "2efddaa5-3f1f-4df3-97df-af3f13818f4c",
    ]);
  });

  test("of untagged images is Premium's own policy beside the task, never beside soft delete", async () => {
    const premium = { sku: "Premium" };
    const retention = { untaggedAfterDays: 7 };
    const byPolicy = await of({ retention, azure: premium });
    expect(acr(byPolicy).inputs.policies).toMatchObject({
      retentionPolicy: { status: "enabled", days: 7 },
    });
    expect(all(byPolicy, "containerregistry:Task")).toHaveLength(1);

    const softDelete = await of({ retention, azure: { ...premium, softDeleteDays: 14 } });
    expect(acr(softDelete).inputs.policies).toMatchObject({
      retentionPolicy: { status: "disabled" },
      softDeletePolicy: { status: "enabled", retentionDays: 14 },
    });
    expect(all(softDelete, "containerregistry:Task")).toHaveLength(1);
  });

  test("that never deletes leaves no task", async () => {
    const registered = await of({ retention: { untaggedAfterDays: "never" } });
    expect(all(registered, "containerregistry:Task")).toEqual([]);
  });
});

describe("access", () => {
  const grants = (registered: Registered) =>
    all(registered, "authorization:RoleAssignment").filter(({ name }) =>
      name.startsWith("registry-access-"),
    );

  test("is granted by roles for the whole registry where the mode is the classic one", async () => {
    const registered = await of({
      azure: { roleAssignmentMode: "LegacyRegistryPermissions" },
      access: { pull: [`group:${team}`], push: [`servicePrincipal:${ci}`] },
    });
    expect(grants(registered).map((grant) => [role(grant), grant.inputs.principalType])).toEqual([
      ["7f951dda-4ed3-4680-a7ca-43fe172d538d", "Group"],
      ["8311e382-0749-4cb8-b61a-304f252e45ec", "ServicePrincipal"],
    ]);
    expect(JSON.stringify(one(registered, "resources:Deployment").inputs)).toContain(
      '"roleAssignmentMode":"LegacyRegistryPermissions"',
    );
  });

  test("to some repositories is one role with a condition, and the mode is put onto the registry", async () => {
    const registered = await of({
      repositories: [
        { name: "shop/api", push: [`servicePrincipal:${ci}`] },
        { name: "shop/web", push: [`servicePrincipal:${ci}`] },
        { name: "tools" },
      ],
    });
    const [grant, ...others] = grants(registered);
    expect(others).toEqual([]);
    expect(grant && role(grant)).toBe("2a1e307c-b015-4ebd-883e-5b7698a07328");
    expect(grant?.inputs).toMatchObject({ conditionVersion: "2.0", principalId: ci });
    expect(grant?.inputs.condition).toContain("StringEqualsIgnoreCase 'shop/web'");
    expect(grant?.inputs.condition).not.toContain("'tools'");

    const { inputs, dependsOn } = one(registered, "resources:Deployment");
    expect(dependsOn).toContain("registry-registry");
    const { template } = inputs.properties as { template: { resources: unknown[] } };
    const { registryName, resourceGroupName, sku, tags, location, policies, ...properties } =
      acr(registered).inputs;
    // The API version of the template has no soft delete.
    expect(policies).toMatchObject({ softDeletePolicy: { status: "disabled", retentionDays: 7 } });
    expect(template.resources).toEqual([
      {
        type: "Microsoft.ContainerRegistry/registries",
        apiVersion: "2025-11-01",
        name: registryName,
        ...{ location, tags, sku },
        properties: {
          ...properties,
          policies: { azureADAuthenticationAsArmPolicy: { status: "enabled" } },
          roleAssignmentMode: "AbacRepositoryPermissions",
          networkRuleBypassAllowedForTasks: false,
        },
      },
    ]);
    expect(inputs.resourceGroupName).toBe(resourceGroupName);
  });

  test("of anyone is anonymous pull", async () => {
    expect(acr(await of({ access: { public: true } })).inputs).toMatchObject({
      anonymousPullEnabled: true,
      sku: { name: "Standard" },
    });
  });
});

describe("users", () => {
  const users = [
    { name: "builder", role: "push", repositories: ["app"], expires: "2999-01-31" },
    { name: "builder2", role: "push", repositories: ["app"] },
    { name: "reader", role: "pull" },
    { name: "gone-by-now", role: "pull", expires: "2020-01-01" },
  ];

  test("are tokens, which share the scope maps of their rights", async () => {
    const registered = await of({ users });
    expect(
      all(registered, "containerregistry:ScopeMap").map(({ inputs }) => inputs.actions),
    ).toEqual([
      ["repositories/*/content/read"],
      ["repositories/app/content/read", "repositories/app/content/write"],
    ]);
    expect(
      all(registered, "containerregistry:Token").map(({ inputs }) => [
        inputs.tokenName,
        inputs.status,
      ]),
    ).toEqual([
      ["builder", "enabled"],
      ["builder2", "enabled"],
      ["gone-by-now", "disabled"],
      ["reader", "enabled"],
    ]);
  });

  test("log in by a command that shows nobody the password", async () => {
    const { outputs } = await of({ users, azure: { registryName: "acmeshop" } });
    expect(outputs.login).toBe("az acr login --name acmeshop");
    expect(outputs.notes).toContain(
      "builder logs in after: az acr token credential generate --registry acmeshop --name builder --password1 --expiration 2999-01-31T00:00:00Z --query 'passwords[0].value' --output tsv | docker login acmeshop.azurecr.io --username builder --password-stdin (until 2999-01-31)",
    );
  });
});

describe("a customer-managed key", () => {
  test("is made in a vault that nobody can purge, and stays as long as the images", async () => {
    const registered = await of({
      environment: "dev",
      encryption: { key: "create", rotationDays: 90 },
    });
    const vault = one(registered, "keyvault:Vault");
    expect(vault.inputs).toMatchObject({
      vaultName: expect.stringMatching(/^wharf-shop-[0-9a-f]{6}$/),
      properties: {
        enablePurgeProtection: true,
        enableRbacAuthorization: true,
        softDeleteRetentionInDays: 90,
      },
    });
    const key = one(registered, "keyvault:Key");
    expect(key.inputs.properties).toMatchObject({
      kty: "RSA",
      rotationPolicy: {
        lifetimeActions: [{ trigger: { timeAfterCreate: "P90D" }, action: { type: "rotate" } }],
      },
    });
    expect(acr(registered).dependsOn).toContain("registry-encryption-grant");
    const identity = one(registered, "managedidentity:UserAssignedIdentity");
    const grant = registered.registrations.find(({ name }) => name === "registry-encryption-grant");
    expect(grant && role(grant)).toBe("e147488a-f6f5-4113-8e2d-b22465e65bf6");
    for (const stays of [acr(registered), vault, key, identity, grant]) {
      expect(stays?.retainOnDelete).toBe(true);
    }
    expect(one(registered, "resources:ResourceGroup").retainOnDelete).toBe(true);
  });

  test("is taken from a vault that is named", async () => {
    const key = "https://acme.vault.azure.net/keys/registry";
    const keyVault = `${group}/providers/Microsoft.KeyVault/vaults/acme`;
    const registered = await of({ encryption: { key }, azure: { keyVault } });
    expect(all(registered, "keyvault:Vault")).toEqual([]);
    const grant = registered.registrations.find(({ name }) => name === "registry-encryption-grant");
    expect(grant?.inputs.scope).toBe(keyVault);
    expect(acr(registered).inputs.encryption).toMatchObject({
      status: "enabled",
      keyVaultProperties: { keyIdentifier: key },
    });
  });
});

test("tokens for Azure Resource Manager are accepted unless they are turned off", async () => {
  const policy = (registered: Registered) =>
    (acr(registered).inputs.policies as Record<string, unknown>).azureADAuthenticationAsArmPolicy;
  expect(policy(await of({}))).toEqual({ status: "enabled" });
  const off = await of({ azure: { armTokens: false } });
  expect(policy(off)).toEqual({ status: "disabled" });
  expect((off.outputs.notes as string[]).join("\n")).toContain("az before 2.40.0");
});

describe("the network", () => {
  test("lets in the ranges that are named, and the purge task", async () => {
    const registered = await of({
      endpoint: { allowFrom: ["203.0.113.0/24"] },
      retention: { keepLast: 10 },
    });
    expect(acr(registered).inputs.networkRuleSet).toEqual({
      defaultAction: "Deny",
      ipRules: [{ action: "Allow", iPAddressOrRange: "203.0.113.0/24" }],
    });
    const { properties } = one(registered, "resources:Deployment").inputs as {
      properties: { template: { resources: { properties: Record<string, unknown> }[] } };
    };
    expect(properties.template.resources[0]?.properties).toMatchObject({
      networkRuleBypassAllowedForTasks: true,
      networkRuleSet: { ipRules: [{ action: "Allow", value: "203.0.113.0/24" }] },
    });
  });

  test("is private by endpoints whose names one zone answers, linked once to each network", async () => {
    const dnsZone = `${group}/providers/Microsoft.Network/privateDnsZones/privatelink.azurecr.io`;
    const registered = await of({
      azure: {
        publicAccess: false,
        exportImages: false,
        privateEndpoints: [
          { subnet: subnetOf("hub", "one") },
          { subnet: subnetOf("hub", "two") },
          { subnet: subnetOf("spoke", "one"), dnsZone },
        ],
      },
    });
    expect(acr(registered).inputs).toMatchObject({
      publicNetworkAccess: "Disabled",
      policies: { exportPolicy: { status: "disabled" } },
    });
    expect(all(registered, "network:PrivateEndpoint")).toHaveLength(3);
    expect(one(registered, "privatedns:PrivateZone").inputs.privateZoneName).toBe(
      "privatelink.azurecr.io",
    );
    expect(one(registered, "privatedns:VirtualNetworkLink").inputs.virtualNetwork).toEqual({
      id: `${group}/providers/Microsoft.Network/virtualNetworks/hub`,
    });
    const zones = all(registered, "network:PrivateDnsZoneGroup").map(
      ({ inputs }) =>
        (inputs.privateDnsZoneConfigs as { privateDnsZoneId: string }[])[0]?.privateDnsZoneId,
    );
    expect(zones.filter((id) => id === dnsZone)).toHaveLength(1);
  });
});

describe("what surrounds the registry", () => {
  test("is as it was asked for", async () => {
    const workspace = `${group}/providers/Microsoft.OperationalInsights/workspaces/logs`;
    const full = await of({
      labels: { team: "shop" },
      azure: {
        replicas: [{ location: "North Europe", acceptsRequests: false }],
        webhooks: [
          { name: "deploy", url: "https://ci.example.com/" },
          { name: "audit", url: "https://ci.example.com/", scope: "app" },
          { name: "latest", url: "https://ci.example.com/", scope: "app:latest" },
        ],
        diagnostics: { workspace },
        defender: true,
        zoneRedundant: true,
      },
    });
    expect(one(full, "containerregistry:Replication").inputs).toMatchObject({
      location: "northeurope",
      replicationName: "northeurope",
      regionEndpointEnabled: false,
      tags: { team: "shop", stack: "shop" },
    });
    const scopes = all(full, "containerregistry:Webhook").map(
      ({ inputs }) => inputs.scope ?? "all",
    );
    expect(scopes.sort()).toEqual(["all", "app:*", "app:latest"]);
    expect(one(full, "monitor:DiagnosticSetting").inputs).toMatchObject({
      workspaceId: workspace,
      logs: [{ categoryGroup: "allLogs", enabled: true }],
    });
    const defender = one(full, "security:Pricing");
    expect(defender.retainOnDelete).toBe(true);
    expect(defender.inputs).toMatchObject({ pricingName: "Containers", pricingTier: "Standard" });
    expect(acr(full).inputs.zoneRedundancy).toBe("Enabled");
    expect(full.outputs.monthlyCost).toBe(100.02);
    expect(full.outputs.notes).toContain(
      "Webhooks report only events in the registry's own location: a push to a geo-replica sends none.",
    );
  });
});

describe("deletion", () => {
  test("is refused by Pulumi and by a lock that comes after all that it holds", async () => {
    const registered = await of({
      environment: "prod",
      users: [{ name: "builder" }],
      access: { pull: [`group:${team}`] },
    });
    const lock = one(registered, "authorization:ManagementLockByScope");
    expect(lock.inputs.level).toBe("CanNotDelete");
    expect(lock.protect).toBe(false);
    expect(lock.dependsOn).toEqual(
      expect.arrayContaining([
        `registry-access-Reader-group-${team}`,
        "registry-purge",
        "registry-scope-push",
        "registry-token-builder",
      ]),
    );
    expect(acr(registered)).toMatchObject({ protect: true, retainOnDelete: false });
    expect(one(registered, "resources:ResourceGroup").protect).toBe(true);
  });

  test("leaves no lock where the stack may go", async () => {
    const registered = await of({ environment: "prod", deletion: "retain" });
    expect(all(registered, "authorization:ManagementLockByScope")).toEqual([]);
    expect(acr(registered)).toMatchObject({ protect: false, retainOnDelete: true });
  });
});

test("1,000 repositories make no more resources than one", async () => {
  const repositories = Array.from({ length: 1000 }, (_, i) => ({ name: `team/app-${i}` }));
  const { registrations, outputs } = await of({ repositories });
  expect(registrations).toHaveLength((await of({})).registrations.length);
  expect(Object.keys(outputs.repositories as object)).toHaveLength(1000);
});

test("a stack's long name with periods stays within what Azure takes for names", async () => {
  const registered = await of(
    {
      encryption: { key: "create" },
      azure: { roleAssignmentMode: "AbacRepositoryPermissions" },
    },
    `release-2026.11.${"x".repeat(80)}`,
  );
  const name = (type: string, key: string) => one(registered, type).inputs[key];
  expect(name("resources:ResourceGroup", "resourceGroupName")).toMatch(/^[\w-]{1,90}$/);
  expect(name("resources:Deployment", "deploymentName")).toMatch(/^[\w-]{1,64}$/);
  expect(name("managedidentity:UserAssignedIdentity", "resourceName")).toMatch(/^[\w-]{3,128}$/);
  expect(name("keyvault:Vault", "vaultName")).toMatch(/^[a-z][a-z0-9-]{1,22}[a-z0-9]$/);
});
