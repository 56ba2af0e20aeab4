import { describe, expect, it } from "vitest";
import { deploy, document, inputsOf, ofType, region, role, statements } from "./registrations";

describe("repositories", () => {
  const repository = "ecr/repository:Repository";

  it.each<[name: string, config: Record<string, unknown>, mutability: string, filters?: string[]]>([
    ["a lab", {}, "MUTABLE"],
    ["dev", { environment: "dev" }, "IMMUTABLE_WITH_EXCLUSION", ["latest", "stable", "sha256-*"]],
    [
      "no exceptions",
      { immutableTags: { enabled: true } },
      "IMMUTABLE_WITH_EXCLUSION",
      ["sha256-*"],
    ],
    [
      "an exception that signatures need anyway",
      { immutableTags: { except: ["sha256-*"] } },
      "IMMUTABLE_WITH_EXCLUSION",
      ["sha256-*"],
    ],
    [
      "bound signatures",
      { immutableTags: { enabled: true }, aws: { signatureTags: "immutable" } },
      "IMMUTABLE",
    ],
  ])("have the mutability of tags that %s asks for", async (_, config, mutability, filters) => {
    const { registrations } = await deploy(config);
    const [inputs] = inputsOf(registrations, repository);
    expect(inputs?.imageTagMutability).toBe(mutability);
    expect(inputs?.imageTagMutabilityExclusionFilters).toEqual(
      filters?.map((filter) => ({ filter, filterType: "WILDCARD" })),
    );
  });

  it("override what holds for all", async () => {
    const { registrations } = await deploy({
      environment: "dev",
      repositories: [
        { name: "api" },
        { name: "cache", immutableTags: { enabled: false }, scan: { onPush: false } },
      ],
    });
    expect(
      inputsOf(registrations, repository).map(
        ({ name, imageTagMutability, imageScanningConfiguration }) => [
          name,
          imageTagMutability,
          imageScanningConfiguration,
        ],
      ),
    ).toEqual([
      ["api", "IMMUTABLE_WITH_EXCLUSION", { scanOnPush: true }],
      ["cache", "MUTABLE", { scanOnPush: false }],
    ]);
  });

  it("are deleted with their images only by force", async () => {
    for (const [deletion, forceDelete] of [
      ["protect", undefined],
      ["retain", undefined],
      ["force", true],
    ] as const) {
      const { registrations } = await deploy({
        deletion,
        encryption: { key: "create" },
        repositories: [{ name: "app" }],
        aws: { publicRepositories: [{ name: "tools" }] },
      });
      const kept = { protect: deletion === "protect", retainOnDelete: deletion === "retain" };
      const [own] = ofType(registrations, repository);
      const [shown] = ofType(registrations, "ecrpublic/repository:Repository");
      const [key] = ofType(registrations, "kms/key:Key");
      expect(own?.inputs.forceDelete).toBe(forceDelete);
      expect(shown?.inputs.forceDestroy).toBe(forceDelete);
      expect(own).toMatchObject(kept);
      expect(shown).toMatchObject(kept);
      expect(key).toMatchObject(kept);
    }
  });

  it("carry the description's labels and Wharf's own, as does all that takes tags", async () => {
    const { registrations } = await deploy({
      labels: { team: "shop" },
      encryption: { key: "create" },
      repositories: [{ name: "app" }],
      aws: { managePrivateRegistry: true, publicRepositories: [{ name: "tools" }] },
    });
    const tags = { team: "shop", "io.wharf.stack": "shop", "io.wharf.environment": "lab" };
    for (const type of [
      repository,
      "ecrpublic/repository:Repository",
      "kms/key:Key",
      "ssm/parameter:Parameter",
    ]) {
      expect(inputsOf(registrations, type)).toMatchObject([{ tags }]);
    }
  });

  it("of one part register nothing beside themselves and their lifecycle", async () => {
    const { registrations } = await deploy({ environment: "dev" });
    expect(registrations.map(({ type }) => type)).toEqual([
      "wharf:index:AwsRegistry",
      "aws:ecr/lifecyclePolicy:LifecyclePolicy",
      `aws:${repository}`,
    ]);
  });

  it("that keep everything have no lifecycle policy", async () => {
    const { registrations } = await deploy({ retention: { untaggedAfterDays: "never" } });
    expect(ofType(registrations, "ecr/lifecyclePolicy:LifecyclePolicy")).toEqual([]);
  });
});

