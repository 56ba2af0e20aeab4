import { Provider as AzureProvider } from "@pulumi/azure-native/provider";
import { Provider as GcpProvider } from "@pulumi/gcp/provider";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import type { AzureRegistryArgs } from "../../components/azure/args";
import { AzureRegistry } from "../../components/azure/registry";
import type { GcpRegistryArgs } from "../../components/gcp/args";
import { GcpRegistry } from "../../components/gcp/registry";
import {
  type Asked,
  expectPassedOn,
  leftToken,
  ordinaryOptions,
  partsOf,
  runProgram,
} from "../support/component-program";

const subscription = (digit: number) => `00000000-0000-0000-0000-00000000000${digit}`;
const group = `/subscriptions/${subscription(9)}/resourceGroups/net/providers`;
const stackConfig = {
  "gcp:project": "stack-project",
  "gcp:region": "europe-west3",
  "azure-native:subscriptionId": subscription(1),
  "azure-native:location": "westeurope",
};

/** Runs a program of the project `acme` on what stands for both clouds. */
const run = (
  program: () => Record<string, unknown>,
  config: Record<string, string> = stackConfig,
) =>
  runProgram(program, {
    project: "acme",
    stack: "prod",
    config,
    made: ({ type, name, inputs }) => {
      const identity = { principalId: `principal of ${name}` };
      return {
        member: `serviceAccount:${name}@made-up.iam.gserviceaccount.com`,
        principalId: identity.principalId,
        tenantId: subscription(3),
        clientId: `client of ${name}`,
        keyUri: `https://made-up.vault.azure.net/keys/${name}`,
        loginServer: `${String(inputs.registryName)}.azurecr.io`,
        ...inputs,
        ...(type.endsWith(":Registry") && { name: inputs.registryName }),
        ...(inputs.identity !== undefined || !("identity" in inputs) ? { identity } : {}),
      };
    },
    answer: ({ token, inputs, provider }) =>
      token === "azure-native:authorization:getClientConfig"
        ? { subscriptionId: subscription(provider?.includes("logged-in") ? 7 : 8), tenantId: "t" }
        : { ...inputs, number: `number of ${inputs.projectId}` },
  });

/** An Output, as a resource of the program yields it. */
const output = (value: string) => pulumi.output(Promise.resolve(value));

const told = (registry: GcpRegistry | AzureRegistry) => ({
  endpoint: registry.endpoint,
  hosts: registry.hosts,
  repositories: registry.repositories,
  login: registry.login,
  push: registry.push,
  pull: registry.pull,
  builds: registry.builds,
  workflows: registry.workflows,
  mirrors: registry.mirrors,
  notes: registry.notes,
});

const inputsOf = (asked: Asked[], name: string) =>
  asked.find((one) => one.name === name)?.inputs ?? {};

/** No name that an Output stands for while the description is checked is left in a program. */
function expectNoToken(value: unknown) {
  expect(JSON.stringify(value)).not.toMatch(leftToken);
}

/** Args of each key of which a program may hand over an Output. */
const gcpArgs = (): GcpRegistryArgs => ({
  access: { pull: [output("serviceAccount:ci@acme-prod.iam.gserviceaccount.com")] },
  encryption: { key: output("projects/p/locations/l/keyRings/r/cryptoKeys/k") },
  labels: { team: output("shop") },
  clusters: [{ name: "main", nodes: output("nodes@acme.iam.gserviceaccount.com") }],
  repositories: [{ name: "shop", push: [output("group:dev@example.com")] }],
  pullThroughCaches: [
    {
      upstream: "docker-hub",
      name: "hub",
      credentials: {
        username: "acme",
        passwordSecret: output("projects/vault/secrets/hub/versions/2"),
      },
    },
    {
      upstream: "ghcr",
      name: "ghcr",
      credentials: { username: "acme", password: pulumi.secret("the password") },
    },
  ],
  builds: [
    {
      name: "api",
      source: "https://gitlab.com/acme/api",
      repository: "shop",
    },
  ],
  gcp: {
    builds: {
      connections: {
        "gitlab.com": {
          tokenSecret: output("projects/vault/secrets/token/versions/1"),
          readTokenSecret: output("projects/vault/secrets/read/versions/1"),
          webhookSecret: "projects/vault/secrets/hook/versions/1",
        },
      },
    },
  },
});

