import { describe, expect, it } from "vitest";
import { awaited, register } from "./registration";

/** A description with every kind of identity that Google Cloud knows of: pipelines, clusters, builds and service agents. */
const description = {
  environment: "prod",
  repositories: [
    { name: "shop/api", pull: ["user:ann@example.com"], delete: ["user:ann@example.com"] },
    { name: "shop/web" },
    { name: "shop/layers", immutableTags: { enabled: false } },
  ],
  encryption: { key: "create" },
  pullThroughCaches: [
    {
      upstream: "docker-hub",
      credentials: {
        username: "acme",
        passwordSecret: "projects/acme-keys/secrets/hub/versions/1",
      },
    },
  ],
  identities: [
    { name: "api-ci", project: "acme/shop", push: ["shop/api"] },
    { name: "sweep", project: "acme/sweep", delete: ["shop/web"] },
    { name: "releases", project: "acme/shop", tag: "v*", push: ["shop/web"], pull: ["shop/api"] },
  ],
  clusters: [
    { name: "prod", nodes: "nodes@acme-gke.iam.gserviceaccount.com", pull: ["shop/api"] },
    {
      name: "tools",
      issuer: "acme-tools",
      workloads: [{ namespace: "flux", serviceAccount: "reflector" }],
      pull: ["shop/web"],
    },
  ],
  builds: [
    {
      repository: "shop/api",
      source: "github.com/acme/shop",
      cache: { kind: "registry", repository: "shop/layers" },
    },
    {
      repository: "shop/web",
      source: "source.developers.google.com/p/acme-code/r/web",
      schedule: "0 3 * * *",
      tags: ["{build}"],
    },
  ],
  gcp: {
    builds: {
      connections: {
        "github.com": {
          installationId: 1,
          tokenSecret: "projects/acme-keys/secrets/github/versions/1",
        },
      },
    },
  },
};

const pools = "iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools";
const agentOf = (service: string) =>
  `serviceAccount:service-123456789012@gcp-sa-${service}.iam.gserviceaccount.com`;
const account = (id: string) => `serviceAccount:${id}@acme-registry.iam.gserviceaccount.com`;

const writer = "roles/artifactregistry.writer";
const reader = "roles/artifactregistry.reader";
/** The stack's own role, by its name in the project. */
const deleter = "projects/acme-registry/roles/wharf_test_delete";
const accessor = "roles/secretmanager.secretAccessor";

/** Who has which role, and on what: the whole of it. */
const roles: Record<string, [role: string, on: string][]> = {
  // Pipelines.
  [`principal://${pools}/wharf-test-github/subject/repo:acme/shop:ref:refs/heads/main`]: [
    [writer, "shop-api"],
  ],
  [`principalSet://${pools}/wharf-test-github/attribute.releases/yes`]: [
    [writer, "shop-web"],
    [reader, "shop-api"],
  ],
  [`principal://${pools}/wharf-test-github/subject/repo:acme/sweep:ref:refs/heads/main`]: [
    [deleter, "shop-web"],
  ],
  "user:ann@example.com": [
    [reader, "shop-api"],
    [deleter, "shop-api"],
  ],
  // Clusters.
  "serviceAccount:nodes@acme-gke.iam.gserviceaccount.com": [[reader, "shop-api"]],
  [`principal://${pools}/acme-tools.svc.id.goog/subject/ns/flux/sa/reflector`]: [
    [reader, "shop-web"],
  ],
  // Builds.
  [account("wharf-test-shop-api")]: [
    [writer, "shop-api"],
    [writer, "shop-layers"],
    [reader, "docker-hub"],
    ["roles/logging.logWriter", "the project"],
  ],
  [account("wharf-test-shop-web")]: [
    [writer, "shop-web"],
    [reader, "docker-hub"],
    ["roles/source.reader", "the source code in web of acme-code"],
    ["roles/logging.logWriter", "the project"],
  ],
  // Google's own service agents.
  [agentOf("artifactregistry")]: [
    ["roles/cloudkms.cryptoKeyEncrypterDecrypter", "the key registry-key-europe-west3-id"],
    [accessor, "the secret hub of acme-keys"],
  ],
  [agentOf("cloudbuild")]: [[accessor, "the secret github of acme-keys"]],
};

/** What a grant is on, by the type of the grant. */
const targets: Record<string, (inputs: Record<string, unknown>) => string> = {
  "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember": ({ repository }) =>
    String(repository),
  "gcp:sourcerepo/repositoryIamMember:RepositoryIamMember": ({ repository, project }) =>
    `the source code in ${String(repository)} of ${String(project)}`,
  "gcp:projects/iAMMember:IAMMember": () => "the project",
  "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember": ({ cryptoKeyId }) =>
    `the key ${String(cryptoKeyId)}`,
  "gcp:secretmanager/secretIamMember:SecretIamMember": ({ secretId, project }) =>
    `the secret ${String(secretId)} of ${String(project)}`,
};

describe("least privilege on Google Cloud", () => {
  it("is these roles, and on the project only that of writing logs", async () => {
    const { resources } = await register(description);
    const granting = resources.filter(({ inputs }) => "role" in inputs);
    const granted: typeof roles = {};
    for (const { type, inputs } of granting) {
      const on = targets[type]?.(inputs) ?? `something of type ${type}`;
      (granted[String(inputs.member)] ??= []).push([String(inputs.role), on]);
    }
    const sorted = (all: typeof roles) =>
      Object.fromEntries(Object.entries(all).map(([who, what]) => [who, [...what].sort()]));
    expect(sorted(granted)).toEqual(sorted(roles));
    const [custom, ...others] = resources.filter(({ type }) => type.endsWith(":IAMCustomRole"));
    expect(others).toEqual([]);
    expect(custom?.inputs.permissions).toEqual([
      "artifactregistry.repositories.deleteArtifacts",
      "artifactregistry.tags.delete",
      "artifactregistry.versions.delete",
    ]);
    // A policy or a binding would take from others what they have.
    expect(
      resources.map(({ type }) => type).filter((type) => /(Iam|IAM)(Binding|Policy)/.test(type)),
    ).toEqual([]);
  });
});

/** The API that each of these types calls, where nothing that it is made of waits for that API already. */
const calls: Record<string, string> = {
  "gcp:projects/iAMMember:IAMMember": "cloudresourcemanager",
  "gcp:projects/iAMCustomRole:IAMCustomRole": "iam",
  "gcp:secretmanager/secretIamMember:SecretIamMember": "secretmanager",
  "gcp:serviceaccount/account:Account": "iam",
  "gcp:cloudbuildv2/connection:Connection": "cloudbuild",
  "gcp:cloudbuildv2/repository:Repository": "cloudbuild",
  "gcp:cloudbuild/trigger:Trigger": "cloudbuild",
  "gcp:pubsub/topic:Topic": "pubsub",
  "gcp:cloudscheduler/job:Job": "cloudscheduler",
};

describe("an API that the stack enables", () => {
  it("is waited for by everything that calls it", async () => {
    const { resources } = await register(description);
    const early = resources.flatMap((resource) => {
      const service = `registry-service-${calls[resource.type]}`;
      const waits = awaited(resource).includes(service);
      return resource.type in calls && !waits ? [`${resource.name} for ${service}`] : [];
    });
    expect(early).toEqual([]);
    expect(resources.filter(({ type }) => type in calls).length).toBeGreaterThan(5);
  });
});
