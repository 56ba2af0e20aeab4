import { describe, expect, it } from "vitest";
import { ofType, register, type Registered } from "./registration";

const repositoryType = "gcp:artifactregistry/repository:Repository";

describe("virtual repositories on Google Cloud", () => {
  it("look an image up in others, the first one first, and guard no images", async () => {
    const registration = await register({
      environment: "prod",
      repositories: [{ name: "shop/api" }],
      pullThroughCaches: [{ upstream: "docker-hub", name: "hub" }],
      gcp: { virtualRepositories: [{ name: "all", upstreams: ["shop/api", "hub"] }] },
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

  it("stand before all repositories and then all caches where they name none", async () => {
    const registration = await register({
      repositories: [{ name: "shop/api" }, { name: "shop/web" }],
      pullThroughCaches: [{ upstream: "quay" }],
      gcp: { virtualRepositories: [{ name: "all" }] },
    });
    const all = ofType(registration, repositoryType)["registry-repository-all"];
    const { upstreamPolicies } = all?.inputs.virtualRepositoryConfig as {
      upstreamPolicies: { id: string; priority: number }[];
    };
    expect(upstreamPolicies.map(({ id, priority }) => [id, priority])).toEqual([
      ["shop-api", 30],
      ["shop-web", 20],
      ["quay", 10],
    ]);
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
