import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { gcpSettings } from "../../../components/gcp/settings";
import { attributeMapping, principalOf } from "../../../components/gcp/identities/conditions";
import { poolPrefix } from "../../../components/gcp/identities/pools";
import { identitySettings } from "../../../components/model/identities";
import { ofType, register, type Registration } from "./registration";

const poolType = "gcp:iam/workloadIdentityPool:WorkloadIdentityPool";
const providerType = "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider";
const memberType = "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember";
const pools = "iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools";
const repositories = [{ name: "shop/api" }, { name: "shop/web" }];

/** Who has which role on which repository. */
const grantsOf = (registration: Registration) =>
  Object.values(ofType(registration, memberType)).map(({ inputs }) => [
    inputs.repository,
    inputs.role,
    inputs.member,
  ]);
const inputsOf = (registration: Registration, type: string) =>
  Object.values(ofType(registration, type)).map(({ inputs }) => inputs);

describe("keyless identities on Google Cloud", () => {
  it("are identified by a pool and a provider of their issuer, which accepts only tokens of their projects", async () => {
    const registration = await register({
      repositories,
      identities: [
        { name: "api-ci", project: "acme/shop-api", push: ["shop/api"] },
        { name: "web-ci", project: "acme/shop-web", push: ["shop/web"] },
      ],
    });
    expect(inputsOf(registration, poolType)).toEqual([
      expect.objectContaining({
        project: "acme-registry",
        workloadIdentityPoolId: "wharf-test-github",
      }),
    ]);
    expect(inputsOf(registration, providerType)).toEqual([
      {
        project: "acme-registry",
        workloadIdentityPoolId: "wharf-test-github",
        workloadIdentityPoolProviderId: "github",
        displayName: "github",
        description: "Tokens of https://token.actions.githubusercontent.com",
        attributeMapping: { "google.subject": "assertion.sub" },
        attributeCondition: 'assertion.repository in ["acme/shop-api", "acme/shop-web"]',
        oidc: { issuerUri: "https://token.actions.githubusercontent.com" },
      },
    ]);
  });

  it("push and pull as themselves, each where the description says and nowhere else", async () => {
    const registration = await register({
      repositories,
      identities: [
        { name: "ci", project: "acme/shop", push: ["shop/api"], pull: ["shop/web", "shop/api"] },
      ],
    });
    const member = `principal://${pools}/wharf-test-github/subject/repo:acme/shop:ref:refs/heads/main`;
    expect(grantsOf(registration)).toEqual([
      ["shop-api", "roles/artifactregistry.writer", member],
      ["shop-web", "roles/artifactregistry.reader", member],
    ]);
    expect(ofType(registration, "gcp:serviceaccount/account:Account")).toEqual({});
  });

  it("that may only delete has the stack's own role, by the id that the description gives it", async () => {
    const registration = await register({
      repositories,
      gcp: { deletingRole: "registry.sweeper" },
      identities: [{ name: "sweep", project: "acme/shop", delete: ["shop/api"] }],
    });
    const member = `principal://${pools}/wharf-test-github/subject/repo:acme/shop:ref:refs/heads/main`;
    expect(grantsOf(registration)).toEqual([
      ["shop-api", "projects/acme-registry/roles/registry.sweeper", member],
    ]);
    expect(registration.outputs.notes).toContainEqual(
      expect.stringContaining("the project's custom role registry.sweeper."),
    );
  });

  it("of different issuers share no pool, in which one could bear the subject of the other", async () => {
    const keys = '{"keys": [{"kty": "RSA", "n": "AQAB", "e": "AQAB"}]}';
    const registration = await register({
      repositories,
      gcp: { identityPool: "acme-shop", jwks: { "https://git.example.com": keys } },
      identities: [
        { name: "gh", project: "acme/shop", push: ["shop/api"] },
        { name: "gl", issuer: "gitlab", project: "acme/shop", push: ["shop/api"] },
        {
          name: "own",
          issuer: "https://git.example.com/",
          project: "acme/shop",
          push: ["shop/api"],
        },
      ],
    });
    const ids = inputsOf(registration, providerType).map((inputs) => [
      inputs.workloadIdentityPoolId,
      inputs.workloadIdentityPoolProviderId,
      inputs.attributeCondition,
      (inputs.oidc as { issuerUri: string }).issuerUri,
    ]);
    // Google reads the keys of the others itself.
    expect(
      inputsOf(registration, providerType).map(
        ({ oidc }) => (oidc as { jwksJson?: string }).jwksJson,
      ),
    ).toEqual([undefined, undefined, keys]);
    const own = ids[2]?.[1] as string;
    expect(own).toMatch(/^gitlab-[0-9a-f]{6}$/);
    expect(ids).toEqual([
      [
        "acme-shop-github",
        "github",
        'assertion.repository in ["acme/shop"]',
        "https://token.actions.githubusercontent.com",
      ],
      [
        "acme-shop-gitlab",
        "gitlab",
        'assertion.project_path in ["acme/shop"]',
        "https://gitlab.com",
      ],
      [
        `acme-shop-${own}`,
        own,
        'assertion.project_path in ["acme/shop"]',
        "https://git.example.com",
      ],
    ]);
  });

  it("with a long stack name have ids of 32 characters at most", () => {
    const prefix = (stack: string) =>
      poolPrefix({ gcp: {} as never, namePrefix: `wharf-${stack}` });
    expect(prefix("shop")).toBe("wharf-shop");
    const long = prefix("the-shop-of-the-north-in-production");
    expect(`${long}-gitlab-012345`.length).toBeLessThanOrEqual(32);
    expect(long).not.toBe(prefix("the-shop-of-the-north-in-staging"));
    expect(gcpSettings.shape.identityPool.safeParse(long).success).toBe(true);
  });
});

