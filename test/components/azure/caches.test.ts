import { describe, expect, test } from "vitest";
import { all, notesOf, one, registered } from "./registration";

describe("a cache", () => {
  test("is a rule for the whole upstream, below the cache's name", async () => {
    const stack = await registered({
      pullThroughCaches: [{ upstream: "kubernetes", name: "k8s" }],
    });
    expect(one(stack, "CacheRule").inputs).toMatchObject({
      cacheRuleName: "wharf-k8s",
      sourceRepository: "registry.k8s.io/*",
      targetRepository: "k8s/*",
    });
    expect(all(stack, "Vault")).toEqual([]);
    expect(stack.outputs.mirrors).toEqual({});
  });

  test("logs in by two secrets of a vault, and waits until it may read them", async () => {
    const stack = await registered({
      pullThroughCaches: [
        { upstream: "docker-hub", credentials: { username: "acme", password: "hidden" } },
      ],
    });
    const vault = one(stack, "Vault");
    expect(vault.inputs).toMatchObject({
      vaultName: expect.stringMatching(/^wharf-c-shop-[0-9a-f]{6}$/),
      properties: { enableRbacAuthorization: true, tenantId: expect.stringMatching(/2$/) },
    });
    expect(vault.retainOnDelete).toBe(false);
    expect(all(stack, "Secret").map(({ inputs }) => inputs)).toMatchObject([
      { secretName: "docker-hub-password", properties: { value: "[secret]" } },
      { secretName: "docker-hub-username", properties: { value: "[secret]" } },
    ]);
    const set = one(stack, "CredentialSet");
    const url = `https://${String(vault.inputs.vaultName)}.vault.azure.net/secrets`;
    expect(set.inputs).toMatchObject({
      loginServer: "docker.io",
      identity: { type: "SystemAssigned" },
      authCredentials: [
        {
          name: "Credential1",
          usernameSecretIdentifier: `${url}/docker-hub-username`,
          passwordSecretIdentifier: `${url}/docker-hub-password`,
        },
      ],
    });
    expect(set.dependsOn).toEqual(
      expect.arrayContaining([
        "registry-cache-docker-hub-password",
        "registry-cache-docker-hub-username",
      ]),
    );
    const rule = one(stack, "CacheRule");
    expect(rule.inputs.credentialSetResourceId).toMatch(/credentials$/);
    expect(rule.dependsOn).toEqual(
      expect.arrayContaining([
        "registry-cache-docker-hub-password",
        "registry-cache-docker-hub-username",
      ]),
    );
    expect(notesOf(stack).join("\n")).toMatch(
      /docker\.io\/library\/alpine is wharfshop[0-9a-f]{6}\.azurecr\.io\/docker-hub\/library\/alpine here\./,
    );
  });

  test("of another ACR pulls by an identity that may read that registry, before the rule has it", async () => {
    const base = `/subscriptions/${"0".repeat(8)}-0000-0000-0000-${"0".repeat(12)}/resourceGroups/base/providers/Microsoft.ContainerRegistry/registries/base`;
    const stack = await registered({
      pullThroughCaches: [{ upstream: "https://base.azurecr.io", name: "base" }],
      azure: { pullThroughCaches: { registries: { base } } },
    });
    expect(one(stack, "CacheRule").inputs).toMatchObject({ sourceRepository: "base.azurecr.io/*" });
    expect(all(stack, "Vault")).toEqual([]);
    const [reader, ...others] = all(stack, "RoleAssignment").filter(
      ({ inputs }) => inputs.scope === base,
    );
    expect(others).toEqual([]);
    expect(reader?.inputs).toMatchObject({
      // Container Registry Repository Reader ("Azure built-in roles for containers").
      roleDefinitionId: expect.stringMatching(/\/b93aa761-3e63-49ed-ac28-beffa264f7ac$/),
      principalType: "ServicePrincipal",
    });
    const settings = all(stack, "Deployment").find(({ name }) => name.includes("cache"));
    const { template } = settings?.inputs.properties as {
      template: { resources: Record<string, unknown>[] };
    };
    expect(template.resources).toMatchObject([
      {
        type: "Microsoft.ContainerRegistry/registries/cacheRules",
        identity: { type: "UserAssigned" },
        properties: { sourceRepository: "base.azurecr.io/*", targetRepository: "base/*" },
      },
    ]);
    expect(settings?.dependsOn).toEqual(
      expect.arrayContaining([reader?.name, one(stack, "CacheRule").name]),
    );
    expect(notesOf(stack).join("\n")).toContain(
      "Cache base pulls by a managed identity with the role Container Registry Repository Reader on base.azurecr.io, which counts where that registry's roleAssignmentMode is AbacRepositoryPermissions.",
    );
  });

  test("is a mirror where pulls need no login", async () => {
    const { outputs } = await registered({
      access: { public: true },
      pullThroughCaches: [{ upstream: "quay" }],
    });
    const mirrors = outputs.mirrors as Record<string, string>;
    expect(mirrors["/etc/containerd/certs.d/quay.io/hosts.toml"]).toMatch(
      /\[host\."https:\/\/wharfshop[0-9a-f]{6}\.azurecr\.io\/v2\/quay"\]/,
    );
  });
});
