import { describe, expect, it } from "vitest";
import { deploy, document, inputsOf, ofType, region, role, statements } from "./registrations";

const account = "123456789012";
const other = "210987654321";
const github = "token.actions.githubusercontent.com";
const repositories = [{ name: "shop/api" }, { name: "shop/web" }];
const provider = "iam/openIdConnectProvider:OpenIdConnectProvider";
const template = "ecr/repositoryCreationTemplate:RepositoryCreationTemplate";

describe("pipelines", () => {
  const pipeline = (settings: Record<string, unknown>) => ({
    repositories,
    identities: [{ name: "ci", project: "acme/shop", push: ["shop/api"], ...settings }],
  });

  it("of one issuer share the provider that the account has once", async () => {
    const { registrations } = await deploy({
      repositories,
      identities: [
        { name: "api", project: "acme/shop", push: ["shop/api"] },
        { name: "web", project: "acme/web", push: ["shop/web"] },
        { name: "lab", project: "acme/lab", issuer: "gitlab", push: ["shop/web"] },
      ],
    });
    expect(
      inputsOf(registrations, provider).map(({ url, clientIdLists }) => [url, clientIdLists]),
    ).toEqual([
      ["https://gitlab.com", ["sts.amazonaws.com"]],
      [`https://${github}`, ["sts.amazonaws.com"]],
    ]);
    expect(ofType(registrations, "iam/role:Role").map(({ name }) => name)).toEqual([
      "registry-pipeline-api",
      "registry-pipeline-lab",
      "registry-pipeline-web",
    ]);
  });

  it("take a provider that the account has already", async () => {
    const arn = `arn:aws:iam::${account}:oidc-provider/${github}`;
    const { registrations } = await deploy({
      ...pipeline({}),
      aws: { oidcProviders: { [github]: arn } },
    });
    expect(ofType(registrations, provider)).toEqual([]);
    const [trust] = inputsOf(registrations, "iam/role:Role");
    expect(document(trust?.assumeRolePolicy).Statement[0]?.Principal).toEqual({ Federated: arn });
    expect(trust?.maxSessionDuration).toBe(3600);
  });

  it("are known only by the subject where AWS reads no other claim of GitHub's", async () => {
    const conditions = async (at: string) => {
      const { registrations } = await deploy(pipeline({ branch: "release-*" }), at);
      const [trust] = inputsOf(registrations, "iam/role:Role");
      return document(trust?.assumeRolePolicy).Statement[0]?.Condition;
    };
    const sub = [
      "repo:acme/shop:ref:refs/heads/release-*",
      "repo:acme@*/shop@*:ref:refs/heads/release-*",
    ];
    const aud = "sts.amazonaws.com";
    expect(await conditions(region)).toEqual({
      StringEquals: { [`${github}:aud`]: aud, [`${github}:repository`]: "acme/shop" },
      StringLike: { [`${github}:sub`]: sub },
    });
    expect(await conditions("cn-north-1")).toEqual({
      StringEquals: { [`${github}:aud`]: aud },
      StringLike: { [`${github}:sub`]: sub },
    });
  });

  it("are known to the letter by GitHub's ids, and by what a wildcard would stand for", async () => {
    const { registrations } = await deploy(
      pipeline({ project: "acme@123/shop@456", environment: "prod $1?" }),
    );
    const [trust] = inputsOf(registrations, "iam/role:Role");
    expect(document(trust?.assumeRolePolicy).Statement[0]?.Condition).toEqual({
      StringEquals: {
        [`${github}:aud`]: "sts.amazonaws.com",
        [`${github}:sub`]: "repo:acme@123/shop@456:environment:prod ${$}1${?}",
      },
    });
  });

  it("get the pipeline file by which they log in with no stored key", async () => {
    const { outputs } = await deploy({
      repositories,
      identities: [
        { name: "ci", project: "acme/shop", push: ["shop/api"] },
        { name: "lab", project: "acme/lab", issuer: "gitlab", push: ["shop/web"] },
      ],
    });
    const { ci, lab } = outputs.workflows as Record<string, string>;
    const host = `${account}.dkr.ecr.${region}.amazonaws.com`;
    expect(ci).toMatch(/uses: aws-actions\/configure-aws-credentials@[0-9a-f]{40}/);
    expect(ci).toContain("role-to-assume: arn:aws:");
    expect(ci).toContain(`docker login --username AWS --password-stdin ${host}`);
    expect(ci).toContain(`${host}/shop/api`);
    expect(lab).toContain("aud: sts.amazonaws.com");
    expect(lab).toContain(`${host}/shop/web`);
  });

  it("of a stack with a long name have roles whose names IAM takes", async () => {
    const { nameOf } = await import("../../../components/aws/names");
    const [one, two] = ["a", "b"].map((end) =>
      nameOf("role", `wharf-${"s".repeat(99)}${end}`, "ci"),
    );
    expect(one).toMatch(/^wharf-s+-[0-9a-f]{6}-ci$/);
    expect([one?.length, two?.length]).toEqual([64, 64]);
    expect(one).not.toBe(two);
    expect(nameOf("role", "wharf-shop", "pipeline-ci")).toBe("wharf-shop-pipeline-ci");
  });
});

