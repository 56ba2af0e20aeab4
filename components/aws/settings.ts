import type { SharedDescription } from "../model/description";
import { z } from "zod";
import { buildSettings } from "./codebuild/settings";
import { eventSettings } from "./events/settings";
import { iamSettings } from "./iam-settings";
import { accountId, identityArn, privateRegistrySettings } from "./private-registry-settings";
import { S3EndpointScope, SignatureTags } from "./choices";

const idOf = (prefix: string) =>
  z
    .string()
    .regex(
      new RegExp(`^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`),
      `is not an identifier such as ${prefix}-0123456789abcdef0`,
    );

/** Schema of `wharf:aws.network`: the VPC from which the registry is used. */
export const networkSettings = z.strictObject({
  vpcId: idOf("vpc").optional().meta({
    description:
      "VPC whose clients reach the registry without the internet. Where `wharf:endpoint.allowFrom` limits addresses, requests from this VPC are allowed as well. Defaults to none.",
  }),
  limitToVpc: z.boolean().default(false).meta({
    description:
      "Whether images can be pulled and pushed only from the VPC and from the addresses of `wharf:endpoint.allowFrom`. Defaults to false.",
  }),
  subnetIds: z.array(idOf("subnet")).default([]).meta({
    description:
      "Subnets in which interface endpoints for ECR's API and for images are created, at most one for each availability zone; AWS bills each endpoint by the hour and zone. Defaults to none, and no endpoints.",
  }),
  securityGroupIds: z.array(idOf("sg")).default([]).meta({
    description:
      "Security groups of the interface endpoints. Defaults to one that admits the private ranges of `wharf:endpoint.allowFrom` to port 443.",
  }),
  routeTableIds: z.array(idOf("rtb")).default([]).meta({
    description:
      "Route tables that get a gateway endpoint for S3, where ECR stores layers; none where the VPC has one already. Defaults to none.",
  }),
  s3: z.enum(S3EndpointScope).default(S3EndpointScope.All).meta({
    description:
      "What the gateway endpoint lets through: `all` of S3, since the route tables send everything for S3 there, or only ECR's `layers`. Defaults to all.",
  }),
});

/** Checked settings of the network. */
export type NetworkSettings = z.output<typeof networkSettings>;

/**
 * Schema of an entry of `wharf:aws.publicRepositories`. Grammar and lengths are those of CreateRepository and
 * RepositoryCatalogDataInput in the API reference of ECR Public.
 */
export const publicRepository = z.strictObject({
  name: z
    .string()
    .min(2, "is shorter than 2 characters")
    .max(205, "is longer than 205 characters")
    .regex(
      /^([a-z0-9]+([._-][a-z0-9]+)*\/)*[a-z0-9]+([._-][a-z0-9]+)*$/,
      "is not a repository name of ECR: lower-case letters and digits, single . _ - / between them",
    )
    .meta({ description: "Name of the repository, below the alias of the account's gallery." }),
  push: z.array(identityArn).default([]).meta({
    description:
      "Roles and users by their ARN that may push to it. Pipelines of `wharf:identities` name it in `push` as `public.ecr.aws/NAME`. Defaults to nobody beside the account's own administrators.",
  }),
  description: z.string().max(1024).optional().meta({
    description: "Short description in the gallery, up to 1024 characters. Defaults to none.",
  }),
  about: z.string().max(25_600).optional().meta({
    description: "Long description in the gallery, in Markdown. Defaults to none.",
  }),
  usage: z.string().max(25_600).optional().meta({
    description: "How it is used, in Markdown. Defaults to none.",
  }),
  architectures: z
    .array(z.enum(["ARM", "ARM 64", "x86", "x86-64"]))
    .default([])
    .meta({ description: "Architectures to be found by in the gallery. Defaults to none." }),
  operatingSystems: z
    .array(z.enum(["Linux", "Windows"]))
    .default([])
    .meta({ description: "Operating systems to be found by in the gallery. Defaults to none." }),
});

/** A checked public repository. */
export type PublicRepository = z.output<typeof publicRepository>;

/**
 * ARN of a KMS key. AWS returns the ARN for an alias or an id as well, and the difference would replace what the key encrypts.
 */
export const keyArnPattern = /^arn:aws(-[a-z]+)*:kms:[a-z0-9-]+:\d{12}:key\/[a-z0-9-]+$/;