describe("encryption", () => {
  it("by a key of the stack's turns the key over, and lets only ECR use it", async () => {
    const { registrations, outputs } = await deploy({
      environment: "prod",
      encryption: { key: "create", rotationDays: 90 },
    });
    const [key] = inputsOf(registrations, "kms/key:Key");
    expect(key).toMatchObject({
      enableKeyRotation: true,
      rotationPeriodInDays: 90,
      deletionWindowInDays: 30,
    });
    const [administers, uses] = statements(registrations, "kms/key:Key");
    expect(administers?.Principal).toEqual({ AWS: "arn:aws:iam::123456789012:root" });
    expect(uses?.Condition?.StringEquals).toEqual({
      "kms:CallerAccount": "123456789012",
      "kms:ViaService": `ecr.${region}.amazonaws.com`,
    });
    expect(inputsOf(registrations, "kms/alias:Alias")[0]?.name).toBe("alias/wharf-shop");
    expect(outputs.monthlyCost).toBe(1);
  });

  it("by a given key makes none", async () => {
    const key = `arn:aws:kms:${region}:123456789012:key/1234abcd`;
    const { registrations, outputs } = await deploy({ encryption: { key } });
    expect(ofType(registrations, "kms/key:Key")).toEqual([]);
    expect(
      inputsOf(registrations, "ecr/repository:Repository")[0]?.encryptionConfigurations,
    ).toEqual([{ encryptionType: "KMS", kmsKey: key }]);
    expect(outputs.monthlyCost).toBe(0);
  });
});

describe("access", () => {
  it("adds up from the lists of all repositories and of one", async () => {
    const { registrations } = await deploy({
      repositories: [{ name: "api", push: [role("ci")] }, { name: "web" }],
      access: { pull: ["account:210987654321"] },
    });
    const [api, web] = inputsOf(registrations, "ecr/repositoryPolicy:RepositoryPolicy").map(
      ({ policy }) => document(policy).Statement.map(({ Sid }) => Sid),
    );
    expect(api).toEqual(["PullAccounts", "Push123456789012"]);
    expect(web).toEqual(["PullAccounts"]);
  });

  it("names no role as a principal, which IAM would refuse where the role is new", async () => {
    const { registrations } = await deploy({ access: { push: [role("ci")] } });
    const [push] = statements(registrations, "ecr/repositoryPolicy:RepositoryPolicy");
    expect(push?.Principal).toEqual({ AWS: "arn:aws:iam::123456789012:root" });
    expect(push?.Condition).toEqual({ ArnEquals: { "aws:PrincipalArn": [role("ci")] } });
  });

  const identities = { identityPolicies: { account: "123456789012" } };

  it("lets the account's own roles log in, by what each may do and no more", async () => {
    const { registrations } = await deploy({
      repositories: [{ name: "api", push: [role("ci")] }, { name: "web" }],
      access: { pull: [role("cluster"), "arn:aws:iam::210987654321:role/elsewhere"] },
      aws: identities,
    });
    const policies = inputsOf(registrations, "iam/policy:Policy");
    expect(policies.map(({ name }) => name)).toEqual([
      "wharf-shop-role-ci",
      "wharf-shop-role-cluster",
    ]);
    const [ci, cluster] = policies.map(({ policy }) => document(policy).Statement);
    const login = { Action: ["ecr:GetAuthorizationToken"], Resource: "*" };
    const repositories = `arn:aws:ecr:${region}:123456789012:repository`;
    expect(ci).toMatchObject([login, { Sid: "Push", Resource: [`${repositories}/api`] }]);
    expect(cluster).toMatchObject([
      login,
      {
        Sid: "Pull",
        Resource: [`${repositories}/*`],
        Condition: { StringEquals: { "aws:ResourceTag/io.wharf.stack": "shop" } },
      },
    ]);
    expect(ofType(registrations, "iam/rolePolicyAttachment:RolePolicyAttachment")).toEqual([]);
  });

  it("attaches the policies where it is told to", async () => {
    const { registrations } = await deploy({
      access: { pull: [role("team/cluster"), "arn:aws:iam::123456789012:user/ada"] },
      aws: { identityPolicies: { account: "123456789012", attach: true } },
    });
    expect(inputsOf(registrations, "iam/rolePolicyAttachment:RolePolicyAttachment")).toMatchObject([
      { role: "cluster" },
    ]);
    expect(inputsOf(registrations, "iam/userPolicyAttachment:UserPolicyAttachment")).toMatchObject([
      { user: "ada" },
    ]);
  });

  it("is in the words of China's partition there", async () => {
    const { registrations } = await deploy(
      { access: { pull: ["account:123456789012", "service:lambda"] } },
      "cn-north-1",
    );
    const [accounts, lambda] = statements(registrations, "ecr/repositoryPolicy:RepositoryPolicy");
    expect(accounts?.Principal).toEqual({ AWS: ["arn:aws-cn:iam::123456789012:root"] });
    expect(lambda?.Condition?.StringLike).toEqual({
      "aws:SourceArn": "arn:aws-cn:lambda:cn-north-1:123456789012:function:*",
    });
  });
});

