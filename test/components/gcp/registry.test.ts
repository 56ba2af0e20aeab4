import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { awaited, ofType, register, type Registered } from "./registration";

const repositoryType = "gcp:artifactregistry/repository:Repository";
const memberType = "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember";
const serviceType = "gcp:projects/service:Service";
const agent = "serviceAccount:service-123456789012@gcp-sa-artifactregistry.iam.gserviceaccount.com";
const day = 24 * 60 * 60;

/** The one repository that a description without any has. */
async function app(config: Record<string, unknown>): Promise<Registered> {
  const registration = await register(config);
  return ofType(registration, repositoryType)["registry-repository-app"] as Registered;
}

describe("a registry on Google Cloud", () => {
  it("is a repository for each that is described, in the project and region of the provider", async () => {
    const registration = await register({
      repositories: [{ name: "shop/api" }, { name: "shop/web.v2" }],
    });
    const repositories = ofType(registration, repositoryType);
    expect(Object.values(repositories).map(({ inputs }) => inputs)).toEqual([
      expect.objectContaining({
        project: "acme-registry",
        location: "europe-west3",
        repositoryId: "shop-api",
        format: "DOCKER",
        mode: "STANDARD_REPOSITORY",
      }),
      expect.objectContaining({ repositoryId: "shop-web-v2" }),
    ]);
    expect(registration.outputs).toMatchObject({
      endpoint: "https://europe-west3-docker.pkg.dev",
      hosts: ["europe-west3-docker.pkg.dev"],
      repositories: {
        "shop/api": "europe-west3-docker.pkg.dev/acme-registry/shop-api/api",
        "shop/web.v2": "europe-west3-docker.pkg.dev/acme-registry/shop-web-v2/web.v2",
      },
      login: "gcloud auth configure-docker europe-west3-docker.pkg.dev",
      pull: "docker pull europe-west3-docker.pkg.dev/acme-registry/shop-api/api:1.0.0",
    });
  });

  it("takes a location of its own before the provider's region", async () => {
    const { inputs } = await app({ gcp: { location: "europe" } });
    expect(inputs.location).toBe("europe");
  });

  it("enables the APIs that it needs, and disables none when the stack is removed", async () => {
    const services = ofType(
      await register({ environment: "prod", encryption: { key: "create" } }),
      serviceType,
    );
    expect(Object.values(services).map(({ inputs }) => inputs)).toEqual(
      ["artifactregistry", "containerscanning", "cloudkms"].map((api) => ({
        project: "acme-registry",
        service: `${api}.googleapis.com`,
        disableOnDestroy: false,
        disableDependentServices: false,
      })),
    );
  });

  it("enables nothing where somebody else does", async () => {
    const registration = await register({ gcp: { enableServices: false } });
    expect(ofType(registration, serviceType)).toEqual({});
  });

  it("scans nothing in a lab, says so, and leaves the scanning API alone", async () => {
    const registration = await register({ environment: "lab" });
    expect(Object.keys(ofType(registration, serviceType))).toEqual([
      "registry-service-artifactregistry",
    ]);
    const repository = ofType(registration, repositoryType)["registry-repository-app"];
    expect(repository?.inputs.vulnerabilityScanningConfig).toEqual({
      enablementConfig: "DISABLED",
    });
  });

  it("labels repositories and keys with the description's labels and its own", async () => {
    const { resources } = await register({
      environment: "dev",
      labels: { team: "shop" },
      encryption: { key: "create" },
    });
    const labelled = resources.filter(({ inputs }) => inputs.labels !== undefined);
    expect(labelled.map(({ inputs }) => inputs.labels)).toEqual(
      [1, 2].map(() => ({
        team: "shop",
        "managed-by": "wharf",
        "wharf-stack": "test",
        "wharf-environment": "dev",
      })),
    );
  });

  it("names every child after the component", async () => {
    const { resources } = await register({
      access: { pull: ["group:dev@example.com"] },
      encryption: { key: "create" },
      pullThroughCaches: [{ upstream: "quay" }],
      gcp: { projectSettings: { owner: "test", platformLogs: "info" } },
    });
    expect(resources.filter(({ name }) => !name.startsWith("registry"))).toEqual([]);
  });

  it("has no file that imports the whole of the SDK", () => {
    const folder = join(__dirname, "../../../components/gcp");
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
    const imports = files
      .filter((file) => file.endsWith(".ts"))
      .flatMap((file) => [
        ...readFileSync(join(folder, file), "utf8").matchAll(/from "@pulumi\/gcp([^"]*)"/g),
      ]);
    expect(
      imports.map(([, path]) => path).filter((path) => !/^\/\w+\/\w+$/.test(path ?? "")),
    ).toEqual([]);
  });
});

