export const tags = { stack: "shop", owner: "shop", "expires-at": "2027-01-01" };
/** The same as aws-native writes them. */
export const tagList = Object.entries(tags).map(([key, value]) => ({ key, value }));
export const policy = (...Statement: object[]) =>
  JSON.stringify({ Version: "2012-10-17", Statement });
export const account = { AWS: "arn:aws:iam::123456789012:root" };
export const pull = { Effect: "Allow", Principal: account, Action: ["ecr:BatchGetImage"] };
export const issuer = "token.actions.githubusercontent.com";
export const trust = (conditions: object, rest = {}) =>
  policy({
    ...{ Effect: "Allow", Action: "sts:AssumeRoleWithWebIdentity", ...rest },
    Principal: { Federated: `arn:aws:iam::123456789012:oidc-provider/${issuer}` },
    Condition: conditions,
  });
export const aud = { StringEquals: { [`${issuer}:aud`]: "sts.amazonaws.com" } };
export const sub = (...value: string[]) => ({ ...aud, StringLike: { [`${issuer}:sub`]: value } });
/** Trust policies as vendors document them, by issuer: the conditions, without the issuer before each claim (sources: policies/issuers.ts). */
export const vendors: [address: string, conditions: Record<string, Record<string, string>>][] = [
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
    // Buildkite's own example: who may is told by session tags, which its tokens carry.
    "agent.buildkite.com",
    {
      StringEquals: {
        aud: "sts.amazonaws.com",
        "aws:RequestTag/organization_slug": "acme",
        "aws:RequestTag/organization_id": "11111111-2222-3333-4444-555555555555",
        "aws:RequestTag/pipeline_slug": "shop",
      },
    },
  ],
  [
    "app.terraform.io",
    {
      StringEquals: { aud: "aws.workload.identity" },
      StringLike: { sub: "organization:acme:module:*:operation:test_run" },
    },
  ],
  [
    "oidc.circleci.com/org/11111111",
    {
      StringEquals: { aud: "11111111" },
      StringLike: {
        sub: "org/11111111/project/*/user/*/vcs-origin/github.com/acme/*/vcs-ref/refs/heads/main",
      },
    },
  ],
  [
    "token.actions.acme.ghe.com",
    {
      StringEquals: {
        aud: "sts.amazonaws.com",
        workflow_ref: "acme/shop/.github/workflows/a.yml@main",
      },
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
export const trustOf = (address: string, conditions: Record<string, Record<string, string>>) =>
  policy({
    ...{ Effect: "Allow", Action: "sts:AssumeRoleWithWebIdentity" },
    Principal: { Federated: `arn:aws:iam::123456789012:oidc-provider/${address}` },
    Condition: Object.fromEntries(
      Object.entries(conditions).map(([operator, claims]) => [
        operator,
        Object.fromEntries(
          Object.entries(claims).map(([claim, value]) => [
            claim.startsWith("aws:") ? claim : `${address}:${claim}`,
            value,
          ]),
        ),
      ]),
    ),
  });
/** Trust policies that a token gets past of somebody else, or for another service. */
export const openTrust: [address: string, conditions: Record<string, Record<string, string>>][] = [
  [issuer, { StringEquals: { aud: "sts.amazonaws.com" }, StringNotLike: { sub: "repo:evil/*" } }],
  [issuer, { Null: { sub: "false" } }],
  [issuer, { StringLike: { aud: "*", sub: "repo:acme/shop:*" } }],
  [issuer, { StringLike: { sub: "repo:acme/shop:*" }, StringNotEquals: { aud: "other" } }],
  ["api.pulumi.com/oidc", { StringLike: { sub: "pulumi:deploy:org:*" } }],
  ["app.terraform.io", { StringEquals: { aud: "aws.workload.identity" } }],
  ["agent.buildkite.com", { StringLike: { sub: "organization:*:pipeline:shop:*" } }],
  [
    "agent.buildkite.com",
    { StringEquals: { aud: "sts.amazonaws.com", "aws:RequestTag/pipeline_slug": "shop" } },
  ],
  [
    "agent.buildkite.com",
    {
      StringEquals: { aud: "sts.amazonaws.com" },
      StringEqualsIfExists: { "aws:RequestTag/organization_slug": "acme" },
    },
  ],
  [
    "token.actions.githubusercontent.com",
    { StringEquals: { aud: "sts.amazonaws.com", "aws:RequestTag/organization_slug": "acme" } },
  ],
  ["cognito-identity.amazonaws.com", { "ForAnyValue:StringLike": { amr: "authenticated" } }],
];
/** Subjects that leave nothing open but the branch, the ids that GitHub may write, or the service account of a namespace. */
export const subjects = [
  ...["repo:acme/shop:*", "repo:acme@*/shop@*:ref:refs/heads/main"],
  "repository_owner_id:12:repository_id:34:*",
];
export const untagged = {
  rulePriority: 2,
  selection: { tagStatus: "untagged", countType: "sinceImagePushed", countNumber: 7 },
};
export const lifecycle = (...rules: object[]) => JSON.stringify({ rules });
/** Releases that move to the archive, where a later rule deletes them. */
export const archiving = [
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
export const releases = (countType: string, countNumber: number) => ({
  rulePriority: 1,
  selection: { tagStatus: "tagged", tagPatternList: ["v*"], countType, countNumber },
});

export const onRepository = (name: string) =>
  `arn:aws:ecr:eu-central-1:123456789012:repository/${name}`;
export const managed = (name: string) => `arn:aws:iam::aws:policy/${name}`;
export const allow = (Action: string | string[], Resource: string | string[], rest = {}) =>
  policy({ Effect: "Allow", Action, Resource, ...rest });
/** Policies by which an identity may do more than push to the repositories that they name. */
export const tooWide = [
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
export const narrow = [
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
export const open = [
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
export const closed = [
  { StringEquals: { "AWS:principalOrgId": ["o-1", "o-2"] } },
  { "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": ["o-1/*"] } },
  { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::123456789012:role/*" } },
  { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } },
  { StringEquals: { "aws:SourceVpce": "vpce-1" }, Bool: { "aws:SecureTransport": "true" } },
].map((Condition) => ({ ...pull, Principal: "*", Condition }));
