import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { azureNative } from "../../../offline/providers/azure-native";
import type { PlatformChange } from "../../../offline/providers/simulated/type";
import { nameOf, ReadyStack, type Moment } from "../../support/ready-stack";

const ci = "servicePrincipal:11111111-1111-1111-1111-111111111111";
const up = ["up", "--yes", "--skip-preview"];

/** A classic registry of the smallest SKU: nothing of the ready stack but its provider. */
const small = {
  "wharf:environment": "staging",
  "wharf:repositories": [{ name: "shop/api" }],
  "wharf:retention": { untaggedAfterDays: "never" },
  "wharf:access": { push: [ci] },
  "wharf:identities": [],
  "wharf:builds": [],
  "wharf:encryption": {},
  "wharf:azure": { roleAssignmentMode: "LegacyRegistryPermissions" },
};

const done = (moments: Moment[], op: string) =>
  moments.filter((one) => one.moment === "ends" && one.op === op).map(({ urn }) => nameOf(urn));

// In this order, on one registry.
describe.sequential("an existing registry", () => {
  let stack: ReadyStack;
  beforeAll(async () => {
    stack = await ReadyStack.create("azure");
    await stack.configure(small);
    await stack.run(...up);
  });
  afterAll(() => stack?.remove());

  const modeIn = async () => {
    const all = await stack.resources();
    const settings = all.find(({ urn }) => nameOf(urn) === "registry-newer-settings");
    const [registry] = (
      settings?.inputs?.properties as {
        template: { resources: { properties: { roleAssignmentMode: string } }[] };
      }
    ).template.resources;
    return registry?.properties.roleAssignmentMode;
  };
  const outputsOf = async (name: string) =>
    (await stack.resources()).find(({ urn }) => nameOf(urn) === name)?.outputs ?? {};
  /** What is said of a description that is refused, on one line. */
  const refused = async (config: Record<string, unknown>) => {
    await stack.configure(config);
    const { exitCode, said, moments } = await stack.attempt(...up);
    expect(exitCode).not.toBe(0);
    expect(moments).toEqual([]);
    return said.split(/\s+/).join(" ");
  };

  test("goes to roles with conditions and back, and never without roles of its mode", async () => {
    await stack.configure({ "wharf:azure": { roleAssignmentMode: "AbacRepositoryPermissions" } });
    const there = await stack.run(...up);
    expect(await modeIn()).toBe("AbacRepositoryPermissions");
    const order = there.moments.map(({ moment, op, urn }) => `${moment} ${op} ${nameOf(urn)}`);
    const at = (start: string) => order.findIndex((one) => one.startsWith(start));
    expect(at("ends create registry-access-Writer-")).toBeLessThan(
      at("begins update registry-newer-settings"),
    );
    expect(at("ends update registry-newer-settings")).toBeLessThan(
      at("begins delete registry-access-AcrPush-"),
    );
    await stack.configure({ "wharf:azure": { roleAssignmentMode: "LegacyRegistryPermissions" } });
    expect(done((await stack.run(...up)).moments, "update")).toEqual(["registry-newer-settings"]);
    expect(await modeIn()).toBe("LegacyRegistryPermissions");
  });

  test("does not change its role mode by a default, and gets no customer-managed key", async () => {
    const said = await refused({ "wharf:azure": {}, "wharf:encryption": { key: "create" } });
    expect(said).toContain(
      "wharf:azure.roleAssignmentMode is missing: the existing registry is in the mode LegacyRegistryPermissions, and the default is AbacRepositoryPermissions, in which roles such as AcrPull that were assigned outside of this stack no longer count. Set one of the two pulumi config set --path 'wharf:azure.roleAssignmentMode' LegacyRegistryPermissions",
    );
    expect(said).toContain(
      "wharf:encryption.key cannot be set on the existing registry: ACR sets a customer-managed key only when a registry is created. For a registry with a key, describe a stack of its own (pulumi stack init azure-2 --copy-config-from azure) and copy the images with az acr import pulumi config rm --path 'wharf:encryption.key'",
    );
    await stack.configure(small);
  });

  const cache = ["", "-identity", "-reader", "-settings"].map(
    (part) => `registry-cache-base${part}`,
  );

  test("gets a larger SKU before what needs it, says what that costs, and caches another ACR by an identity", async () => {
    const id = "00000000-0000-0000-0000-000000000000";
    const base = `/subscriptions/${id}/resourceGroups/base/providers/Microsoft.ContainerRegistry/registries/base`;
    await stack.configure({
      "wharf:endpoint": { allowFrom: ["203.0.113.0/24"] },
      "wharf:pullThroughCaches": [{ upstream: "https://base.azurecr.io", name: "base" }],
      "wharf:azure": {
        ...small["wharf:azure"],
        replicas: [{ location: "northeurope" }],
        pullThroughCaches: { registries: { base } },
      },
    });
    const { said, moments } = await stack.run(...up);
    expect(said.split(/\s+/).join(" ")).toContain(
      "The SKU changes from Basic to Premium (wharf:endpoint.allowFrom needs network rules; wharf:azure.replicas needs geo-replication): $100.02 for 30 days, +$95.01.",
    );
    expect(done(moments, "create").sort()).toEqual([...cache, "registry-replica-northeurope"]);
    // A pull before the identity may read the upstream would be refused.
    const settings = (await stack.resources()).find(({ urn }) => nameOf(urn) === cache.at(-1));
    expect(settings?.dependencies?.map(nameOf)).toContain("registry-cache-base-reader");
    expect(await outputsOf("registry-registry")).toMatchObject({
      sku: { name: "Premium" },
      networkRuleSet: { defaultAction: "Deny" },
    });
    await stack.run("preview", "--expect-no-changes");
  });

  test("gives a SKU up in two steps, and only where that is written, and leaves nothing of a cache behind", async () => {
    const without = {
      ...{ "wharf:endpoint": {}, "wharf:pullThroughCaches": [] },
      "wharf:azure": small["wharf:azure"],
    };
    expect(await refused(without)).toContain(
      "wharf:azure.sku cannot become Basic in one step: ACR lowers a SKU only after what needs Premium is deleted (1 geo-replica, network rules). Keep Premium for one up, which deletes it, then lower the SKU pulumi config set --path 'wharf:azure.sku' Premium",
    );
    await stack.configure({ "wharf:azure": { ...small["wharf:azure"], sku: "Premium" } });
    expect(done((await stack.run(...up)).moments, "delete").sort()).toEqual([
      ...cache,
      "registry-replica-northeurope",
    ]);
    expect(await outputsOf("registry-registry")).toMatchObject({
      networkRuleSet: { defaultAction: "Allow" },
    });
    expect(await refused(without)).toContain(
      "wharf:azure.sku would become Basic, since nothing in the description needs Premium any more: less storage is included, and the registry loses what only Premium has. Set Premium to keep it, or Basic to lower it",
    );
    await stack.configure({ "wharf:azure": { ...small["wharf:azure"], sku: "Basic" } });
    const { said } = await stack.run(...up);
    expect(said).toContain("The SKU changes from Premium to Basic: $5.01 for 30 days, -$45.00.");
  });
});