const azureArgs = (): AzureRegistryArgs => ({
  access: {
    pull: [output(`servicePrincipal:${subscription(5)}`), output(`group:${subscription(6)}`)],
  },
  encryption: { key: output("https://acme.vault.azure.net/keys/registry") },
  labels: { team: output("shop") },
  clusters: [{ name: "main", nodes: output(subscription(4)) }],
  repositories: [{ name: "shop" }],
  identities: [
    { name: "ci", issuer: "github", project: "acme/shop", branch: "main", push: ["shop"] },
  ],
  pullThroughCaches: [
    {
      upstream: "docker-hub",
      name: "hub",
      credentials: {
        username: "acme",
        passwordSecret: output("https://acme.vault.azure.net/secrets/hub"),
      },
    },
  ],
  builds: [{ name: "api", source: "https://github.com/acme/api", repository: "shop" }],
  azure: {
    roleAssignmentMode: "AbacRepositoryPermissions",
    keyVault: output(`${group}/Microsoft.KeyVault/vaults/acme`),
    pullThroughCaches: { keyVault: output(`${group}/Microsoft.KeyVault/vaults/acme`) },
    privateEndpoints: [
      { subnet: output(`${group}/Microsoft.Network/virtualNetworks/main/subnets/Registry`) },
    ],
    diagnostics: {
      workspace: output(`${group}/Microsoft.OperationalInsights/workspaces/logs`),
    },
    webhooks: [
      {
        name: "deploy",
        url: "https://deploy.example.com/",
        headers: { Authorization: output("Bearer of news") },
      },
    ],
    builds: {
      tokens: { "github.com": { token: pulumi.secret("the token"), expires: "2199-01-01" } },
    },
  },
});

const providers = {
  gcp: (name: string, project: string, region: string) =>
    new GcpProvider(name, { project, region }),
  azure: (name: string, args: { subscriptionId?: string; location?: string }) =>
    new AzureProvider(name, args),
};

describe("GcpRegistry", () => {
  test("without args makes the one default repository where the stack works", async () => {
    const { asked, outputs } = await run(() => told(new GcpRegistry("r")));
    expect(inputsOf(asked, "r-repository-app")).toMatchObject({
      project: "stack-project",
      location: "europe-west3",
      repositoryId: "app",
    });
    expect(outputs.login).toBe("gcloud auth configure-docker europe-west3-docker.pkg.dev");
  });

  test("takes Outputs for principals, keys, labels, nodes and secrets", async () => {
    const { asked, outputs } = await run(() => told(new GcpRegistry("r", gcpArgs())));
    expectNoToken([asked.map(({ inputs }) => inputs), outputs]);
    expect(inputsOf(asked, "r-repository-shop")).toMatchObject({
      kmsKeyName: "projects/p/locations/l/keyRings/r/cryptoKeys/k",
      labels: { team: "shop", "managed-by": "wharf" },
    });
    const members = asked.filter(({ type }) => type.endsWith(":RepositoryIamMember"));
    expect(new Set(members.map(({ inputs }) => inputs.member))).toEqual(
      new Set([
        "serviceAccount:ci@acme-prod.iam.gserviceaccount.com",
        "group:dev@example.com",
        "serviceAccount:nodes@acme.iam.gserviceaccount.com",
        "serviceAccount:r-build-account-api@made-up.iam.gserviceaccount.com",
      ]),
    );
    expect(inputsOf(asked, "r-cache-grant-hub")).toMatchObject({
      project: "vault",
      secretId: "hub",
    });
    expect(inputsOf(asked, "r-repository-hub").remoteRepositoryConfig).toMatchObject({
      upstreamCredentials: {
        usernamePasswordCredentials: {
          passwordSecretVersion: "projects/vault/secrets/hub/versions/2",
        },
      },
    });
    expect(JSON.stringify(inputsOf(asked, "r-cache-password-ghcr").secretData)).toContain(
      "the password",
    );
    const read = asked.filter(({ name }) => name.startsWith("r-connection-grant-"));
    expect(read.map(({ inputs }) => inputs.secretId).sort()).toEqual(["hook", "read", "token"]);
  });

  test("works where the provider of its options does, two side by side", async () => {
    const args = (): GcpRegistryArgs => ({
      ...gcpArgs(),
      encryption: { key: "create" },
      gcp: { ...gcpArgs().gcp, projectSettings: { owner: "prod", platformLogs: "info" } },
    });
    const { asked, outputs } = await run(() => ({
      one: told(
        new GcpRegistry("one", args(), { provider: providers.gcp("p1", "first", "us-west1") }),
      ),
      two: told(
        new GcpRegistry("two", args(), { provider: providers.gcp("p2", "other", "asia-east1") }),
      ),
    }));
    expectNoToken([asked.map(({ inputs }) => inputs), outputs]);
    for (const [name, provider, project, location] of [
      ["one", "p1", "first", "us-west1"],
      ["two", "p2", "other", "asia-east1"],
    ] as const) {
      const parts = partsOf(asked, name);
      expect(parts.length).toBeGreaterThan(30);
      expect(new Set(parts.map((part) => part.provider))).toEqual(new Set([provider]));
      expect(inputsOf(asked, `${name}-repository-shop`)).toMatchObject({ project, location });
      expect(inputsOf(asked, `${name}-key-ring-region`)).toMatchObject({ project, location });
      expect(inputsOf(asked, `${name}-platform-logs-region`)).toMatchObject({ project, location });
      const host = `${location}-docker.pkg.dev`;
      expect(JSON.stringify(inputsOf(asked, `${name}-build-api`))).toContain(
        `${host}/${project}/shop/shop`,
      );
      expect(outputs[name]).toMatchObject({
        login: `gcloud auth configure-docker ${host}`,
        hosts: [host],
        repositories: { shop: `${host}/${project}/shop/shop` },
        builds: { api: expect.stringContaining(`--project ${project} --region ${location}`) },
      });
      const grants = parts.filter((part) => part.name.startsWith(`${name}-connection-grant-`));
      expect(new Set(grants.map(({ inputs }) => inputs.member))).toEqual(
        new Set([
          `serviceAccount:service-number of ${project}@gcp-sa-cloudbuild.iam.gserviceaccount.com`,
        ]),
      );
    }
    const ids = asked.flatMap(({ inputs }) => inputs.accountId ?? []);
    expect(new Set(ids).size).toBe(2);
  });

  test("works where its args say, whatever the provider has", async () => {
    const { asked, outputs } = await run(() =>
      told(
        new GcpRegistry(
          "r",
          { project: "named-one", gcp: { location: "us-east1" } },
          { provider: providers.gcp("p", "first", "us-west1") },
        ),
      ),
    );
    expect(inputsOf(asked, "r-repository-app")).toMatchObject({
      project: "named-one",
      location: "us-east1",
    });
    expect(outputs.repositories).toEqual({
      app: "us-east1-docker.pkg.dev/named-one/app/app",
    });
  });

  test("without a project and a region is refused with the three places of each", async () => {
    const refused = run(() => told(new GcpRegistry("r")), {});
    await expect(refused).rejects.toThrow(
      [
        'GcpRegistry "r" has 2 problems. Nothing was changed.',
        "",
        "  project        is missing; name the id of the project in the args, in the provider given in the options, or in the stack's config gcp:project",
        "  gcp.location   is missing; name a location in the args, a region in the provider given in the options, or in the stack's config gcp:region",
      ].join("\n"),
    );
  });
});

