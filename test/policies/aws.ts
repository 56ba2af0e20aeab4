import type { Fault, Sample } from "./stack";

const tags = { stack: "shop", owner: "shop", "expires-at": "2027-01-01" };
const policy = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const account = { AWS: "arn:aws:iam::123456789012:root" };
const pull = { Effect: "Allow", Principal: account, Action: ["ecr:BatchGetImage"] };
const issuer = "token.actions.githubusercontent.com";
const trust = (conditions: object, rest = {}) =>
  policy({
    ...{ Effect: "Allow", Action: "sts:AssumeRoleWithWebIdentity", ...rest },
    Principal: { Federated: `arn:aws:iam::123456789012:oidc-provider/${issuer}` },
    Condition: conditions,
  });
const aud = { StringEquals: { [`${issuer}:aud`]: "sts.amazonaws.com" } };
const sub = (...value: string[]) => ({ ...aud, StringLike: { [`${issuer}:sub`]: value } });
/** Trust policies as vendors document them, by issuer: the conditions, without the issuer before each claim. */
const vendors: [address: string, conditions: Record<string, Record<string, string>>][] = [
  [
    "api.pulumi.com/oidc",
    {
      StringEquals: { aud: "acme" },
      StringLike: { sub: "pulumi:deploy:org:acme:project:shop:*" },
    },
  ],
  ["api.pulumi.com/oidc", { StringEquals: { aud: "aws:acme" } }],
  [
    "app.terraform.io",
    {
      StringEquals: { aud: "aws.workload.identity" },
      StringLike: { sub: "organization:acme:project:shop:workspace:prod:run_phase:*" },
    },
  ],
  [
    "cognito-identity.amazonaws.com",
    {
      StringEquals: { aud: "eu-central-1:11111111-2222-3333-4444-555555555555" },
      "ForAnyValue:StringLike": { amr: "authenticated" },
    },
  ],
  [
    "oidc.circleci.com/org/11111111",
    {
      StringEquals: { aud: "11111111" },
      StringLike: { sub: "org/11111111/project/22222222/user/*" },
    },
  ],
  [
    "agent.buildkite.com",
    {
      StringEquals: { aud: "sts.amazonaws.com" },
      StringLike: { sub: "organization:acme:pipeline:shop:ref:refs/heads/main:commit:*:step:*" },
    },
  ],
  [
    "api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc",
    { StringEquals: { aud: "ari:cloud:bitbucket::workspace/11111111" } },
  ],
  [
    "gitlab.example.com",
    {
      StringEquals: { aud: "https://gitlab.example.com" },
      StringLike: { sub: "project_path:acme/shop:*" },
    },
  ],
];
const trustOf = (address: string, conditions: Record<string, Record<string, string>>) =>
  policy({
    ...{ Effect: "Allow", Action: "sts:AssumeRoleWithWebIdentity" },
    Principal: { Federated: `arn:aws:iam::123456789012:oidc-provider/${address}` },
    Condition: Object.fromEntries(
      Object.entries(conditions).map(([operator, claims]) => [
        operator,
        Object.fromEntries(
          Object.entries(claims).map(([claim, value]) => [`${address}:${claim}`, value]),
        ),
      ]),
    ),
  });
/** Trust policies that a token gets past of somebody else, or for another service. */
const openTrust: [address: string, conditions: Record<string, Record<string, string>>][] = [
  [issuer, { StringEquals: { aud: "sts.amazonaws.com" }, StringNotLike: { sub: "repo:evil/*" } }],
  [issuer, { Null: { sub: "false" } }],
  [issuer, { StringLike: { aud: "*", sub: "repo:acme/shop:*" } }],
  [issuer, { StringLike: { sub: "repo:acme/shop:*" }, StringNotEquals: { aud: "other" } }],
  ["api.pulumi.com/oidc", { StringLike: { sub: "pulumi:deploy:org:*" } }],
  ["app.terraform.io", { StringEquals: { aud: "aws.workload.identity" } }],
  ["agent.buildkite.com", { StringLike: { sub: "organization:*:pipeline:shop:*" } }],
  ["cognito-identity.amazonaws.com", { "ForAnyValue:StringLike": { amr: "authenticated" } }],
];
/** Subjects that leave nothing open but the branch, the ids that GitHub may write, or the service account of a namespace. */
const subjects = [
  ...["repo:acme/shop:*", "repo:acme@*/shop@*:ref:refs/heads/main"],
  "repository_owner_id:12:repository_id:34:*",
];
const untagged = {
  rulePriority: 2,
  selection: { tagStatus: "untagged", countType: "sinceImagePushed", countNumber: 7 },
};
const lifecycle = (...rules: object[]) => JSON.stringify({ rules });
/** Releases that move to the archive, where a later rule deletes them. */
const archiving = [
  {
    rulePriority: 1,
    selection: {
      tagStatus: "tagged",
      tagPatternList: ["v*"],
      countType: "sinceImagePulled",
      countNumber: 90,
    },
    action: { type: "transition", targetStorageClass: "archive" },
  },
  {
    rulePriority: 3,
    selection: {
      tagStatus: "any",
      storageClass: "archive",
      countType: "sinceImageTransitioned",
      countNumber: 365,
    },
    action: { type: "expire" },
  },
];
const releases = (countType: string, countNumber: number) => ({
  rulePriority: 1,
  selection: { tagStatus: "tagged", tagPatternList: ["v*"], countType, countNumber },
});