describe("limits by source", () => {
  const vpcId = "vpc-0123456789abcdef0";
  const deny = async (config: Record<string, unknown>) => {
    const { registrations } = await deploy(config);
    return statements(registrations, "ecr/repositoryPolicy:RepositoryPolicy");
  };

  it("let in AWS itself, and never touch what lifts them", async () => {
    const [limit] = await deny({ endpoint: { allowFrom: ["203.0.113.0/24"] } });
    expect(limit).toMatchObject({ Effect: "Deny", Principal: "*" });
    expect(limit?.Condition).toEqual({
      NotIpAddressIfExists: { "aws:SourceIp": ["203.0.113.0/24"] },
      BoolIfExists: { "aws:PrincipalIsAWSService": "false", "aws:ViaAWSService": "false" },
      ArnNotLikeIfExists: { "aws:PrincipalArn": "arn:*:iam::*:role/aws-service-role/*" },
    });
    expect(limit?.Action.filter((action) => /Policy|Repository$|\*/.test(action))).toEqual([]);
  });

  it("let in a VPC beside public addresses, and of it only the private ranges", async () => {
    const [others, ofVpc] = await deny({
      endpoint: { allowFrom: ["203.0.113.0/24", "10.1.0.0/16"] },
      aws: { network: { vpcId } },
    });
    expect(others?.Condition).toMatchObject({
      NotIpAddressIfExists: { "aws:SourceIp": ["203.0.113.0/24"] },
      StringNotEqualsIfExists: { "aws:SourceVpc": vpcId },
    });
    expect(ofVpc?.Condition).toMatchObject({
      StringEquals: { "aws:SourceVpc": vpcId },
      NotIpAddress: { "aws:VpcSourceIp": ["10.1.0.0/16"] },
    });
  });

  it("are none where a VPC is only another way in", async () => {
    expect(await deny({ aws: { network: { vpcId } } })).toEqual([]);
    expect(await deny({ aws: { network: { vpcId, limitToVpc: true } } })).toHaveLength(1);
  });

  it("come with endpoints for the API, the images and their layers", async () => {
    const network = {
      vpcId,
      subnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
      routeTableIds: ["rtb-0123456789abcdef0"],
      s3: "layers",
    };
    const { registrations, outputs } = await deploy({
      endpoint: { allowFrom: ["10.1.0.0/16"] },
      aws: { network },
    });
    const [api, images, layers] = inputsOf(registrations, "ec2/vpcEndpoint:VpcEndpoint");
    expect(api).toMatchObject({
      serviceName: `com.amazonaws.${region}.ecr.api`,
      vpcEndpointType: "Interface",
      privateDnsEnabled: true,
      subnetIds: network.subnetIds,
    });
    expect(images?.serviceName).toBe(`com.amazonaws.${region}.ecr.dkr`);
    expect(layers).toMatchObject({
      serviceName: `com.amazonaws.${region}.s3`,
      vpcEndpointType: "Gateway",
      routeTableIds: network.routeTableIds,
    });
    expect(document(layers?.policy).Statement[0]?.Resource).toBe(
      `arn:aws:s3:::prod-${region}-starport-layer-bucket/*`,
    );
    expect(
      inputsOf(registrations, "vpc/securityGroupIngressRule:SecurityGroupIngressRule"),
    ).toMatchObject([{ cidrIpv4: "10.1.0.0/16", fromPort: 443, toPort: 443, ipProtocol: "tcp" }]);
    // Two endpoints in two zones, 730 hours at a cent.
    expect(outputs.monthlyCost).toBe(29.2);
  });
});