describe("tags on Google Cloud", () => {
  it("may not move outside a lab, and a note says that none is excepted", async () => {
    const registration = await register({ environment: "staging" });
    const repository = ofType(registration, repositoryType)["registry-repository-app"];
    expect(repository?.inputs.dockerConfig).toEqual({ immutableTags: true });
    expect(registration.outputs.notes).toContainEqual(
      expect.stringContaining("not even latest and stable"),
    );
  });

  it("may move where the description says so, without a block that would show as a change", async () => {
    const { inputs } = await app({ environment: "prod", immutableTags: { enabled: false } });
    expect(inputs).not.toHaveProperty("dockerConfig");
  });

  it("need no note where nobody counts on exceptions", async () => {
    const { outputs } = await register({
      environment: "prod",
      immutableTags: { enabled: true },
    });
    expect(outputs.notes).not.toContainEqual(expect.stringContaining("not even latest"));
  });
});

describe("retention on Google Cloud", () => {
  it("is cleanup policies with ages in seconds, in earnest unless the description says otherwise", async () => {
    const { inputs } = await app({
      environment: "dev",
      retention: { keep: ["v*"], keepLast: 5, expireAfterDays: 30 },
    });
    expect(inputs.cleanupPolicies).toEqual([
      {
        id: "delete-tagged",
        action: "DELETE",
        condition: { tagState: "TAGGED", olderThan: `${30 * day}s` },
      },
      {
        id: "keep-tags",
        action: "KEEP",
        condition: { tagState: "TAGGED", tagPrefixes: ["v", "sha256-"] },
      },
      { id: "keep-newest", action: "KEEP", mostRecentVersions: { keepCount: 5 } },
      {
        id: "delete-untagged",
        action: "DELETE",
        condition: { tagState: "UNTAGGED", olderThan: `${7 * day}s` },
      },
    ]);
    expect(inputs.cleanupPolicyDryRun).toBe(false);
  });

  it("deletes nothing in dry run, and a note says where to look", async () => {
    const registration = await register({ retention: { dryRun: true } });
    const repository = ofType(registration, repositoryType)["registry-repository-app"];
    expect(repository?.inputs.cleanupPolicyDryRun).toBe(true);
    expect(registration.outputs.notes).toContainEqual(expect.stringContaining("audit log"));
  });

  it("states no policy where nothing is ever to go", async () => {
    const { inputs } = await app({ retention: { untaggedAfterDays: "never" } });
    expect(inputs).not.toHaveProperty("cleanupPolicies");
    expect(inputs).not.toHaveProperty("cleanupPolicyDryRun");
  });
});

describe("what becomes of images on Google Cloud", () => {
  it.each([
    { deletion: "protect", environment: "prod", policy: "PREVENT", protect: true, retain: false },
    { deletion: "retain", environment: "prod", policy: "ABANDON", protect: false, retain: true },
    { deletion: "force", environment: "lab", policy: "DELETE", protect: false, retain: false },
  ])("is up to wharf:deletion $deletion", async ({ deletion, environment, ...expected }) => {
    const { resources } = await register({ deletion, environment, encryption: { key: "create" } });
    const guarded = resources.filter(({ type }) =>
      [
        repositoryType,
        "gcp:kms/keyRing:KeyRing",
        "gcp:kms/cryptoKey:CryptoKey",
        "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember",
      ].includes(type),
    );
    expect(guarded).toHaveLength(4);
    for (const { options, inputs } of guarded) {
      expect(options.protect).toBe(expected.protect);
      expect(options.retainOnDelete).toBe(expected.retain);
      if ("deletionPolicy" in inputs) expect(inputs.deletionPolicy).toBe(expected.policy);
    }
  });
});