const onRepository = (name: string) => `arn:aws:ecr:eu-central-1:123456789012:repository/${name}`;
const managed = (name: string) => `arn:aws:iam::aws:policy/${name}`;
const allow = (Action: string | string[], Resource: string | string[], rest = {}) =>
  policy({ Effect: "Allow", Action, Resource, ...rest });
/** Policies by which an identity may do more than push to the repositories that they name. */
const tooWide = [
  allow("ecr:Put*", onRepository("shop/api")),
  allow("ECR:PUTIMAGE", "*"),
  allow("ecr:PutImage", onRepository("*")),
  allow("ecr:PutImage", "arn:aws:ecr:*:*:repository/*"),
  allow("ecr-public:PutImage", "*"),
  allow(["ecr:PutImage", "ecr:BatchDeleteImage"], onRepository("shop/api")),
  policy(
    { Effect: "Allow", Action: "ecr:PutImage", Resource: onRepository("shop/api") },
    { Effect: "Allow", Action: "ecr:SetRepositoryPolicy", Resource: onRepository("shop/*") },
  ),
  policy({ Effect: "Allow", NotAction: "iam:*", Resource: "*" }),
  policy({ Effect: "Allow", Action: "ecr:PutImage", NotResource: onRepository("other/*") }),
  allow("ecr:PutImage", "*", { Condition: { Bool: { "aws:SecureTransport": "true" } } }),
  allow("ecr:PutImage", "*", {
    Condition: { StringEqualsIfExists: { "aws:ResourceTag/stack": "shop" } },
  }),
];
/** Policies that let nobody push past what they name, though they look wide. */
const narrow = [
  allow("*", "arn:aws:s3:::shop/*"),
  allow("ecr:*", "arn:aws:s3:::shop"),
  allow("ecr:BatchDeleteImage", onRepository("shop/api")),
  allow("ecr:PutImage", onRepository("shop/*")),
  allow("ecr:PutImage", "*", { Condition: { StringEquals: { "aws:ResourceTag/stack": "shop" } } }),
  policy(
    { Effect: "Allow", Action: "ecr:*", Resource: "*" },
    { Effect: "Deny", NotAction: ["ecr:Get*", "ecr:BatchGet*"], Resource: "*" },
  ),
];
/** Statements that let in everybody, or all but a few, though they have a condition. */
const open = [
  { ...pull, Principal: { AWS: "*" } },
  { ...pull, Principal: undefined, NotPrincipal: account },
  ...[
    { StringEqualsIfExists: { "aws:PrincipalOrgID": "o-1" } },
    { Null: { "aws:PrincipalOrgID": "true" } },
    { StringLike: { "aws:PrincipalOrgID": "o-*" } },
    { StringLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/ci" } },
    { StringEquals: { "aws:PrincipalTag/team": "shop" } },
    { IpAddress: { "aws:SourceIp": ["10.0.0.0/8", "0.0.0.0/0"] } },
    { "ForAllValues:StringLike": { "aws:PrincipalOrgPaths": ["o-1/*"] } },
  ].map((Condition) => ({ ...pull, Principal: "*", Condition })),
];
/** Statements for everybody that a condition closes to strangers. */
const closed = [
  { StringEquals: { "AWS:principalOrgId": ["o-1", "o-2"] } },
  { "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": ["o-1/*"] } },
  { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::123456789012:role/*" } },
  { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } },
  { StringEquals: { "aws:SourceVpce": "vpce-1" }, Bool: { "aws:SecureTransport": "true" } },
].map((Condition) => ({ ...pull, Principal: "*", Condition }));

export const aws: Sample[] = [
  {
    type: "aws:ecr/repository:Repository",
    name: "ecr",
    protect: true,
    props: {
      name: "shop/api",
      imageTagMutability: "IMMUTABLE",
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfigurations: [
        { encryptionType: "KMS", kmsKey: "arn:aws:kms:eu-central-1:123456789012:key/1" },
      ],
      forceDelete: false,
      tags,
    },
  },
  {
    // Scanned by the registry's configuration, with a lifecycle policy that knows it by its URN alone, and tags that may move.
    type: "aws:ecr/repository:Repository",
    name: "ecr-by-registry",
    protect: true,
    props: {
      name: "team/web",
      imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
      imageTagMutabilityExclusionFilters: [{ filter: "latest", filterType: "WILDCARD" }],
      encryptionConfigurations: [
        { encryptionType: "KMS", kmsKey: "arn:aws:kms:eu-central-1:123456789012:key/1" },
      ],
      tags,
    },
  },
  {
    type: "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration",
    name: "scanning",
    props: {
      rules: [{ scanFrequency: "SCAN_ON_PUSH", repositoryFilters: [{ filter: "team/*" }] }],
    },
  },
  {
    type: "aws:ecr/lifecyclePolicy:LifecyclePolicy",
    name: "lifecycle",
    props: {
      repository: "shop/api",
      policy: lifecycle(releases("imageCountMoreThan", 30), untagged),
    },
  },
  {
    type: "aws:ecr/lifecyclePolicy:LifecyclePolicy",
    name: "lifecycle-by-urn",
    props: { repository: "made up by the platform", policy: lifecycle(untagged, ...archiving) },
    madeFrom: { repository: ["ecr-by-registry"] },
  },
  {
    type: "aws:ecr/repositoryPolicy:RepositoryPolicy",
    name: "repository-policy",
    props: { repository: "shop/api", policy: policy(pull) },
  },
  {
    type: "aws:ecr/registryPolicy:RegistryPolicy",
    name: "registry-policy",
    props: {
      policy: policy({
        ...pull,
        Principal: "*",
        Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1" } },
      }),
    },
  },
  {
    type: "aws:iam/policy:Policy",
    name: "push-policy",
    props: {
      policy: policy({
        Effect: "Allow",
        Action: ["ecr:PutImage"],
        Resource: "arn:aws:ecr:eu-central-1:123456789012:repository/shop/api",
      }),
    },
  },
  ...narrow.map((text, index) => ({
    type: "aws:iam/userPolicy:UserPolicy",
    name: `narrow-${index}`,
    props: { user: "ci", policy: text },
  })),
  {
    type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    name: "attachment",
    props: { role: "ci", policyArn: managed("AmazonEC2ContainerRegistryPullOnly") },
  },
  {
    type: "aws:ecr/repositoryPolicy:RepositoryPolicy",
    name: "closed",
    props: {
      repository: "shop/api",
      policy: policy(...closed, {
        ...{ Sid: "Administrators", Effect: "Allow", Principal: account },
        Action: ["ecr:PutImage", "ecr:BatchDeleteImage"],
      }),
    },
  },
  {
    // What is denied to strangers is not open to them.
    type: "aws:ecr/repositoryPolicy:RepositoryPolicy",
    name: "closed-by-denial",
    props: {
      repository: "shop/web",
      policy: policy(
        { ...pull, Principal: "*" },
        {
          ...{ Effect: "Deny", Principal: "*", Action: "ecr:*" },
          Condition: { StringNotEquals: { "aws:PrincipalOrgID": "o-1" } },
        },
      ),
    },
  },
  {
    type: "aws:ecr/pullThroughCacheRule:PullThroughCacheRule",
    name: "docker-hub",
    props: {
      upstreamRegistryUrl: "registry-1.docker.io",
      credentialArn:
        "arn:aws:secretsmanager:eu-central-1:123456789012:secret:ecr-pullthroughcache/hub-a1",
    },
  },
  {
    type: "aws:codebuild/project:Project",
    name: "build",
    props: {
      environment: {
        privilegedMode: true,
        environmentVariables: [{ name: "REPOSITORY", value: "shop/api" }],
      },
      source: {
        type: "GITHUB",
        buildspec: "phases:\n  build:\n    commands:\n      - docker build .",
      },
      tags,
    },
  },
  {
    // Its buildspec is a file of the repository that it builds, which cannot be read from here.
    type: "aws:codebuild/project:Project",
    name: "build-by-file",
    props: {
      environment: {
        privilegedMode: true,
        environmentVariables: [{ name: "ALLOW_TOKEN", value: "true" }],
      },
      source: { type: "GITHUB", buildspec: "ci/buildspec.yml" },
      tags,
    },
  },
  {
    type: "aws:codebuild/project:Project",
    name: "build-by-default",
    props: { environment: { privilegedMode: true }, source: { type: "GITHUB" }, tags },
  },
  {
    type: "aws:iam/role:Role",
    name: "ci",
    props: {
      assumeRolePolicy: trust(sub(...subjects)),
      managedPolicyArns: [managed("AmazonEC2ContainerRegistryReadOnly")],
      inlinePolicies: [{ name: "push", policy: allow("ecr:PutImage", onRepository("shop/api")) }],
      tags,
    },
  },
  ...vendors.map(([address, conditions], index) => ({
    type: "aws:iam/role:Role",
    name: `vendor-${index}`,
    props: { assumeRolePolicy: trustOf(address, conditions), tags },
  })),
  { type: "aws:kms/key:Key", name: "kms", protect: true, props: { tags } },
];

const everybody = { ...pull, Principal: "*" };

export const awsFaults: Fault[] = [
  { rule: "ecr-immutable-tags", of: "ecr", set: [[["imageTagMutability"], "MUTABLE"]] },
  {
    rule: "ecr-immutable-tags",
    of: "ecr-by-registry",
    set: [[["imageTagMutability"], "MUTABLE_WITH_EXCLUSION"]],
  },
  {
    rule: "ecr-immutable-tags",
    of: "ecr-by-registry",
    set: [[["imageTagMutabilityExclusionFilters", 0, "filter"], "v*"]],
  },
  {
    rule: "ecr-scan-on-push",
    of: "ecr",
    set: [[["imageScanningConfiguration", "scanOnPush"], false]],
    onlyHere: true,
  },
  { rule: "ecr-scan-on-push", of: "ecr-by-registry", without: "scanning" },
  {
    rule: "ecr-kms-key",
    of: "ecr",
    set: [[["encryptionConfigurations", 0, "encryptionType"], "AES256"]],
  },
  { rule: "ecr-kms-key", of: "ecr", set: [[["encryptionConfigurations", 0, "kmsKey"], undefined]] },
  { rule: "ecr-no-force-delete", of: "ecr", set: [[["forceDelete"], true]] },
  { rule: "required-labels", of: "ecr", set: [[["tags"], {}]] },
  {
    rule: "required-labels",
    of: "ecr",
    set: [[["tags"], { stack: "shop", owner: "shop" }]],
    environment: "lab",
    onlyHere: true,
  },
  { rule: "required-labels", of: "kms", set: [[["tags"], undefined]] },
  { rule: "stateful-protected", of: "ecr", unprotected: true },
  { rule: "stateful-protected", of: "kms", unprotected: true },
  { rule: "ecr-lifecycle-required", of: "ecr", without: "lifecycle" },
  { rule: "ecr-lifecycle-required", of: "ecr-by-registry", without: "lifecycle-by-urn" },
  {
    rule: "ecr-lifecycle-required",
    of: "lifecycle",
    set: [[["policy"], lifecycle(releases("imageCountMoreThan", 30))]],
  },
  {
    rule: "ecr-lifecycle-keeps-releases",
    of: "lifecycle",
    set: [[["policy"], lifecycle(releases("imageCountMoreThan", 3), untagged)]],
  },
  {
    rule: "ecr-lifecycle-keeps-releases",
    of: "lifecycle",
    set: [[["policy"], lifecycle(releases("sinceImagePushed", 90), untagged)]],
  },
  // What expires behind a rule for the archive expires all the same.
  {
    rule: "ecr-lifecycle-keeps-releases",
    of: "lifecycle",
    set: [[["policy"], lifecycle(archiving[1]!, releases("sinceImagePushed", 90), untagged)]],
  },
  {
    rule: "ecr-policy-not-public",
    of: "repository-policy",
    set: [[["policy"], policy(everybody)]],
  },
  {
    rule: "ecr-policy-not-public",
    of: "registry-policy",
    set: [[["policy"], policy({ ...everybody, Principal: { AWS: ["*"] } })]],
  },
  {
    rule: "ecr-policy-not-public",
    of: "registry-policy",
    set: [
      [
        ["policy"],
        policy({ ...everybody, Condition: { StringNotEquals: { "aws:PrincipalOrgID": "o-1" } } }),
      ],
    ],
  },
  {
    rule: "least-privilege-push",
    of: "push-policy",
    set: [[["policy"], policy({ Effect: "Allow", Action: "ecr:*", Resource: "*" })]],
  },
  {
    rule: "least-privilege-push",
    of: "push-policy",
    set: [[["policy"], policy({ Effect: "Allow", Action: "ecr:PutImage", Resource: "*" })]],
  },
  {
    rule: "least-privilege-push",
    of: "repository-policy",
    set: [[["policy"], policy({ ...pull, Action: "*" })]],
  },
  ...tooWide.map((text) => ({
    rule: "least-privilege-push",
    of: "push-policy",
    set: [[["policy"], text]] as const,
  })),
  {
    rule: "least-privilege-push",
    of: "ci",
    set: [[["inlinePolicies", 0, "policy"], tooWide[0]]],
    onlyHere: true,
  },
  ...["AdministratorAccess", "PowerUserAccess", "AmazonEC2ContainerRegistryPowerUser"].flatMap(
    (name): Fault[] => [
      { rule: "least-privilege-push", of: "attachment", set: [[["policyArn"], managed(name)]] },
      { rule: "least-privilege-push", of: "ci", set: [[["managedPolicyArns", 0], managed(name)]] },
    ],
  ),
  ...open.map((statement) => ({
    rule: "ecr-policy-not-public",
    of: "repository-policy",
    set: [[["policy"], policy(statement)]] as const,
  })),
  {
    rule: "pull-through-credentials",
    of: "docker-hub",
    set: [[["credentialArn"], undefined]],
    onlyHere: true,
  },
  {
    rule: "pull-through-credentials",
    of: "docker-hub",
    set: [[["credentialArn"], "arn:aws:secretsmanager:eu-central-1:123456789012:secret:hub-a1"]],
    onlyHere: true,
  },
  { rule: "codebuild-privileged", of: "build", set: [[["source", "buildspec"], "phases: {}"]] },
  {
    rule: "no-inline-secrets",
    of: "build",
    set: [[["environment", "environmentVariables"], [{ name: "NPM_TOKEN", value: "of no worth" }]]],
  },
  {
    rule: "oidc-trust-conditions",
    of: "ci",
    set: [[["assumeRolePolicy"], trust({ StringLike: sub("repo:acme/shop:*").StringLike })]],
  },
  { rule: "oidc-trust-conditions", of: "ci", set: [[["assumeRolePolicy"], trust(aud)]] },
  ...[
    "*",
    "repo:*",
    "repo:acme*/shop:*",
    "repo:*/shop:*",
    "project_path:*",
    "system:serviceaccount:*:ci",
    "repo:acme/*",
    "repo:acme/*:ref:refs/heads/main",
  ].map((value) => ({
    rule: "oidc-trust-conditions",
    of: "ci",
    set: [[["assumeRolePolicy"], trust(sub(value))]] as const,
  })),
  ...openTrust.map(([address, conditions]) => ({
    rule: "oidc-trust-conditions",
    of: "ci",
    set: [[["assumeRolePolicy"], trustOf(address, conditions)]] as const,
  })),
  {
    rule: "codebuild-encrypted",
    of: "build",
    set: [[["artifacts"], { type: "S3", encryptionDisabled: true }]],
    onlyHere: true,
  },
  {
    rule: "codebuild-encrypted",
    of: "build",
    set: [[["logsConfig"], { s3Logs: { status: "ENABLED", encryptionDisabled: true } }]],
    onlyHere: true,
  },
  {
    rule: "codebuild-logs",
    of: "build",
    set: [[["logsConfig"], { cloudwatchLogs: { status: "DISABLED" } }]],
    onlyHere: true,
  },
];