describe("the registry's settings", () => {
  const claim = "ssm/parameter:Parameter";
  const own = (aws: Record<string, unknown> = {}) => ({
    aws: { managePrivateRegistry: true, ...aws },
  });

  it("are left to others unless the stack owns them", async () => {
    const { registrations } = await deploy({ repositories: [{ name: "api" }, { name: "web" }] });
    expect(ofType(registrations, claim)).toEqual([]);
    expect(
      registrations.filter(({ type }) => /registry(Policy|Scanning)|account/.test(type)),
    ).toEqual([]);
  });

  it("all wait for the claim, which overwrites nobody's", async () => {
    const { registrations } = await deploy(
      own({
        scanning: { type: "enhanced" },
        accountSettings: { blobMounting: true, policyScope: "V2", basicScan: "AWS_NATIVE" },
        registryPolicy: { replicateFrom: ["210987654321"] },
      }),
    );
    const [parameter] = inputsOf(registrations, claim);
    expect(parameter).toMatchObject({
      name: "/wharf/ecr/registry-settings-owner",
      insecureValue: "organization/wharf/shop",
    });
    expect(parameter).not.toHaveProperty("overwrite");
    const waiting = Object.fromEntries(
      registrations
        .filter(({ name }) => /-(scanning|registry-policy|setting-.*)$/.test(name))
        .map(({ name, dependsOn }) => [name.replace("registry-", ""), dependsOn]),
    );
    const claimed = ["registry-settings-claim"];
    expect(waiting).toEqual({
      scanning: claimed,
      "registry-policy": claimed,
      "setting-basic-scan-type-version": claimed,
      "setting-blob-mounting": claimed,
      "setting-registry-policy-scope": claimed,
    });
  });

  it.each([
    ["all", [{ name: "shop/api" }, { name: "web" }], ["*"]],
    [
      "a path of which all are scanned, and a single name",
      [{ name: "shop/api" }, { name: "shop/web" }, { name: "tools" }, unscanned("cache/a")],
      ["shop/*", "tools"],
    ],
    [
      "names where a path holds one that is not scanned",
      [{ name: "shop/api" }, unscanned("shop/cache")],
      ["shop/api"],
    ],
    [
      "a name with two separators, in the grammar of filters",
      [{ name: "a--b" }, unscanned("cache")],
      ["a*b"],
    ],
    ["none", [unscanned("cache")], undefined],
  ])("scan %s", async (_, repositories, filters) => {
    const { registrations } = await deploy({ repositories, ...own() });
    expect(
      inputsOf(registrations, "ecr/registryScanningConfiguration:RegistryScanningConfiguration"),
    ).toEqual([
      {
        scanType: "BASIC",
        rules:
          filters === undefined
            ? []
            : [
                {
                  scanFrequency: "SCAN_ON_PUSH",
                  repositoryFilters: filters.map((filter) => ({ filter, filterType: "WILDCARD" })),
                },
              ],
      },
    ]);
  });

  it("scan on by Inspector, which ECR turns on, without an Enabler that turns it off elsewhere", async () => {
    const scanning = { type: "enhanced", continuous: true };
    const { registrations } = await deploy(own({ scanning }));
    expect(
      inputsOf(registrations, "ecr/registryScanningConfiguration:RegistryScanningConfiguration"),
    ).toMatchObject([{ scanType: "ENHANCED", rules: [{ scanFrequency: "CONTINUOUS_SCAN" }] }]);
    expect(registrations.filter(({ type }) => type.startsWith("aws:inspector2/"))).toEqual([]);
  });

  it("let whoever pushes everywhere create repositories by a push, in other accounts too", async () => {
    const { registrations } = await deploy({
      access: { pull: [role("reader")], push: [role("ci"), "account:210987654321"] },
      aws: {
        managePrivateRegistry: true,
        identityPolicies: { account: "123456789012" },
        creationTemplates: [
          { prefix: "team-a/", appliedFor: ["createOnPush"] },
          { prefix: "mirror", appliedFor: ["replication"] },
        ],
      },
    });
    const below = [`arn:aws:ecr:${region}:123456789012:repository/team-a/*`];
    const creating = statements(registrations, "iam/policy:Policy").filter(({ Action }) =>
      Action.includes("ecr:CreateRepository"),
    );
    // The tag of the stack is not a condition: a repository that does not exist yet has none.
    expect(creating).toMatchObject([{ Sid: "CreateOnPush", Resource: below }]);
    expect(creating[0]).not.toHaveProperty("Condition");
    expect(creating[0]?.Action).toContain("ecr:InitiateLayerUpload");
    expect(statements(registrations, "ecr/registryPolicy:RegistryPolicy")).toMatchObject([
      {
        Sid: "CreateOnPush0",
        Principal: { AWS: ["arn:aws:iam::123456789012:root"] },
        Action: ["ecr:CreateRepository"],
        Resource: below[0],
        Condition: { ArnEquals: { "aws:PrincipalArn": [role("ci")] } },
      },
      {
        Sid: "CreateOnPush0Accounts",
        Principal: { AWS: ["arn:aws:iam::210987654321:root"] },
        Action: ["ecr:CreateRepository"],
        Resource: below[0],
      },
    ]);
  });

  it("say who may replicate and pull through", async () => {
    const { registrations } = await deploy(
      own({
        registryPolicy: {
          replicateFrom: ["210987654321"],
          pullThrough: [{ prefix: "docker-hub/", principals: [role("ci")] }],
        },
      }),
    );
    const repositories = `arn:aws:ecr:${region}:123456789012:repository`;
    expect(statements(registrations, "ecr/registryPolicy:RegistryPolicy")).toMatchObject([
      { Sid: "Replicate", Resource: `${repositories}/*` },
      {
        Action: ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"],
        Resource: `${repositories}/docker-hub/*`,
        Condition: { ArnEquals: { "aws:PrincipalArn": [role("ci")] } },
      },
    ]);
  });
});