/** An identity as the description has it, with defaults. */
const identity = (settings: object) =>
  identitySettings.parse({ name: "release-ci", project: "acme/shop.api", ...settings });

describe("a pattern of keyless identities on Google Cloud", () => {
  it("becomes an attribute of the tokens that match it, and is granted by that attribute", () => {
    const releases = identity({ tag: "v*" });
    expect(principalOf(releases, "POOL")).toBe(
      "principalSet://iam.googleapis.com/POOL/attribute.release_ci/yes",
    );
    expect(attributeMapping([releases, identity({ name: "main" })])).toEqual({
      "google.subject": "assertion.sub",
      "attribute.release_ci":
        'assertion.sub.matches("^repo:acme/shop\\\\.api:ref:refs/tags/v.*$") ? "yes" : "no"',
    });
  });

  it.each([
    ["repo:acme/shop.api:ref:refs/heads/release-1", true],
    ["repo:acme/shop.api:ref:refs/heads/release-", true],
    ["repo:acme/shop.api:ref:refs/heads/main", false],
    ["repo:acme/shopXapi:ref:refs/heads/release-1", false],
    ["repo:acme/shop.api:ref:refs/tags/release-1", false],
    ["xrepo:acme/shop.api:ref:refs/heads/release-1", false],
    ["repo:evil/shop:ref:refs/heads/repo:acme/shop.api:ref:refs/heads/release-1", false],
    ["repo:acme/shop.api:pull_request", false],
  ])("takes the subject %s: %s", (subject, taken) => {
    const mapping = attributeMapping([identity({ branch: "release-*" })]);
    const [, literal = ""] = /matches\(("(?:[^"\\]|\\.)*")\)/.exec(
      mapping["attribute.release_ci"] ?? "",
    )!;
    expect(new RegExp(JSON.parse(literal) as string).test(subject)).toBe(taken);
  });

  it("stands for an environment of GitLab as well, which its subject does not name", () => {
    const gitlab = identity({ issuer: "gitlab", environment: 'prod "eu"' });
    expect(attributeMapping([gitlab])["attribute.release_ci"]).toBe(
      'assertion.project_path == "acme/shop.api" && has(assertion.environment) && ' +
        'assertion.environment.matches("^prod \\"eu\\"$") ? "yes" : "no"',
    );
    expect(principalOf(identity({ environment: "production" }), "POOL")).toBe(
      "principal://iam.googleapis.com/POOL/subject/repo:acme/shop.api:environment:production",
    );
  });
});

describe("a name that IAM's principals have no place for on Google Cloud", () => {
  it("is told by an attribute as well, and by the whole of it", () => {
    const spaced = identity({ environment: "prod eu" });
    expect(principalOf(spaced, "POOL")).toBe(
      "principalSet://iam.googleapis.com/POOL/attribute.release_ci/yes",
    );
    expect(attributeMapping([spaced])["attribute.release_ci"]).toBe(
      'assertion.sub.matches("^repo:acme/shop\\\\.api:environment:prod eu$") ? "yes" : "no"',
    );
  });
});