describe("the simulated platform refuses", () => {
  const refuses = (change: Partial<PlatformChange>, type = "Registry") =>
    azureNative.types[`azure-native:containerregistry:${type}`]?.refuses?.({
      ...{ before: undefined, after: undefined, existing: () => [] },
      ...change,
    });
  const [basic, premium] = [{ sku: { name: "Basic" } }, { id: "/acr", sku: { name: "Premium" } }];

  test.each([
    ["network rules", { networkRuleSet: { defaultAction: "Deny" } }, "networkRuleSet"],
    ["no public access", { publicNetworkAccess: "Disabled" }, "publicNetworkAccess"],
    ["a retention policy", { policies: { retentionPolicy: { status: "enabled" } } }, "retention"],
    ["a key", { encryption: { status: "enabled" } }, "encryption"],
  ])("%s below Premium", (_, settings, named) => {
    expect(refuses({ after: { ...basic, ...settings } })).toContain(named);
    expect(refuses({ after: { ...premium, ...settings } })).toBeUndefined();
  });

  test("a geo-replica below Premium, and a lower SKU while there is one", () => {
    const replica = { registryName: "acr" };
    const existing = (registry: object) => () => [{ ...registry, registryName: "acr" }];
    expect(refuses({ after: replica, existing: existing(basic) }, "Replication")).toBeDefined();
    expect(refuses({ after: replica, existing: existing(premium) }, "Replication")).toBeUndefined();
    const one = { before: premium, after: basic };
    expect(refuses(one)).toBeUndefined();
    const child = { id: "/acr/replications/x", privateLinkServiceConnections: [] };
    expect(refuses({ ...one, existing: () => [child] })).toContain("cannot be lowered");
  });

  test("export turned off on a registry with a public address", () => {
    const closed = { ...premium, policies: { exportPolicy: { status: "disabled" } } };
    expect(refuses({ after: closed })).toContain("publicNetworkAccess");
    expect(refuses({ after: { ...closed, publicNetworkAccess: "Disabled" } })).toBeUndefined();
  });

  test("a cache of a registry that ACR does not know, and one of Docker Hub for nobody", () => {
    const rule = (sourceRepository: string, more = {}) =>
      refuses({ after: { sourceRepository, ...more } }, "CacheRule");
    expect(rule("harbor.example.com/*")).toContain("Unsupported upstream");
    expect(rule("docker.io/*")).toContain("EnforceDockerAuthentication");
    expect(rule("docker.io/*", { credentialSetResourceId: "/acr/hub" })).toBeUndefined();
    expect(rule("base.azurecr.io/*")).toBeUndefined();
  });

  test("a key for a registry that has none", () => {
    const encrypted = { ...premium, encryption: { status: "enabled" } };
    expect(refuses({ before: premium, after: encrypted })).toContain(
      "when the registry is created",
    );
    expect(refuses({ before: encrypted, after: encrypted })).toBeUndefined();
  });
});