describe("clusters", () => {
  const issuer = "https://oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF";

  it("pull by the role of their nodes, from the repositories that they name", async () => {
    const { registrations, outputs } = await deploy({
      repositories,
      clusters: [{ name: "prod", nodes: role("eks/nodes"), pull: ["shop/web"] }],
    });
    expect(inputsOf(registrations, "iam/rolePolicyAttachment:RolePolicyAttachment")).toMatchObject([
      { role: "nodes" },
    ]);
    const [, pull] = statements(registrations, "iam/policy:Policy");
    expect(pull?.Resource).toEqual([`arn:aws:ecr:${region}:${account}:repository/shop/web`]);
    expect(ofType(registrations, provider)).toEqual([]);
    expect(outputs.notes).not.toContainEqual(expect.stringContaining("eks.amazonaws.com/role-arn"));
  });

  it("have a role for service accounts, which a note tells the annotation of", async () => {
    const { registrations, outputs } = await deploy({
      repositories,
      clusters: [
        { name: "prod", issuer, workloads: [{ namespace: "flux", serviceAccount: "source" }] },
      ],
    });
    expect(inputsOf(registrations, provider)).toMatchObject([{ url: issuer }]);
    expect(inputsOf(registrations, "iam/role:Role")).toMatchObject([
      { name: "wharf-shop-cluster-prod" },
    ]);
    expect(outputs.notes).toContainEqual(
      expect.stringMatching(/^Service accounts of the cluster prod .*role-arn: arn:aws:/),
    );
  });
});

