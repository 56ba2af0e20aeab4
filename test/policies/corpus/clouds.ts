import { unknown } from "../stack";
import { type Shape, plain, serviceOf } from "./shape";

/** Programs on clouds. */
export const clouds: Shape[] = [
  {
    title: "an application that pulls from its own repository on ECR",
    resources: [
      {
        type: "aws:ecr/repository:Repository",
        name: "repository",
        props: { name: "shop", forceDelete: true },
      },
      plain(
        "shop",
        { containers: [{ name: "shop", image: unknown }] },
        { madeFrom: { spec: ["repository"] } },
      ),
      serviceOf("shop", "LoadBalancer"),
    ],
    found: [
      "ecr-immutable-tags repository",
      "ecr-kms-key repository",
      "ecr-lifecycle-required repository",
      "ecr-no-force-delete repository",
      "ecr-scan-on-push repository",
      "required-labels repository",
      "stateful-protected repository",
    ],
  },
  {
    title: "a build of something that is not an image",
    resources: [
      {
        type: "aws:codebuild/project:Project",
        name: "site",
        props: {
          source: { type: "GITHUB", buildspec: "phases: { build: { commands: [npm run build] } }" },
          environment: { environmentVariables: [{ name: "NPM_TOKEN", value: "of no worth" }] },
        },
      },
      {
        type: "aws:codebuild/project:Project",
        name: "image",
        props: {
          source: {
            type: "GITHUB",
            buildspec: "phases: { build: { commands: [docker build .] } }",
          },
          environment: {
            privilegedMode: true,
            environmentVariables: [{ name: "HUB_TOKEN", value: "of no worth" }],
          },
        },
      },
    ],
    found: ["no-inline-secrets image", "required-labels image"],
  },
  {
    title: "a key that only encrypts images, and one that does not",
    resources: [
      {
        type: "aws:kms/key:Key",
        name: "images",
        props: { tags: { stack: "shop", owner: "shop" } },
      },
      { type: "aws:kms/key:Key", name: "mail", props: {} },
      {
        type: "aws:ecr/repository:Repository",
        name: "repository",
        protect: true,
        props: {
          name: "shop",
          imageTagMutability: "IMMUTABLE",
          imageScanningConfiguration: { scanOnPush: true },
          encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: unknown }],
          tags: { stack: "shop", owner: "shop" },
        },
        madeFrom: { encryptionConfigurations: ["images"] },
      },
      {
        type: "aws:ecr/lifecyclePolicy:LifecyclePolicy",
        name: "lifecycle",
        props: {
          repository: unknown,
          policy: '{"rules":[{"rulePriority":1,"selection":{"tagStatus":"untagged"}}]}',
        },
        madeFrom: { repository: ["repository"] },
      },
    ],
    found: ["stateful-protected images"],
  },
  {
    title: "a component of awsx, whose children are judged and whose inputs are not",
    resources: [
      {
        type: "awsx:ecr:Repository",
        name: "component",
        props: { forceDelete: true, imageTagMutability: "IMMUTABLE", lifecyclePolicy: {} },
      },
      {
        type: "aws:ecr/repository:Repository",
        name: "shop",
        protect: true,
        props: {
          name: "shop",
          forceDelete: true,
          imageTagMutability: "IMMUTABLE",
          imageScanningConfiguration: { scanOnPush: true },
          tags: { stack: "shop", owner: "shop" },
        },
      },
      {
        // What the component makes where the program says nothing of it.
        type: "aws:ecr/lifecyclePolicy:LifecyclePolicy",
        name: "shop-lifecycle",
        props: {
          repository: unknown,
          policy:
            '{"rules":[{"rulePriority":1,"selection":{"tagStatus":"untagged","countType":"imageCountMoreThan","countNumber":1},"action":{"type":"expire"}}]}',
        },
        madeFrom: { repository: ["shop"] },
      },
    ],
    found: ["ecr-kms-key shop", "ecr-no-force-delete shop"],
  },
  {
    title: "a registry of the azure package, whose names are Terraform's",
    resources: [
      {
        type: "azure:containerservice/registry:Registry",
        name: "images",
        props: { name: "images", sku: "Basic", adminEnabled: true },
      },
    ],
    found: [
      "acr-admin-disabled images",
      "acr-cmek images",
      "acr-network-restricted images",
      "acr-prod-sku images",
      "acr-untagged-retention images",
      "required-labels images",
      "stateful-protected images",
    ],
  },
  {
    title: "a repository of aws-native, which has its policies in it",
    resources: [
      {
        type: "aws-native:ecr:Repository",
        name: "shop",
        props: {
          repositoryName: "shop",
          emptyOnDelete: true,
          repositoryPolicyText: unknown,
          tags: [{ key: "team", value: "shop" }],
        },
      },
    ],
    found: [
      "ecr-immutable-tags shop",
      "ecr-kms-key shop",
      "ecr-lifecycle-required shop",
      "ecr-no-force-delete shop",
      "ecr-scan-on-push shop",
      "required-labels shop",
      "stateful-protected shop",
    ],
  },
];
