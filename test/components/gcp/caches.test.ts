import { describe, expect, it } from "vitest";
import { awaited, ofType, register, type Registered } from "./registration";

const repositoryType = "gcp:artifactregistry/repository:Repository";
const grantType = "gcp:secretmanager/secretIamMember:SecretIamMember";
const agent = "serviceAccount:service-123456789012@gcp-sa-artifactregistry.iam.gserviceaccount.com";

describe("caches on Google Cloud", () => {
  it("are remote repositories: Docker Hub by name, others by URL", async () => {
    const registration = await register({
      pullThroughCaches: [
        ...["docker-hub", "ghcr", "quay", "kubernetes", "ecr-public"].map((upstream) => ({
          upstream,
        })),
        { upstream: "https://images.example.com:8443", name: "partner" },
      ],
    });
    const repositories = ofType(registration, repositoryType);
    const caches = Object.values(repositories).filter(
      ({ inputs }) => inputs.mode === "REMOTE_REPOSITORY",
    );
    expect(
      caches.map(({ inputs }) => [inputs.repositoryId, inputs.remoteRepositoryConfig]),
    ).toEqual([
      [
        "docker-hub",
        { description: "docker.io", dockerRepository: { publicRepository: "DOCKER_HUB" } },
      ],
      ["ghcr", { description: "ghcr.io", commonRepository: { uri: "https://ghcr.io" } }],
      ["quay", { description: "quay.io", commonRepository: { uri: "https://quay.io" } }],
      [
        "kubernetes",
        { description: "registry.k8s.io", commonRepository: { uri: "https://registry.k8s.io" } },
      ],
      [
        "ecr-public",
        { description: "public.ecr.aws", commonRepository: { uri: "https://public.ecr.aws" } },
      ],
      [
        "partner",
        {
          description: "images.example.com:8443",
          commonRepository: { uri: "https://images.example.com:8443" },
        },
      ],
    ]);
    expect(registration.outputs.repositories).toMatchObject({
      ghcr: "europe-west3-docker.pkg.dev/acme-registry/ghcr",
    });
  });

  it("delete old images as the common retention says, and are told where they keep all", async () => {
    const of = async (retention: object) => {
      const registration = await register({
        environment: "dev",
        retention,
        pullThroughCaches: [{ upstream: "quay" }],
      });
      const { inputs } = ofType(registration, repositoryType)[
        "registry-repository-quay"
      ] as Registered;
      const policies = inputs.cleanupPolicies as { id: string }[];
      const notes = (registration.outputs.notes as string[]).join(" ");
      return {
        policies: policies.map(({ id }) => id),
        dryRun: inputs.cleanupPolicyDryRun,
        keepsAll: notes.includes("Caches keep every tagged image"),
      };
    };
    expect(await of({ expireAfterDays: 30, dryRun: true })).toEqual({
      policies: ["delete-tagged", "keep-tags", "delete-untagged"],
      dryRun: true,
      keepsAll: false,
    });
    expect(await of({})).toEqual({
      policies: ["delete-untagged"],
      dryRun: false,
      keepsAll: true,
    });
  });

  it("log in by a secret that the service agent may read first, and no other secret", async () => {
    const passwordSecret = "projects/acme-secrets/secrets/docker-hub/versions/3";
    const registration = await register({
      pullThroughCaches: [
        { upstream: "docker-hub", credentials: { username: "acme", passwordSecret } },
      ],
    });
    const grants = ofType(registration, grantType);
    expect(Object.values(grants).map(({ inputs }) => inputs)).toEqual([
      {
        project: "acme-secrets",
        secretId: "docker-hub",
        role: "roles/secretmanager.secretAccessor",
        member: agent,
      },
    ]);
    expect(ofType(registration, "gcp:secretmanager/secret:Secret")).toEqual({});
    const hub = ofType(registration, repositoryType)[
      "registry-repository-docker-hub"
    ] as Registered;
    expect(hub.inputs.remoteRepositoryConfig).toMatchObject({
      upstreamCredentials: {
        usernamePasswordCredentials: { username: "acme", passwordSecretVersion: passwordSecret },
      },
    });
    expect(awaited(hub)).toEqual([
      "registry-service-artifactregistry",
      "registry-cache-grant-docker-hub",
    ]);
  });

  it("take a password, which becomes a secret that only the service agent may read", async () => {
    const registration = await register(
      {
        labels: { team: "shop" },
        pullThroughCaches: [
          { upstream: "docker-hub", credentials: { username: "acme", password: "hunter2" } },
        ],
      },
      ["pullThroughCaches"],
    );
    const { inputs } = ofType(registration, "gcp:secretmanager/secret:Secret")[
      "registry-cache-secret-docker-hub"
    ] as Registered;
    expect(inputs).toMatchObject({
      project: "acme-registry",
      secretId: "wharf-test-cache-docker-hub",
      replication: { auto: {} },
      labels: { team: "shop", "managed-by": "wharf" },
    });
    const version = ofType(registration, "gcp:secretmanager/secretVersion:SecretVersion")[
      "registry-cache-password-docker-hub"
    ] as Registered;
    expect(version.inputs.secret).toBe("registry-cache-secret-docker-hub-id");
    // Pulumi's mark of a secret, which the state keeps encrypted.
    expect(version.inputs.secretData).toEqual({
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      value: "hunter2",
    });
    expect(Object.values(ofType(registration, grantType)).map(({ inputs }) => inputs)).toEqual([
      {
        project: "acme-registry",
        secretId: "wharf-test-cache-docker-hub",
        role: "roles/secretmanager.secretAccessor",
        member: agent,
      },
    ]);
    const hub = ofType(registration, repositoryType)["registry-repository-docker-hub"];
    expect(hub?.inputs.remoteRepositoryConfig).toMatchObject({
      upstreamCredentials: {
        usernamePasswordCredentials: {
          passwordSecretVersion: "registry-cache-password-docker-hub",
        },
      },
    });
    expect(JSON.stringify(registration.outputs)).not.toContain("hunter2");
    expect(ofType(registration, "gcp:projects/service:Service")).toHaveProperty(
      "registry-service-secretmanager",
    );
  });

  it("give containerd, k3s and RKE2 their settings, and Docker none, whose mirrors have no users", async () => {
    const { outputs } = await register({
      pullThroughCaches: [{ upstream: "docker-hub" }, { upstream: "kubernetes" }],
    });
    const mirrors = outputs.mirrors as Record<string, string>;
    expect(Object.keys(mirrors)).toEqual([
      "/etc/containerd/certs.d/docker.io/hosts.toml",
      "/etc/containerd/certs.d/registry.k8s.io/hosts.toml",
      "/etc/rancher/k3s/registries.yaml",
      "/etc/rancher/rke2/registries.yaml",
    ]);
    expect(mirrors["/etc/containerd/certs.d/registry.k8s.io/hosts.toml"]).toContain(
      '[host."https://europe-west3-docker.pkg.dev/v2/acme-registry/kubernetes"]',
    );
    expect(mirrors["/etc/containerd/certs.d/registry.k8s.io/hosts.toml"]).toContain(
      "override_path = true",
    );
  });
});