describe("AzureRegistry", () => {
  test("without args makes a registry where the stack works", async () => {
    const { asked, outputs } = await run(() => told(new AzureRegistry("r")));
    const { registryName, location } = inputsOf(asked, "r-registry");
    expect(location).toBe("westeurope");
    expect(outputs.login).toBe(`az acr login --name ${String(registryName)}`);
  });

  test("takes Outputs for principals, keys, tags, networks and secrets", async () => {
    const { asked, outputs } = await run(() => told(new AzureRegistry("r", azureArgs())));
    expectNoToken([asked.map(({ inputs }) => inputs), outputs]);
    const network = `${group}/Microsoft.Network/virtualNetworks/main`;
    const vault = `${group}/Microsoft.KeyVault/vaults/acme`;
    expect(inputsOf(asked, "r-registry")).toMatchObject({
      tags: { team: "shop", "managed-by": "wharf" },
      encryption: {
        keyVaultProperties: { keyIdentifier: "https://acme.vault.azure.net/keys/registry" },
      },
    });
    expect(inputsOf(asked, "r-encryption-grant").scope).toBe(vault);
    const granted = asked.filter(({ name }) => name.startsWith("r-access-Reader-"));
    expect(granted.map(({ inputs }) => [inputs.principalType, inputs.principalId])).toEqual([
      ["ServicePrincipal", subscription(5)],
      ["Group", subscription(6)],
    ]);
    expect(inputsOf(asked, "r-cluster-main-nodes-pull").principalId).toBe(subscription(4));
    expect(inputsOf(asked, "r-cache-hub-password").scope).toBe(`${vault}/secrets/hub`);
    expect(inputsOf(asked, "r-private-endpoint-0").subnet).toMatchObject({
      id: `${network}/subnets/Registry`,
    });
    expect(inputsOf(asked, "r-dns-link-0").virtualNetwork).toMatchObject({ id: network });
    expect(inputsOf(asked, "r-diagnostics").workspaceId).toMatch(/workspaces\/logs$/);
    expect(JSON.stringify(inputsOf(asked, "r-webhook-deploy").customHeaders)).toContain(
      "Bearer of news",
    );
    expect(JSON.stringify(inputsOf(asked, "r-build-api").trigger)).toContain("the token");
  });

  test("works where the provider of its options does, two side by side", async () => {
    const args = (): AzureRegistryArgs => ({
      ...azureArgs(),
      pullThroughCaches: [
        { upstream: "docker-hub", name: "hub", credentials: { username: "a", password: "b" } },
      ],
      encryption: { key: "create" },
      azure: { defender: true, roleAssignmentMode: "AbacRepositoryPermissions" },
      builds: [],
    });
    const { asked, outputs } = await run(() => ({
      one: told(
        new AzureRegistry("one", args(), {
          provider: providers.azure("p1", {
            subscriptionId: subscription(2),
            location: "North Europe",
          }),
        }),
      ),
      two: told(new AzureRegistry("two", args(), { provider: providers.azure("logged-in", {}) })),
    }));
    expectNoToken([asked.map(({ inputs }) => inputs), outputs]);
    for (const [name, provider, id] of [
      ["one", "p1", subscription(2)],
      ["two", "logged-in", subscription(7)],
    ] as const) {
      const parts = partsOf(asked, name);
      expect(new Set(parts.map((part) => part.provider))).toEqual(new Set([provider]));
      const roles = parts.flatMap(({ inputs }) => inputs.roleDefinitionId ?? []);
      expect(roles.length).toBeGreaterThan(5);
      for (const role of roles) expect(role).toMatch(new RegExp(`^/subscriptions/${id}/`));
      expect(inputsOf(asked, `${name}-defender`).scopeId).toBe(`subscriptions/${id}`);
      const { registryName } = inputsOf(asked, `${name}-registry`);
      expect((outputs[name] as unknown as { login: string }).login).toBe(
        `az acr login --name ${String(registryName)}`,
      );
    }
    expect(inputsOf(asked, "one-registry").location).toBe("northeurope");
    for (const key of ["registryName", "vaultName", "resourceGroupName", "resourceName"]) {
      const made = (name: string) =>
        new Set(partsOf(asked, name).flatMap(({ inputs }) => inputs[key] ?? []));
      expect(made("one").size).toBeGreaterThan(0);
      expect([...made("one")].filter((own) => made("two").has(own))).toEqual([]);
    }
  });

  test("takes the same names from a provider as from the args of the same subscription", async () => {
    const names = async (program: () => AzureRegistry) =>
      inputsOf((await run(() => told(program()))).asked, "r-registry").registryName;
    const byArgs = await names(() => new AzureRegistry("r", { subscriptionId: subscription(2) }));
    const byProvider = await names(
      () =>
        new AzureRegistry(
          "r",
          {},
          { provider: providers.azure("p", { subscriptionId: subscription(2) }) },
        ),
    );
    const byStack = await names(() => new AzureRegistry("r"));
    expect(byProvider).toBe(byArgs);
    expect(byStack).not.toBe(byArgs);
  });

  test("refuses what only a plain subnet decides: whether two endpoints share a network", async () => {
    const subnet = `${group}/Microsoft.Network/virtualNetworks/main/subnets/two`;
    const refused = run(() =>
      told(
        new AzureRegistry("r", {
          azure: { privateEndpoints: [{ subnet: output(subnet) }, { subnet }] },
        }),
      ),
    );
    await expect(refused).rejects.toThrow(
      "azure.privateEndpoints[0].dnsZone   is missing; the subnet is an Output, so that it is not known",
    );
  });
});

