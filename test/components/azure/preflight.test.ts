import * as pulumi from "@pulumi/pulumi";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { preflight, warnings } from "../../../components/azure";
import { checkDescription } from "../../../components/description/check";

const subscriptionId = "00000000-0000-0000-0000-000000000000";
const variables = [
  ...["ARM_SUBSCRIPTION_ID", "ARM_TENANT_ID", "ARM_CLIENT_ID", "ARM_CLIENT_SECRET"],
  ...["ARM_CLIENT_CERTIFICATE_PATH", "ARM_USE_OIDC", "ARM_USE_MSI", "ARM_ENVIRONMENT"],
  ...["ARM_USE_DEFAULT_AZURE_CREDENTIAL", "ARM_LOCATION_NAME"],
];
const home = mkdtempSync(path.join(tmpdir(), "wharf-azure-home-"));

beforeEach(() => {
  for (const variable of variables) vi.stubEnv(variable, undefined);
  vi.stubEnv("AZURE_CONFIG_DIR", home);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(path.join(home, "azureProfile.json"), { force: true });
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** Logs in to the Azure CLI, as `az login` leaves it: with a byte order mark. */
function azLogin() {
  const subscriptions = [
    { id: "other", isDefault: false },
    { id: subscriptionId, isDefault: true },
  ];
  writeFileSync(path.join(home, "azureProfile.json"), `\uFEFF${JSON.stringify({ subscriptions })}`);
}

/** What is in the way, as key, message and command. */
async function problems(provider: Record<string, string>, values: Record<string, unknown> = {}) {
  pulumi.runtime.setAllConfig(provider);
  const description = checkDescription({
    stack: "shop",
    values: { target: "azure", ...values },
    secretKeys: new Set(),
  });
  const found = await preflight({ ...description, stack: "shop" });
  return found.map(({ key, message, fix }) => [key, message, fix]);
}

const here = { "azure-native:location": "westeurope" };

describe("nothing is in the way", () => {
  test("of someone who is logged in to the Azure CLI", async () => {
    azLogin();
    expect(await problems(here)).toEqual([]);
  });

  test.each([
    ["a secret", { ARM_CLIENT_SECRET: "x" }],
    ["a certificate", { ARM_CLIENT_CERTIFICATE_PATH: "/ci.pfx" }],
    ["OIDC", { ARM_USE_OIDC: "true" }],
  ])("of a service principal with %s", async (_, credential) => {
    const known = { ARM_CLIENT_ID: "x", ARM_TENANT_ID: "x", ARM_SUBSCRIPTION_ID: subscriptionId };
    for (const [name, value] of Object.entries({ ...known, ...credential })) {
      vi.stubEnv(name, value);
    }
    expect(await problems({ "azure-native:location": "West Europe" })).toEqual([]);
  });

  test("of a managed identity in another of Azure's clouds", async () => {
    vi.stubEnv("ARM_USE_MSI", "true");
    vi.stubEnv("ARM_SUBSCRIPTION_ID", subscriptionId);
    vi.stubEnv("ARM_ENVIRONMENT", "usgovernment");
    expect(await problems({ "azure-native:location": "usgovvirginia" })).toEqual([]);
  });
});

test("a location that this release does not know is a warning, with the nearest", async () => {
  azLogin();
  const at = async (location: string, replica: string) => {
    const values = { azure: { replicas: [{ location: replica }] } };
    expect(await problems({ "azure-native:location": location }, values)).toEqual([]);
    return warnings(
      checkDescription({
        stack: "shop",
        values: { target: "azure", ...values },
        secretKeys: new Set(),
      }) as never,
    );
  };
  expect(await at("West Europe", "indiasouthcentral")).toEqual([]);
  expect(await at("westeuropa", "marsnorth")).toEqual([
    'azure-native:location: "westeuropa" is not a location of Azure that this release knows; did you mean westeurope?',
    'wharf:azure.replicas[0].location: "marsnorth" is not a location of Azure that this release knows',
  ]);
});

describe("without credentials", () => {
  test("every missing setting is named, with its variable and command", async () => {
    expect(await problems({})).toEqual([
      [
        "azure-native:clientId",
        "is missing, as is ARM_CLIENT_ID, and nobody is logged in to the Azure CLI on this machine",
        "az login",
      ],
      [
        "azure-native:subscriptionId",
        "is missing, as is ARM_SUBSCRIPTION_ID",
        'pulumi config set azure-native:subscriptionId "$(az account show --query id --output tsv)"',
      ],
      [
        "azure-native:location",
        "is missing, as is ARM_LOCATION_NAME; the registry is created there",
        "pulumi config set azure-native:location westeurope",
      ],
    ]);
  });

  test("a service principal's are named one by one", async () => {
    vi.stubEnv("ARM_CLIENT_ID", "x");
    vi.stubEnv("ARM_SUBSCRIPTION_ID", subscriptionId);
    expect(await problems(here)).toEqual([
      [
        "azure-native:tenantId",
        "is missing, as is ARM_TENANT_ID; a service principal logs in to its tenant",
        'pulumi config set azure-native:tenantId "$(az account show --query tenantId --output tsv)"',
      ],
      [
        "azure-native:clientSecret",
        "is missing, as are ARM_CLIENT_SECRET, ARM_CLIENT_CERTIFICATE_PATH and ARM_USE_OIDC, by one of which a service principal logs in",
        "pulumi config set --secret azure-native:clientSecret",
      ],
    ]);
  });
});

describe("of a place that there is not", () => {
  beforeEach(azLogin);

  test.each([
    [
      "a subscription's name",
      { ...here, "azure-native:subscriptionId": "Pay-As-You-Go" },
      {},
      [
        "azure-native:subscriptionId",
        `"Pay-As-You-Go" is not the id of a subscription, such as 00000000-0000-0000-0000-000000000000`,
        `pulumi config set azure-native:subscriptionId "$(az account show --subscription 'Pay-As-You-Go' --query id --output tsv)"`,
      ],
    ],
    [
      "a misspelt location",
      { "azure-native:location": "west-europe" },
      {},
      [
        "azure-native:location",
        `"west-europe" is not a location of Azure; did you mean westeurope?`,
        "pulumi config set azure-native:location westeurope",
      ],
    ],
    [
      "a region of another cloud",
      { "azure-native:location": "eu-central-1" },
      {},
      [
        "azure-native:location",
        `"eu-central-1" is not a location of Azure, such as westeurope`,
        "pulumi config set azure-native:location westeurope",
      ],
    ],
    [
      "a location of Azure in China",
      { "azure-native:location": "chinanorth3" },
      {},
      [
        "azure-native:location",
        `"chinanorth3" is a location of Azure's china cloud, and the stack is in the public cloud`,
        "pulumi config set azure-native:environment china",
      ],
    ],
    [
      "a replica beside the registry",
      here,
      { azure: { replicas: [{ location: "West Europe" }] } },
      [
        "wharf:azure.replicas[0].location",
        `"West Europe" is the registry's own location, azure-native:location`,
        "pulumi config rm --path 'wharf:azure.replicas[0]'",
      ],
    ],
    [
      "a key of Azure in China",
      here,
      {
        encryption: { key: "https://acme.vault.azure.cn/keys/registry" },
        azure: {
          keyVault: `/subscriptions/${subscriptionId}/resourceGroups/keys/providers/Microsoft.KeyVault/vaults/acme`,
        },
      },
      [
        "wharf:encryption.key",
        "is a key in vault.azure.cn, and vaults of Azure's public cloud, where the stack is, end in vault.azure.net",
        undefined,
      ],
    ],
    [
      "a cache of an ACR in China",
      here,
      {
        pullThroughCaches: [{ upstream: "https://base.azurecr.cn", name: "base" }],
        azure: {
          pullThroughCaches: {
            registries: {
              base: `/subscriptions/${subscriptionId}/resourceGroups/base/providers/Microsoft.ContainerRegistry/registries/base`,
            },
          },
        },
      },
      [
        "wharf:pullThroughCaches[0].upstream",
        `"https://base.azurecr.cn" is a registry of another of Azure's clouds, and an identity of the public cloud, where the stack is, has no rights there`,
        "pulumi config rm --path 'wharf:pullThroughCaches[0]'",
      ],
    ],
    [
      "a cache's password of Azure in China",
      here,
      {
        pullThroughCaches: [
          {
            upstream: "docker-hub",
            credentials: {
              username: "acme",
              passwordSecret: "https://acme.vault.azure.cn/secrets/docker-hub",
            },
          },
        ],
        azure: {
          pullThroughCaches: {
            keyVault: `/subscriptions/${subscriptionId}/resourceGroups/keys/providers/Microsoft.KeyVault/vaults/acme`,
          },
        },
      },
      [
        "wharf:pullThroughCaches[0].credentials.passwordSecret",
        "is a secret in vault.azure.cn, and vaults of Azure's public cloud, where the stack is, end in vault.azure.net",
        undefined,
      ],
    ],
  ])("%s is named", async (_, provider, values, problem) => {
    expect(await problems(provider, values)).toEqual([problem]);
  });
});
