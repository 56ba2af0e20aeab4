import { describe, expect, test } from "vitest";
import { acrRoles } from "../../../components/access/acr";
import { register, type Registration } from "../../support/registrations";

const provider = {
  "azure-native:location": "westeurope",
  "azure-native:subscriptionId": "00000000-0000-0000-0000-000000000000",
};
const kubelet = "33333333-3333-3333-3333-333333333333";
const registry = "/subscriptions/stand-in/registry-registry";
const roles: Record<string, string> = {
  ...Object.fromEntries(Object.entries(acrRoles).map(([role, guid]) => [guid, role])),
  "4633458b-17de-408a-b874-0445c86b69e6": "Key Vault Secrets User",
};

/** A condition that names exactly these repositories, in the words of ACR's manual. */
function limitedTo(actions: string[], ...repositories: string[]): string {
  const resource = "Microsoft.ContainerRegistry/registries/repositories";
  const others = actions.map((action) => `!(ActionMatches{'${resource}/${action}'})`).join(" AND ");
  const named = repositories.map(
    (name) => `@Request[${resource}:name] StringEqualsIgnoreCase '${name}'`,
  );
  return `((${others}) OR (${named.join(" OR ")}))`;
}
const reading = ["content/read", "metadata/read"];
const deleting = ["content/delete", "metadata/delete"];
const writing = ["content/read", "content/write", "metadata/read", "metadata/write"];

/** Every role assignment whose name begins so: name, role, scope and condition. */
async function assignments(
  values: Record<string, unknown>,
  secretKeys: string[] = [],
): Promise<{ rows: string[][]; registrations: Registration[] }> {
  const { registrations } = await register(
    { target: "azure", retention: { untaggedAfterDays: "never" }, ...values },
    { provider, secretKeys },
  );
  const rows = registrations
    .filter(({ type }) => type.endsWith(":RoleAssignment"))
    .map(({ name, inputs }) => {
      expect(inputs.principalType).toBe("ServicePrincipal");
      expect(inputs.conditionVersion).toBe(inputs.condition === undefined ? undefined : "2.0");
      const role = roles[String(inputs.roleDefinitionId).split("/").at(-1) ?? ""];
      return [name, role, inputs.scope, inputs.condition ?? "all of it"].map(String);
    });
  return { rows, registrations };
}

const abac = { roleAssignmentMode: "AbacRepositoryPermissions" };
const repositories = [{ name: "shop/api" }, { name: "shop/web" }, { name: "shop/layers" }];

describe("each identity has exactly these roles on a registry that reads conditions", () => {
  test("a pipeline: to push to its repositories, and to read the others that it names", async () => {
    const { rows } = await assignments({
      repositories,
      identities: [
        {
          name: "deploy",
          project: "acme/shop",
          push: ["shop/api"],
          pull: ["shop/api", "shop/web"],
        },
        { name: "scan", project: "acme/scan", pull: ["shop/web"] },
        { name: "sweep", project: "acme/sweep", delete: ["shop/web"] },
      ],
      azure: abac,
    });
    expect(rows).toEqual([
      [
        "registry-identity-deploy-pull",
        "Container Registry Repository Reader",
        registry,
        limitedTo(reading, "shop/web"),
      ],
      [
        "registry-identity-deploy-push",
        "Container Registry Repository Writer",
        registry,
        limitedTo(writing, "shop/api"),
      ],
      [
        "registry-identity-scan-pull",
        "Container Registry Repository Reader",
        registry,
        limitedTo(reading, "shop/web"),
      ],
      [
        "registry-identity-sweep-delete",
        "Container Registry Repository Contributor",
        registry,
        // Of the role nothing but deleting is left.
        `${limitedTo(writing, "/")} AND ${limitedTo(deleting, "shop/web")}`,
      ],
    ]);
  });

  test("a cluster: its kubelets and each service account read what the cluster may pull", async () => {
    const workloads = [{ namespace: "flux-system", serviceAccount: "image-reflector" }];
    const issuer = "https://westeurope.oic.prod-aks.azure.com/tenant/id/";
    const { rows, registrations } = await assignments({
      repositories,
      clusters: [
        { name: "shop", nodes: kubelet, issuer, workloads, pull: ["shop/web", "shop/api"] },
        { name: "tools", nodes: "44444444-4444-4444-4444-444444444444" },
      ],
      azure: abac,
    });
    const reader = "Container Registry Repository Reader";
    const both = limitedTo(reading, "shop/api", "shop/web");
    expect(rows).toEqual([
      ["registry-cluster-shop-nodes-pull", reader, registry, both],
      [
        expect.stringMatching(/^registry-cluster-shop-workload-[0-9a-f]{8}-pull$/),
        reader,
        registry,
        both,
      ],
      ["registry-cluster-tools-nodes-pull", reader, registry, "all of it"],
    ]);
    const nodes = registrations.find(({ name }) => name === "registry-cluster-shop-nodes-pull");
    expect(nodes?.inputs.principalId).toBe(kubelet);
  });

  test("a build: to push to its repository and to that of its layers", async () => {
    const { rows } = await assignments({
      repositories,
      builds: [
        {
          repository: "shop/api",
          source: "github.com/acme/shop",
          schedule: "0 3 * * 1",
          tags: ["{build}"],
          cache: { kind: "registry", repository: "shop/layers" },
        },
      ],
      azure: abac,
    });
    expect(rows).toEqual([
      [
        "registry-build-shop-api-push",
        "Container Registry Repository Writer",
        registry,
        limitedTo(writing, "shop/api", "shop/layers"),
      ],
    ]);
  });

  test("a cache: to read its own two secrets, in whichever vault they are", async () => {
    const group = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/team";
    const keyVault = `${group}/providers/Microsoft.KeyVault/vaults/acme`;
    const { rows } = await assignments(
      {
        pullThroughCaches: [
          { upstream: "docker-hub", credentials: { username: "acme", password: "hidden" } },
          {
            upstream: "ghcr",
            credentials: {
              username: "acme",
              passwordSecret: "https://acme.vault.azure.net/secrets/ghcr-token",
            },
          },
        ],
        azure: { ...abac, pullThroughCaches: { keyVault } },
      },
      ["pullThroughCaches"],
    );
    const user = "Key Vault Secrets User";
    const own = (secret: string) => `/subscriptions/stand-in/registry-cache-${secret}`;
    expect(rows).toEqual([
      ["registry-cache-docker-hub-password", user, own("docker-hub-password"), "all of it"],
      ["registry-cache-docker-hub-username", user, own("docker-hub-username"), "all of it"],
      ["registry-cache-ghcr-password", user, `${keyVault}/secrets/ghcr-token`, "all of it"],
      ["registry-cache-ghcr-username", user, own("ghcr-username"), "all of it"],
    ]);
  });
});

describe("on a registry whose roles hold for all of it", () => {
  test("kubelets read, and builds push", async () => {
    const { rows } = await assignments({
      azure: { roleAssignmentMode: "LegacyRegistryPermissions" },
      repositories,
      clusters: [{ name: "shop", nodes: kubelet }],
      builds: [
        {
          repository: "shop/api",
          source: "github.com/acme/shop",
          onBaseImage: true,
          tags: ["{build}"],
        },
      ],
    });
    expect(rows).toEqual([
      ["registry-build-shop-api-push", "AcrPush", registry, "all of it"],
      ["registry-cluster-shop-nodes-pull", "AcrPull", registry, "all of it"],
    ]);
  });
});