describe("creation templates", () => {
  it("give repositories that ECR makes what the description's have", async () => {
    const { registrations } = await deploy({
      environment: "dev",
      access: { pull: ["account:210987654321"] },
      retention: { keepLast: 5 },
      encryption: { key: "create" },
      aws: {
        creationTemplates: [
          { prefix: "docker-hub", appliedFor: ["pullThroughCache", "createOnPush"] },
          { prefix: "ROOT", appliedFor: ["replication"] },
        ],
      },
    });
    const [template] = inputsOf(
      registrations,
      "ecr/repositoryCreationTemplate:RepositoryCreationTemplate",
    );
    const [repository] = inputsOf(registrations, "ecr/repository:Repository");
    const [lifecycle] = inputsOf(registrations, "ecr/lifecyclePolicy:LifecyclePolicy");
    const [policy] = inputsOf(registrations, "ecr/repositoryPolicy:RepositoryPolicy");
    expect(template).toMatchObject({
      prefix: "ROOT",
      appliedFors: ["REPLICATION"],
      imageTagMutability: repository?.imageTagMutability,
      imageTagMutabilityExclusionFilters: repository?.imageTagMutabilityExclusionFilters,
      encryptionConfigurations: repository?.encryptionConfigurations,
      resourceTags: repository?.tags,
      lifecyclePolicy: lifecycle?.policy,
      repositoryPolicy: policy?.policy,
    });
    const [make, encrypt] = statements(registrations, "iam/rolePolicy:RolePolicy");
    expect(make?.Resource).toEqual([
      `arn:aws:ecr:${region}:*:repository/docker-hub/*`,
      `arn:aws:ecr:${region}:*:repository/*`,
    ]);
    expect(encrypt?.Sid).toBe("EncryptThem");
  });
});

