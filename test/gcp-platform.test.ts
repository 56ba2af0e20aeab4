import { describe, expect, it } from "vitest";
import { awaited, ofType, register, type Registered } from "./gcp-registration";

const repositoryType = "gcp:artifactregistry/repository:Repository";
const agent = "serviceAccount:service-123456789012@gcp-sa-artifactregistry.iam.gserviceaccount.com";

describe("remote repositories on Google Cloud", () => {
  it("keep copies of Docker Hub or another registry", async () => {
    const registration = await register({
      gcp: { remotes: [{ name: "hub" }, { name: "ghcr", upstream: "https://ghcr.io" }] },
    });
    const repositories = ofType(registration, repositoryType);
    expect(repositories["registry-repository-hub"]?.inputs).toMatchObject({
      mode: "REMOTE_REPOSITORY",
      remoteRepositoryConfig: { dockerRepository: { publicRepository: "DOCKER_HUB" } },
    });
    expect(repositories["registry-repository-ghcr"]?.inputs.remoteRepositoryConfig).toEqual({
      description: "https://ghcr.io",
      commonRepository: { uri: "https://ghcr.io" },
    });
    expect(registration.outputs.repositories).toMatchObject({
      ghcr: "europe-west3-docker.pkg.dev/acme-registry/ghcr",
    });
  });

  it("log in by a secret that the service agent may read first, and no other secret", async () => {
    const registration = await register({
      gcp: {
        remotes: [
          {
            name: "hub",
            credentials: {
              username: "acme",
              passwordSecret: "projects/acme-secrets/secrets/docker-hub/versions/3",
            },
          },
        ],
      },
    });
    const grants = ofType(registration, "gcp:secretmanager/secretIamMember:SecretIamMember");
    expect(grants["registry-secret-grant-hub"]?.inputs).toEqual({
      project: "acme-secrets",
      secretId: "docker-hub",
      role: "roles/secretmanager.secretAccessor",
      member: agent,
    });
    const hub = ofType(registration, repositoryType)["registry-repository-hub"] as Registered;
    expect(hub.inputs.remoteRepositoryConfig).toMatchObject({
      upstreamCredentials: {
        usernamePasswordCredentials: {
          username: "acme",
          passwordSecretVersion: "projects/acme-secrets/secrets/docker-hub/versions/3",
        },
      },
    });
    expect(awaited(hub)).toEqual([
      "registry-service-artifactregistry",
      "registry-secret-grant-hub",
    ]);
  });
});

describe("virtual repositories on Google Cloud", () => {
  it("look an image up in others, the first one first, and guard no images", async () => {
    const registration = await register({
      environment: "prod",
      repositories: [{ name: "shop/api" }],
      gcp: {
        remotes: [{ name: "hub" }],
        virtuals: [{ name: "all", upstreams: ["shop/api", "hub"] }],
      },
    });
    const all = ofType(registration, repositoryType)["registry-repository-all"];
    expect(all?.inputs.virtualRepositoryConfig).toEqual({
      upstreamPolicies: [
        { id: "shop-api", repository: "registry-repository-shop-api-id", priority: 20 },
        { id: "hub", repository: "registry-repository-hub-id", priority: 10 },
      ],
    });
    expect(all?.inputs.deletionPolicy).toBe("DELETE");
    expect(all?.options.protect).toBe(false);
  });
});

describe("domains of Container Registry on Google Cloud", () => {
  it("are repositories of their names, where Google demands them, each with a key of its location", async () => {
    const registration = await register({
      environment: "prod",
      encryption: { key: "create" },
      access: { pull: ["group:dev@example.com"] },
      gcp: { domains: ["gcr.io", "us.gcr.io", "eu.gcr.io", "asia.gcr.io"] },
    });
    const repositories = ofType(registration, repositoryType);
    const placed = Object.values(repositories).map(({ inputs }) => [
      inputs.repositoryId,
      inputs.location,
      inputs.kmsKeyName,
    ]);
    expect(placed).toEqual([
      ["app", "europe-west3", "registry-key-europe-west3-id"],
      ["gcr.io", "us", "registry-key-us-id"],
      ["us.gcr.io", "us", "registry-key-us-id"],
      ["eu.gcr.io", "europe", "registry-key-europe-id"],
      ["asia.gcr.io", "asia", "registry-key-asia-id"],
    ]);
    expect(repositories["registry-repository-gcr.io"]?.inputs).not.toHaveProperty("dockerConfig");
    const grant = registration.resources.find(
      ({ name }) => name === "registry-grant-eu.gcr.io-pull-group:dev@example.com",
    );
    expect(grant?.inputs).toMatchObject({ location: "europe", repository: "eu.gcr.io" });
    expect(registration.outputs).toMatchObject({
      monthlyCost: 0.24,
      login:
        "gcloud auth configure-docker europe-west3-docker.pkg.dev,gcr.io,us.gcr.io,eu.gcr.io,asia.gcr.io",
      repositories: { "eu.gcr.io": "eu.gcr.io/acme-registry" },
    });
  });
});

describe("settings of the whole project on Google Cloud", () => {
  it("are left alone where the description says nothing", async () => {
    const { resources } = await register({});
    const types = resources.map(({ type }) => type);
    expect(types).not.toContain("gcp:artifactregistry/projectConfig:ProjectConfig");
    expect(types).not.toContain("gcp:artifactregistry/vpcscConfig:VpcscConfig");
  });

  it("are stated once at each location of the stack", async () => {
    const registration = await register({
      gcp: {
        domains: ["gcr.io", "us.gcr.io"],
        projectSettings: { owner: "test", platformLogs: "warning", vpcServiceControls: "deny" },
      },
    });
    const settings = [
      "gcp:artifactregistry/projectConfig:ProjectConfig",
      "gcp:artifactregistry/vpcscConfig:VpcscConfig",
    ].flatMap((type) => Object.values(ofType(registration, type)).map(({ inputs }) => inputs));
    const project = "acme-registry";
    const platformLogsConfig = { loggingState: "ENABLED", severityLevel: "WARNING" };
    expect(settings).toEqual([
      { project, location: "europe-west3", platformLogsConfig },
      { project, location: "us", platformLogsConfig },
      { project, location: "europe-west3", vpcscPolicy: "DENY" },
      { project, location: "us", vpcscPolicy: "DENY" },
    ]);
  });

  it("may switch the log off", async () => {
    const registration = await register({
      gcp: { projectSettings: { owner: "test", platformLogs: "disabled" } },
    });
    const [{ inputs }] = Object.values(
      ofType(registration, "gcp:artifactregistry/projectConfig:ProjectConfig"),
    ) as [Registered];
    expect(inputs.platformLogsConfig).toEqual({ loggingState: "DISABLED" });
  });
});

describe("download rules on Google Cloud", () => {
  it("allow or deny what matches, in one repository", async () => {
    const condition = "pkg.version.id == 'sha256:0000'";
    const registration = await register({
      repositories: [{ name: "shop/api" }],
      gcp: {
        downloadRules: [{ name: "recalled", repository: "shop/api", action: "deny", condition }],
      },
    });
    const rules = ofType(registration, "gcp:artifactregistry/rule:Rule");
    expect(rules["registry-download-rule-recalled"]?.inputs).toEqual({
      project: "acme-registry",
      location: "europe-west3",
      repositoryId: "shop-api",
      ruleId: "recalled",
      operation: "DOWNLOAD",
      action: "DENY",
      condition: { expression: condition },
    });
  });
});