describe.each([
  [
    "GcpRegistry",
    GcpRegistry,
    "r-repository-app",
    '"ann" is not a principal of Google Cloud, which begins with user:, group:, serviceAccount:, principal://, principalSet:// or domain:',
  ],
  [
    "AzureRegistry",
    AzureRegistry,
    "r-registry",
    '"ann" is not a principal of Azure, which begins with user:, group: or servicePrincipal:',
  ],
] as const)("%s", (word, Registry, holder, principal) => {
  type Args = ConstructorParameters<typeof Registry>[1];
  const create = (args: object, opts?: pulumi.ComponentResourceOptions) =>
    new (
      Registry as new (
        name: string,
        args?: Args,
        opts?: pulumi.ComponentResourceOptions,
      ) => GcpRegistry | AzureRegistry
    )("r", args as Args, opts);

  test("refuses a misspelt key and a wrong value before anything is registered", async () => {
    const made: string[] = [];
    const refused = run(() => {
      pulumi.runtime.registerStackTransformation(({ name }) => {
        made.push(name);
        return undefined;
      });
      return told(
        create({ repositoris: [], labels: { team: output("x") }, access: { pull: ["ann"] } }),
      );
    });
    await expect(refused).rejects.toThrow(
      [
        `${word} "r" has 2 problems. Nothing was changed.`,
        "",
        "  repositoris      unknown key; did you mean repositories?",
        `  access.pull[0]   ${principal}`,
      ].join("\n"),
    );
    expect(made).toEqual([]);
  });

  test("passes on protect, dependsOn, aliases and transformations as Pulumi promises", async () => {
    const { asked } = await run(() => {
      const first = new GcpProvider("first");
      return told(create({}, ordinaryOptions(first)));
    });
    expectPassedOn(asked, "first", holder);
  });
});
