import type { Fault, Sample } from "./stack";
import {
  tags,
  tagList,
  policy,
  account,
  pull,
  trust,
  aud,
  sub,
  vendors,
  trustOf,
  openTrust,
  subjects,
  untagged,
  lifecycle,
  archiving,
  releases,
  onRepository,
  managed,
  allow,
  tooWide,
  narrow,
  open,
  closed,
} from "./aws-documents";

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
    // Scanned by the registry's configuration, with a lifecycle policy that knows it only by its URN, and tags that may move.
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
  {
    // aws-native has in one resource what aws has in three, and tags as a list.
    type: "aws-native:ecr:Repository",
    name: "native",
    protect: true,
    props: {
      repositoryName: "native/api",
      imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
      imageTagMutabilityExclusionFilters: [
        {
          imageTagMutabilityExclusionFilterType: "WILDCARD",
          imageTagMutabilityExclusionFilterValue: "latest",
        },
      ],
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfiguration: {
        encryptionType: "KMS",
        kmsKey: "arn:aws:kms:eu-central-1:123456789012:key/1",
      },
      emptyOnDelete: false,
      lifecyclePolicy: {
        lifecyclePolicyText: lifecycle(releases("imageCountMoreThan", 30), untagged),
      },
      repositoryPolicyText: { Version: "2012-10-17", Statement: [pull] },
      tags: tagList,
    },
  },
  {
    type: "aws-native:ecr:PublicRepository",
    name: "native-public",
    props: { repositoryName: "native", tags: tagList },
  },
  {
    type: "aws-native:ecr:RegistryPolicy",
    name: "native-registry",
    props: { policyText: { Statement: [pull] } },
  },
  {
    type: "aws-native:ecr:PullThroughCacheRule",
    name: "native-cache",
    props: {
      upstreamRegistryUrl: "registry-1.docker.io",
      credentialArn: "arn:aws:secretsmanager:eu-central-1:1:secret:ecr-pullthroughcache/hub",
    },
  },
  {
    type: "aws-native:ecr:RepositoryCreationTemplate",
    name: "native-template",
    props: { repositoryPolicy: policy(pull) },
  },
  { type: "aws-native:kms:Key", name: "native-key", protect: true, props: { tags: tagList } },
  {
    // A component: what its inputs say is judged where it comes out, in its children.
    type: "awsx:ecr:Repository",
    name: "component",
    props: { forceDelete: true, imageTagMutability: "MUTABLE", tags: {} },
  },
];
const native = (rule: string, set: Fault["set"]): Fault => ({ rule, of: "native", set });

const everybody = { ...pull, Principal: "*" };

export const awsFaults: Fault[] = [
  native("ecr-immutable-tags", [[["imageTagMutability"], "MUTABLE"]]),
  native("ecr-immutable-tags", [
    [["imageTagMutabilityExclusionFilters", 0, "imageTagMutabilityExclusionFilterValue"], "v*"],
  ]),
  native("ecr-scan-on-push", [[["imageScanningConfiguration", "scanOnPush"], false]]),
  native("ecr-kms-key", [[["encryptionConfiguration"], undefined]]),
  native("ecr-kms-key", [[["encryptionConfiguration", "encryptionType"], "AES256"]]),
  native("ecr-no-force-delete", [[["emptyOnDelete"], true]]),
  native("ecr-lifecycle-required", [[["lifecyclePolicy"], undefined]]),
  native("ecr-lifecycle-required", [
    [["lifecyclePolicy", "lifecyclePolicyText"], lifecycle(releases("imageCountMoreThan", 30))],
  ]),
  native("ecr-lifecycle-keeps-releases", [
    [
      ["lifecyclePolicy", "lifecyclePolicyText"],
      lifecycle(releases("imageCountMoreThan", 3), untagged),
    ],
  ]),
  native("ecr-policy-not-public", [
    [["repositoryPolicyText", "Statement"], [{ ...pull, Principal: "*" }]],
  ]),
  native("least-privilege-push", [
    [["repositoryPolicyText", "Statement"], [{ ...pull, Action: "ecr:*" }]],
  ]),
  native("required-labels", [[["tags"], []]]),
  { rule: "stateful-protected", of: "native", unprotected: true },
  { rule: "stateful-protected", of: "native-key", unprotected: true },
  { rule: "required-labels", of: "native-key", set: [[["tags"], []]] },
  { rule: "required-labels", of: "native-public", set: [[["tags"], undefined]] },
  {
    rule: "ecr-policy-not-public",
    of: "native-registry",
    set: [[["policyText", "Statement"], [{ ...pull, Principal: "*" }]]],
  },
  {
    rule: "ecr-policy-not-public",
    of: "native-template",
    set: [[["repositoryPolicy"], policy({ ...pull, Principal: "*" })]],
  },
  {
    rule: "pull-through-credentials",
    of: "native-cache",
    set: [[["credentialArn"], undefined]],
  },
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