describe("caches", () => {
  const hub = { upstream: "docker-hub", credentials: { username: "shop", password: "hidden" } };

  it("of an upstream that asks for a user keep the password where ECR looks for it", async () => {
    const { registrations, outputs } = await deploy({ pullThroughCaches: [hub] }, region, [
      "pullThroughCaches",
    ]);
    expect(inputsOf(registrations, "ecr/pullThroughCacheRule:PullThroughCacheRule")).toMatchObject([
      { ecrRepositoryPrefix: "docker-hub", upstreamRegistryUrl: "registry-1.docker.io" },
    ]);
    expect(inputsOf(registrations, "secretsmanager/secret:Secret")).toMatchObject([
      { name: "ecr-pullthroughcache/wharf-shop-docker-hub", recoveryWindowInDays: 0 },
    ]);
    expect(inputsOf(registrations, "secretsmanager/secretVersion:SecretVersion")).toMatchObject([
      { secretString: "[secret]" },
    ]);
    expect(JSON.stringify(registrations)).not.toContain("hidden");
    expect(outputs.notes).toContain(
      `docker.io/library/alpine is pulled as ${account}.dkr.ecr.${region}.amazonaws.com/docker-hub/library/alpine.`,
    );
    expect(outputs.mirrors).toEqual({});
  });

  it.each([
    ["quay", "quay.io"],
    ["kubernetes", "registry.k8s.io"],
    ["ecr-public", "public.ecr.aws"],
  ])("of %s need no secret", async (upstream, url) => {
    const { registrations } = await deploy({ pullThroughCaches: [{ upstream }] });
    const [rule] = inputsOf(registrations, "ecr/pullThroughCacheRule:PullThroughCacheRule");
    expect(rule).toEqual({ ecrRepositoryPrefix: upstream, upstreamRegistryUrl: url });
  });

  it.each(["https://registry.gitlab.com", "https://acmeshop.azurecr.io", "https://cgr.dev"])(
    "take %s with an existing secret",
    async (upstream) => {
      const passwordSecret = `arn:aws:secretsmanager:${region}:${account}:secret:ecr-pullthroughcache/x-AbCdEf`;
      const { registrations } = await deploy({
        pullThroughCaches: [{ upstream, credentials: { username: "shop", passwordSecret } }],
      });
      expect(
        inputsOf(registrations, "ecr/pullThroughCacheRule:PullThroughCacheRule"),
      ).toMatchObject([
        { upstreamRegistryUrl: new URL(upstream).host, credentialArn: passwordSecret },
      ]);
      expect(ofType(registrations, "secretsmanager/secret:Secret")).toEqual([]);
    },
  );

  it("make repositories as the description's are, but for tags, which move upstream", async () => {
    const { registrations } = await deploy({
      environment: "prod",
      labels: { team: "shop" },
      retention: { keepLast: 5 },
      access: { pull: [`account:${other}`] },
      encryption: { key: "create" },
      pullThroughCaches: [{ upstream: "quay" }],
    });
    const [made] = inputsOf(registrations, template);
    const [repository] = inputsOf(registrations, "ecr/repository:Repository");
    const [lifecycle] = inputsOf(registrations, "ecr/lifecyclePolicy:LifecyclePolicy");
    const [policy] = inputsOf(registrations, "ecr/repositoryPolicy:RepositoryPolicy");
    expect(made).toMatchObject({
      prefix: "quay",
      appliedFors: ["PULL_THROUGH_CACHE"],
      imageTagMutability: "MUTABLE",
      encryptionConfigurations: repository?.encryptionConfigurations,
      lifecyclePolicy: lifecycle?.policy,
      repositoryPolicy: policy?.policy,
      resourceTags: repository?.tags,
    });
  });

  it("are begun by everyone who may pull, of other accounts by the registry's policy", async () => {
    const access = { pull: [role("puller"), `account:${other}`, "organization:o-a1b2c3d4e5"] };
    const caches = [{ upstream: "quay" }];
    const { registrations } = await deploy({
      access,
      pullThroughCaches: caches,
      aws: { managePrivateRegistry: true },
    });
    expect(
      statements(registrations, "ecr/registryPolicy:RegistryPolicy").map(({ Sid }) => Sid),
    ).toEqual(["PullThrough0", "PullThrough0Accounts", "PullThrough0Organizations"]);
    const left = await deploy({ access, pullThroughCaches: caches });
    expect(ofType(left.registrations, "ecr/registryPolicy:RegistryPolicy")).toEqual([]);
    expect(left.outputs.notes).toContainEqual(
      expect.stringContaining("Other accounts can pull only"),
    );
  });

  it("are scanned as the repositories are, where the stack owns the scan", async () => {
    const { registrations } = await deploy({
      repositories: [{ name: "shop/api", scan: { onPush: false } }],
      pullThroughCaches: [{ upstream: "quay" }],
      aws: { managePrivateRegistry: true },
    });
    const [scanning] = inputsOf(
      registrations,
      "ecr/registryScanningConfiguration:RegistryScanningConfiguration",
    );
    expect(scanning?.rules).toMatchObject([{ repositoryFilters: [{ filter: "quay/*" }] }]);
  });
});