describe("public repositories", () => {
  it("stand in us-east-1, whatever the region, with what the gallery shows", async () => {
    const { registrations, outputs } = await deploy({
      aws: {
        publicRepositories: [
          { name: "tools/wharf", description: "Ships images", architectures: ["x86-64"] },
          { name: "tools/plain" },
        ],
      },
    });
    const [plain, described] = inputsOf(registrations, "ecrpublic/repository:Repository");
    expect(described).toMatchObject({
      region: "us-east-1",
      repositoryName: "tools/wharf",
      catalogData: { description: "Ships images", architectures: ["x86-64"] },
    });
    expect(plain).not.toHaveProperty("catalogData");
    // Nobody asked for a private one.
    expect(inputsOf(registrations, "ecr/repository:Repository")).toEqual([]);
    expect(outputs).toMatchObject({
      server: "public.ecr.aws",
      login:
        "aws ecr-public get-login-password --region us-east-1 | docker login --username AWS --password-stdin public.ecr.aws",
      push: "docker tag IMAGE public.ecr.aws/abcd1234/tools/wharf:1.0.0 && docker push public.ecr.aws/abcd1234/tools/wharf:1.0.0",
      pull: "docker pull public.ecr.aws/abcd1234/tools/wharf:1.0.0",
    });
    expect(outputs.repositories).toMatchObject({
      "public.ecr.aws/tools/wharf": "public.ecr.aws/abcd1234/tools/wharf",
    });
  });

  it("are pushed to by those whom they name, with the gallery's own actions and login", async () => {
    const pusher = role("release");
    const { registrations, outputs } = await deploy({
      aws: {
        identityPolicies: { account: "123456789012" },
        publicRepositories: [{ name: "tools/wharf", push: [pusher] }, { name: "tools/plain" }],
      },
      identities: [{ name: "release", project: "acme/shop", push: ["public.ecr.aws/tools/plain"] }],
    });
    const policies = inputsOf(registrations, "ecrpublic/repositoryPolicy:RepositoryPolicy");
    expect(policies.map(({ repositoryName }) => repositoryName)).toEqual(["tools/wharf"]);
    expect(document(policies[0]?.policy).Statement).toEqual([
      expect.objectContaining({
        Principal: { AWS: "arn:aws:iam::123456789012:root" },
        Condition: { ArnEquals: { "aws:PrincipalArn": [pusher] } },
      }),
    ]);
    for (const [type, name] of [
      ["iam/policy:Policy", "tools/wharf"],
      ["iam/rolePolicy:RolePolicy", "tools/plain"],
    ] as const) {
      const [login, push] = statements(registrations, type).slice(-2);
      expect(login).toMatchObject({
        Action: ["ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken"],
        Resource: "*",
      });
      expect(push?.Action).toContain("ecr-public:PutImage");
      expect(push?.Resource).toEqual([`arn:aws:ecr-public::123456789012:repository/${name}`]);
    }
    const { release } = outputs.workflows as Record<string, string>;
    expect(release).toContain("aws ecr-public get-login-password --region us-east-1");
    expect(release).not.toContain("aws ecr get-login-password");
    expect(release).toContain("public.ecr.aws/abcd1234/tools/plain:$GITHUB_SHA");
  });
});

describe("outputs", () => {
  it("log in to the host of the account and region", async () => {
    const host = `123456789012.dkr.ecr.${region}.amazonaws.com`;
    const { outputs } = await deploy({ repositories: [{ name: "shop/api" }] });
    expect(outputs).toMatchObject({
      endpoint: `https://${host}`,
      hosts: [host],
      login: `aws ecr get-login-password --region ${region} | docker login --username AWS --password-stdin ${host}`,
      push: `docker tag IMAGE ${host}/shop/api:1.0.0 && docker push ${host}/shop/api:1.0.0`,
      pull: `docker pull ${host}/shop/api:1.0.0`,
      caCertificate: "",
      credentials: {},
      certificateExpiresAt: "",
      builds: {},
      workflows: {},
      mirrors: {},
      expiresAt: "",
      monthlyCost: 0,
    });
  });
});

function unscanned(name: string) {
  return { name, scan: { onPush: false } };
}