describe("the pipeline file of a keyless identity on Google Cloud", () => {
  it("logs Docker in by the provider, and leaves no credentials among the sources", async () => {
    const { outputs } = await register({
      repositories,
      identities: [{ name: "ci", project: "acme/shop", push: ["shop/api"] }],
    });
    const { ci = "" } = outputs.workflows as Record<string, string>;
    const { permissions, jobs } = parse(ci) as {
      permissions: object;
      jobs: Record<string, { steps: { uses?: string; with?: object; run?: string }[] }>;
    };
    expect(permissions).toEqual({ contents: "read", "id-token": "write" });
    const [{ steps }] = Object.values(jobs) as [(typeof jobs)[string]];
    const google = steps.find(({ uses }) => uses?.startsWith("google-github-actions/auth"));
    expect(google?.with).toEqual({
      project_id: "acme-registry",
      workload_identity_provider:
        "projects/123456789012/locations/global/workloadIdentityPools/wharf-test-github/providers/github",
      export_environment_variables: "false",
    });
    const commands = steps.map(({ run = "" }) => run).join("\n");
    expect(commands).toContain("gcloud auth configure-docker --quiet europe-west3-docker.pkg.dev");
    expect(commands).toContain('mv "$CREDENTIALS" "$RUNNER_TEMP/google.json"');
    expect(commands).toContain(
      'docker push "europe-west3-docker.pkg.dev/acme-registry/shop-api/api:$GITHUB_SHA"',
    );
  });

  it("changes GitLab's token for one of Google's, and shows it to no list of processes", async () => {
    const { outputs } = await register({
      repositories,
      identities: [{ name: "gl", issuer: "gitlab", project: "acme/shop", push: ["shop/api"] }],
    });
    const { gl = "" } = outputs.workflows as Record<string, string>;
    const provider =
      "projects/123456789012/locations/global/workloadIdentityPools/wharf-test-gitlab/providers/gitlab";
    const [job] = Object.values(
      parse(gl) as Record<string, { id_tokens: object; script: string[] }>,
    ) as [{ id_tokens: object; script: string[] }];
    expect(job.id_tokens).toEqual({
      WHARF_ID_TOKEN: { aud: `https://iam.googleapis.com/${provider}` },
    });
    const exchange = job.script.find((line) => line.includes("sts.googleapis.com")) ?? "";
    const [, request = ""] = /printf '([^']*)' "\$WHARF_ID_TOKEN" \| curl .*--data @- /.exec(
      exchange,
    )!;
    expect(JSON.parse(request)).toMatchObject({
      audience: `//iam.googleapis.com/${provider}`,
      subjectToken: "%s",
    });
    expect(exchange).toMatch(
      /docker login --username oauth2accesstoken --password-stdin europe-west3-docker\.pkg\.dev$/,
    );
  });
});

describe("clusters on Google Cloud", () => {
  it("pull by their nodes' service account, from everything unless they name repositories", async () => {
    const nodes = "nodes@acme-clusters.iam.gserviceaccount.com";
    const registration = await register({
      repositories,
      pullThroughCaches: [{ upstream: "quay" }],
      gcp: { domains: ["eu.gcr.io"], virtualRepositories: [{ name: "all" }] },
      clusters: [
        { name: "prod", nodes },
        { name: "test", nodes: "test@acme-clusters.iam.gserviceaccount.com", pull: ["shop/web"] },
      ],
    });
    const reader = "roles/artifactregistry.reader";
    expect(grantsOf(registration)).toEqual([
      ...["shop-api", "shop-web", "quay", "all", "eu.gcr.io"].map((repository) => [
        repository,
        reader,
        `serviceAccount:${nodes}`,
      ]),
      ["shop-web", reader, "serviceAccount:test@acme-clusters.iam.gserviceaccount.com"],
    ]);
    const domain = ofType(registration, memberType)["registry-cluster-prod/nodes/eu-gcr-io"];
    expect(domain?.inputs.location).toBe("europe");
  });

  it("let service accounts of Kubernetes pull by GKE's own pool, in the project that it is in", async () => {
    const registration = await register({
      repositories: [{ name: "app" }],
      clusters: [
        {
          name: "prod",
          issuer: "acme-clusters",
          workloads: [{ namespace: "flux-system", serviceAccount: "source-controller" }],
        },
      ],
    });
    expect(grantsOf(registration)).toEqual([
      [
        "app",
        "roles/artifactregistry.reader",
        `principal://${pools}/acme-clusters.svc.id.goog/subject/ns/flux-system/sa/source-controller`,
      ],
    ]);
  });
});