describe("keys on Google Cloud", () => {
  it("are the stack's own with rotation, and granted to the service agent before a repository uses them", async () => {
    const registration = await register({
      environment: "prod",
      encryption: { key: "create", rotationDays: 90 },
    });
    const key = ofType(registration, "gcp:kms/cryptoKey:CryptoKey")["registry-key-europe-west3"];
    expect(key?.inputs).toMatchObject({
      keyRing: "registry-key-ring-europe-west3-id",
      purpose: "ENCRYPT_DECRYPT",
      rotationPeriod: `${90 * day}s`,
    });
    const grants = ofType(registration, "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember");
    expect(grants["registry-key-grant-europe-west3"]?.inputs).toEqual({
      cryptoKeyId: "registry-key-europe-west3-id",
      role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
      member: agent,
    });
    const repository = ofType(registration, repositoryType)["registry-repository-app"];
    expect(repository?.inputs.kmsKeyName).toBe("registry-key-europe-west3-id");
    expect(awaited(repository as Registered)).toContain("registry-key-grant-europe-west3");
    expect(registration.outputs.monthlyCost).toBe(0.06);
  });

  it("may be given, and cost this stack nothing", async () => {
    const key = "projects/acme-keys/locations/europe-west3/keyRings/registry/cryptoKeys/images";
    const registration = await register({ encryption: { key } });
    expect(ofType(registration, "gcp:kms/cryptoKey:CryptoKey")).toEqual({});
    const repository = ofType(registration, repositoryType)["registry-repository-app"];
    expect(repository?.inputs.kmsKeyName).toBe(key);
    expect(registration.outputs.monthlyCost).toBe(0);
  });

  it("are Google's where nothing is said, and no service agent is asked for", async () => {
    const registration = await register({});
    expect(ofType(registration, "gcp:projects/serviceIdentity:ServiceIdentity")).toEqual({});
    expect((await app({})).inputs).not.toHaveProperty("kmsKeyName");
  });
});

describe("access on Google Cloud", () => {
  it("is a member of a repository's policy for each principal, with the most that it may do", async () => {
    const registration = await register({
      repositories: [{ name: "shop/api", push: ["group:shop@example.com"] }, { name: "base" }],
      access: { pull: ["group:shop@example.com"], admin: ["user:ann@example.com"] },
    });
    const members = Object.values(ofType(registration, memberType)).map(({ inputs }) => inputs);
    expect(members.map((inputs) => [inputs.repository, inputs.role, inputs.member])).toEqual([
      ["shop-api", "roles/artifactregistry.writer", "group:shop@example.com"],
      ["shop-api", "roles/artifactregistry.repoAdmin", "user:ann@example.com"],
      ["base", "roles/artifactregistry.reader", "group:shop@example.com"],
      ["base", "roles/artifactregistry.repoAdmin", "user:ann@example.com"],
    ]);
  });

  it("to a copy of another registry is never more than a pull for those who push", async () => {
    const registration = await register({
      access: { push: ["group:dev@example.com"] },
      pullThroughCaches: [{ upstream: "quay" }],
    });
    const grants = ofType(registration, memberType);
    expect(grants["registry-grant-quay-pull-group:dev@example.com"]?.inputs.role).toBe(
      "roles/artifactregistry.reader",
    );
    expect(grants["registry-grant-app-push-group:dev@example.com"]?.inputs.role).toBe(
      "roles/artifactregistry.writer",
    );
  });

  it("for everyone is a pull without a condition", async () => {
    const registration = await register({ access: { public: true } });
    const [{ inputs }] = Object.values(ofType(registration, memberType)) as [Registered];
    expect(inputs).toMatchObject({ member: "allUsers", role: "roles/artifactregistry.reader" });
    expect(registration.outputs.notes).toContainEqual(expect.stringContaining("Anyone may pull"));
  });
});