/** Schema of an entry of `wharf:aws.replication`: a registry that images are replicated to. */
export const replicationSettings = z.strictObject({
  region: z.string().min(1).meta({ description: "Region that images are replicated to." }),
  account: accountId.optional().meta({
    description:
      "Account that images are replicated to, 12 digits in quotes; it has to allow replication from this one. Defaults to the stack's own.",
  }),
  repositories: z
    .array(
      z
        .string()
        .regex(
          /^[a-z0-9]+([._/-]+[a-z0-9]+)*\/?$/,
          "is neither a repository's name nor the beginning of one",
        ),
    )
    .default([])
    .meta({
      description:
        "Prefixes of the repositories' names, as in `shop/`. Defaults to the names of `wharf:repositories`.",
    }),
  vpcId: idOf("vpc").optional().meta({
    description:
      "VPC of that region whose clients pull the replicas, required with `wharf:aws.network.limitToVpc`. Defaults to none.",
  }),
  rootTemplate: z.boolean().default(false).meta({
    description:
      "Whether that region gets a creation template ROOT, for replicas whose name has no slash. It applies to every repository that ECR creates there and no other template matches, of other teams too. Defaults to false, and such replicas get ECR's defaults.",
  }),
  key: z.string().regex(keyArnPattern, "is not the ARN of a KMS key").optional().meta({
    description:
      "KMS key of that region that encrypts the replicas, required where `wharf:encryption.key` names one of this region. Defaults to one that the stack creates where `wharf:encryption.key` is `create`, else to ECR's own.",
  }),
});

/** A checked entry of `wharf:aws.replication`. */
export type Replication = z.output<typeof replicationSettings>;

/** Schema of `wharf:aws.identityPolicies`: IAM policies with which the principals of `wharf:access` log in. */
const identityPolicies = z.strictObject({
  account: accountId.optional().meta({
    description:
      "Account, 12 digits in quotes, for whose roles and users policies are created: the stack's own account, since no other can attach them. Defaults to none, and no policies.",
  }),
  attach: z.boolean().default(false).meta({
    description:
      "Whether Wharf attaches the policies; else the owner of the roles and users does. Defaults to false.",
  }),
});

/** Schema of `wharf:aws`: what only this target reads. */
export const awsSettings = z.strictObject({
  signatureTags: z.enum(SignatureTags).default(SignatureTags.Movable).meta({
    description:
      "Whether tags `sha256-*` may move where others may not: cosign writes a second attestation under the tag of the first. `immutable` is for teams that attach signatures only with the referrers API. Defaults to movable.",
  }),
  identityPolicies: identityPolicies.prefault({}).meta({
    description:
      "IAM policies for the roles and users that `wharf:access` and the repositories name: a login needs `ecr:GetAuthorizationToken`, which no repository can grant, and a principal of the registry's own account needs the rest there as well.",
  }),
  ...privateRegistrySettings,
  replication: z.array(replicationSettings).default([]).meta({
    description:
      "Registries that images are replicated to once they are pushed, in other regions and accounts; with `wharf:aws.managePrivateRegistry`. Repositories that ECR creates there get the tag mutability, retention, access, key and tags of those here. Defaults to none.",
  }),
  oidcProviders: z
    .record(
      z.string(),
      z
        .string()
        .regex(
          /^arn:aws(-[a-z]+)*:iam::\d{12}:oidc-provider\/\S+$/,
          "is not an OpenID Connect provider of IAM, such as arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com",
        ),
    )
    .default({})
    .meta({
      description:
        "Existing OpenID Connect providers of the account, which has one for an issuer: the issuer without https:// to the ARN. Others that exist are found and used as they are; those that do not are created, and kept when the stack is deleted. Defaults to none.",
    }),
  podIdentity: z
    .record(
      z.string(),
      z
        .string()
        .regex(
          /^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/,
          "is not a name of a cluster of EKS: 1 to 100 letters, digits, - and _, a letter or digit first",
        ),
    )
    .default({})
    .meta({
      description:
        "Clusters whose `workloads` get their role from the agent of EKS Pod Identity as well: the name in `wharf:clusters` to the name of the cluster of EKS, in this account and region, which has the add-on eks-pod-identity-agent. Defaults to none, and service accounts need an annotation.",
    }),
  doubleEncryption: z.boolean().default(false).meta({
    description:
      "Whether images are encrypted in two layers by the key of `wharf:encryption.key` (DSSE-KMS), as some authorities ask; a repository keeps what it was created with. Defaults to false.",
  }),
  iam: iamSettings.prefault({}).meta({
    description: "What every role has that the stack creates.",
  }),
  builds: buildSettings
    .prefault({})
    .meta({ description: "Settings of CodeBuild, for `wharf:builds`." }),
  events: eventSettings.optional().meta({
    description:
      "A topic of SNS that tells of events in the stack's private repositories. Defaults to none.",
  }),
  publicRepositories: z.array(publicRepository).default([]).meta({
    description:
      "Repositories of the ECR Public Gallery, from which anyone may pull without logging in. Defaults to none.",
  }),
  network: networkSettings.prefault({}).meta({
    description: "The VPC from which the registry is used, and its endpoints.",
  }),
});

/** Checked settings of this target. */
export type AwsSettings = z.output<typeof awsSettings>;

/** A checked description as this target reads it. */
export interface AwsDescription extends SharedDescription {
  aws: AwsSettings;
  /** Region of the args of a component; undefined where the provider says it. */
  region?: string;
}
