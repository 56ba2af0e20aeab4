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
