import type * as pulumi from "@pulumi/pulumi";
import type { FilteredBuildArgs } from "../args/delivery";
import type { CloudRegistryArgs } from "../args/registry";
import type {
  CloudRepositoryArgs,
  ImmutableTagsArgs,
  GroupedRetentionArgs,
  ScanArgs,
} from "../args/repositories";
import type { ComputeType } from "./codebuild/settings";
import type { SubscriptionProtocol } from "./events/settings";
import type { S3EndpointScope, SignatureTags } from "./choices";
import type { ScanType } from "./private-registry-settings";

/**
 * Args of a registry on AWS: repositories of ECR.
 *
 * @example
 * ```typescript
 * const registry = new AwsRegistry("registry", {
 *   environment: "prod",
 *   repositories: [{ name: "shop/api", retention: { keepLast: 20 }, push: [role.arn] }],
 *   encryption: { key: key.arn },
 *   identities: [{ name: "shop", project: "acme/shop", push: ["shop/api"] }],
 * }, { provider });
 * export const repositories = registry.repositories;
 * ```
 */
export interface AwsRegistryArgs extends CloudRegistryArgs {
  /** Region of the registry. Defaults to that of the provider given in the options, else to that of the stack, `aws:region`. */
  region?: string;
  /** Repositories that people push to. Defaults to one, `app`. */
  repositories?: AwsRepositoryArgs[];
  /**
   * Tags that may not move once they are pushed, for all repositories. Defaults to none in a lab, elsewhere to all but `latest`
   * and `stable`.
   */
  immutableTags?: AwsImmutableTagsArgs;
  /** Scans for vulnerabilities, for all repositories. Defaults to a scan on push, which is free of charge. */
  scan?: ScanArgs;
  /** How long images are kept. Defaults by environment. */
  retention?: AwsRetentionArgs;
  /** Images that CodeBuild builds from source code and pushes here. Defaults to none. */
  builds?: FilteredBuildArgs[];
  /** Where the registry answers. Defaults to every address. */
  endpoint?: AwsEndpointArgs;
  /** Settings of AWS. */
  aws?: AwsArgs;
}

/** A repository of ECR. */
export interface AwsRepositoryArgs extends CloudRepositoryArgs {
  /** Tags that may not move once they are pushed; replaces the registry's block. */
  immutableTags?: AwsImmutableTagsArgs;
  /** Scans for vulnerabilities; replaces the registry's block. */
  scan?: ScanArgs;
  /** How long images of this repository are kept; each key that is set here replaces that of the registry's `retention`. */
  retention?: AwsRetentionArgs;
}

/** Which tags may not move once they are pushed. */
export interface AwsImmutableTagsArgs extends ImmutableTagsArgs {
  /** Tags that may still move, `*` for any text: `["latest", "stable"]`. Defaults to none. */
  except?: string[];
}

/** How long images of ECR are kept. */
export interface AwsRetentionArgs extends GroupedRetentionArgs {
  /**
   * Days after its last pull, or after its push where it was never pulled, at which a tagged image moves to ECR's archive
   * storage, 1 to 3650; 0 for never. Defaults to never.
   */
  archiveAfterDays?: number;
}

/** From where the registry may be reached. */
export interface AwsEndpointArgs {
  /** Ranges of addresses, as `10.0.0.0/8`, that may reach the registry. Defaults to no limit. */
  allowFrom?: string[];
}

/** Settings of AWS. */
export interface AwsArgs {
  /**
   * Whether tags `sha256-*` may move where others may not: cosign writes a second attestation under the tag of the first.
   * `immutable` is for those who attach signatures by the referrers API only. Defaults to movable.
   */
  signatureTags?: SignatureTags;
  /**
   * IAM policies for the roles and users of `access` and the repositories: a login needs `ecr:GetAuthorizationToken`, which no
   * repository can grant, and a principal of the registry's own account needs the rest there as well.
   */
  identityPolicies?: IdentityPoliciesArgs;
  /**
   * Whether this component manages what a private registry, so an account in a region, has only once: scanning, the registry's
   * policy, account settings. True claims them, by a parameter of Systems Manager that no second stack can create, and replaces
   * what they hold; false leaves them unchanged. Defaults to false.
   */
  managePrivateRegistry?: boolean;
  /**
   * Whether `managePrivateRegistry` may replace scanning, policy and replication that the registry has already; asked by
   * `createRegistry`. Defaults to false.
   */
  replaceRegistrySettings?: boolean;
  /** What scans the registry's images, for the repositories with `scan.onPush`; with `managePrivateRegistry`. */
  scanning?: ScanningArgs;
  /** Settings of the account's registry in the region; with `managePrivateRegistry`. */
  accountSettings?: AccountSettingsArgs;
  /** Who may act on the registry as a whole; with `managePrivateRegistry`. */
  registryPolicy?: RegistryPolicyArgs;
  /**
   * Templates for repositories that ECR creates by itself: they get the tag mutability, retention, encryption, access and tags
   * of this registry; with `managePrivateRegistry`. Defaults to none.
   */
  creationTemplates?: CreationTemplateArgs[];
  /**
   * Registries that images are replicated to once they are pushed, in other regions and accounts; with `managePrivateRegistry`.
   * Repositories that are created there get the tag mutability, retention, access, key and tags of those here. Defaults to
   * none.
   */
  replication?: ReplicationArgs[];
  /**
   * Existing OpenID Connect providers of the account, which has one for an issuer: the issuer without https:// to the ARN.
   * Those of other issuers of `identities` and `clusters` are created, and kept when the component is deleted. `createRegistry` finds
   * existing ones by itself. Defaults to none.
   */
  oidcProviders?: { [key: string]: pulumi.Input<string> };
  /**
   * Clusters whose `workloads` get their role from the agent of EKS Pod Identity as well: the name in `clusters` to the name of the
   * cluster of EKS, in this account and region, which has the add-on eks-pod-identity-agent. Defaults to none, and service accounts
   * need an annotation.
   */
  podIdentity?: { [key: string]: string };
  /**
   * Whether images are encrypted in two layers by the key of `encryption.key` (DSSE-KMS), as some authorities ask; a repository keeps
   * what it was created with. Defaults to false.
   */
  doubleEncryption?: boolean;
  /** What every role has that is created here: of identities, clusters, builds and templates. */
  iam?: IamArgs;
  /** Settings of CodeBuild, for `builds`. */
  builds?: CodeBuildArgs;
  /** A topic of SNS that tells of events in the private repositories. Defaults to none. */
  events?: EventsArgs;
  /** Repositories of the ECR Public Gallery, from which anyone may pull without logging in. Defaults to none. */
  publicRepositories?: PublicRepositoryArgs[];
  /** The VPC from which the registry is used, and its endpoints. */
  network?: AwsNetworkArgs;
}

/** IAM policies for the principals of the access lists. */
export interface IdentityPoliciesArgs {
  /**
   * Account, 12 digits, for whose roles and users policies are created: the stack's own, since no other can attach them.
   * Defaults to none, and no policies.
   */
  account?: string;
  /** Whether the policies are attached here; else whoever owns the roles and users attaches them. Defaults to false. */
  attach?: boolean;
}

/** What scans the images of a private registry. */
export interface ScanningArgs {
  /**
   * What scans: `basic` is ECR's own scan, free of charge; `enhanced` is Amazon Inspector, which ECR turns on for its images only,
   * billed by image. Defaults to basic.
   */
  type?: ScanType;
  /**
   * Whether Inspector continues to scan an image after its push, as new vulnerabilities become known; with type `enhanced`
   * only. Defaults to false.
   */
  continuous?: boolean;
  /** ARNs of roles and users, for example scanners, whose pulls do not count as an image's last pull. Defaults to none. */
  pullTimeExclusions?: pulumi.Input<string>[];
}

/** Settings of the account's registry in the region. */
export interface AccountSettingsArgs {
  /** What the basic scan runs on: `AWS_NATIVE`. Defaults to the account's existing setting. */
  basicScan?: string;
  /**
   * Whether repositories of the registry share the layers that they have in common. Defaults to the account's existing setting.
   */
  blobMounting?: boolean;
  /** What the registry's policy covers: `V2`, all actions of ECR. Defaults to the account's existing setting. */
  policyScope?: string;
}

/** Who may act on a private registry as a whole. */
export interface RegistryPolicyArgs {
  /** Accounts, 12 digits each, that may replicate into this registry. Defaults to none. */
  replicateFrom?: string[];
  /** Who may create a repository below a prefix by pulling through a cache for the first time. Defaults to nobody. */
  pullThrough?: PullThroughGrantArgs[];
}

/** Principals that may create repositories by pulling through a cache. */
export interface PullThroughGrantArgs {
  /** Beginning of the repositories' names, or ROOT for all. */
  prefix: string;
  /** ARNs of roles and users, at least one. */
  principals: pulumi.Input<string>[];
}

/** A template for repositories that ECR creates by itself. */
export interface CreationTemplateArgs {
  /** Beginning of the repositories' names, or ROOT for all others. */
  prefix: string;
  /** What creates the repositories: `createOnPush`, `pullThroughCache`, `replication`; at least one. */
  appliedFor: string[];
}

/** A registry that images are replicated to. */
export interface ReplicationArgs {
  /** Region that images are replicated to. */
  region: string;
  /** Account that images are replicated to, 12 digits, which must admit this one. Defaults to the stack's own. */
  account?: string;
  /** Beginnings of the names of the repositories, as `shop/`. Defaults to the names of this registry's repositories. */
  repositories?: string[];
  /** Id of the VPC of that region whose clients pull the replicas, required with `network.limitToVpc`. Defaults to none. */
  vpcId?: pulumi.Input<string>;
  /**
   * Whether that region gets a creation template ROOT, for replicas whose name has no slash. It applies to every repository that
   * ECR creates there and no other template matches, of other teams too. Defaults to false, and such replicas get ECR's
   * defaults.
   */
  rootTemplate?: boolean;
  /**
   * ARN of the KMS key of that region that encrypts the replicas, required where `encryption.key` names one of this region.
   * Defaults to one that is created where `encryption.key` is `create`, else to ECR's own.
   */
  key?: pulumi.Input<string>;
}

/** What every role has that a registry creates. */
export interface IamArgs {
  /**
   * Path of the roles and policies, which begins and ends with a slash, up to 512 characters. A change replaces them. Defaults
   * to `/`.
   */
  path?: string;
  /**
   * ARN of the policy that limits what the roles may do, whatever their own policies allow. Defaults to none.
   */
  permissionsBoundary?: pulumi.Input<string>;
}

/** Settings of CodeBuild. */
export interface CodeBuildArgs {
  /**
   * Connections to hosts of source code, for example `github.com`: the ARN of an existing, authorised connection, or
   * `authorised` once somebody has authorised the one that was created here. A host without one gets one, and its builds wait
   * for it. Defaults to none.
   */
  connections?: { [key: string]: string };
  /**
   * What a build runs on: `small` has 2 processors and 4 GB, `medium` 4 and 7, `large` 8 and 15, `xlarge` 36 and 70. Defaults
   * to small.
   */
  computeType?: ComputeType;
  /**
   * Days for which the logs of builds are kept: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545 or 731. Defaults to
   * 30.
   */
  logDays?: number;
}

/** A topic of SNS that tells of events in a registry's private repositories. */
export interface EventsArgs {
  /** What it tells of: `push` images that were pushed, `findings` scans that found vulnerabilities. Defaults to both. */
  on?: string[];
  /**
   * Severities of the vulnerabilities that it tells of, with `findings`: `critical`, `high`, `medium`. Defaults to critical and
   * high.
   */
  severities?: string[];
  /** Who is told. Defaults to nobody, for a topic that is subscribed to elsewhere. */
  subscriptions?: EventSubscriptionArgs[];
}

/** Who is told of events. */
export interface EventSubscriptionArgs {
  /** How events are delivered: `https` posts them, `email` sends them, `sqs` puts them in a queue. */
  protocol: SubscriptionProtocol;
  /**
   * Where they are delivered: an https:// URL, an address, or the ARN of a queue of SQS, whose own policy has to allow SNS. SNS
   * asks a URL or an address for a confirmation first.
   */
  endpoint: pulumi.Input<string>;
}

/** A repository of the ECR Public Gallery. */
export interface PublicRepositoryArgs {
  /** Name of the repository, below the alias of the account's gallery, 2 to 205 characters. */
  name: string;
  /**
   * ARNs of roles and users that may push to it. Pipelines of `identities` name it in `push` as `public.ecr.aws/NAME`. Defaults to
   * nobody beside the account's own administrators.
   */
  push?: string[];
  /** Short description in the gallery, up to 1024 characters. Defaults to none. */
  description?: string;
  /** Long description in the gallery, in Markdown. Defaults to none. */
  about?: string;
  /** How it is used, in Markdown. Defaults to none. */
  usage?: string;
  /** Architectures to be found by in the gallery: `ARM`, `ARM 64`, `x86`, `x86-64`. Defaults to none. */
  architectures?: string[];
  /** Operating systems to be found by in the gallery: `Linux`, `Windows`. Defaults to none. */
  operatingSystems?: string[];
}

/** The VPC from which the registry is used, and its endpoints. */
export interface AwsNetworkArgs {
  /**
   * Id of the VPC whose clients reach the registry without the internet. Where `endpoint.allowFrom` limits addresses, requests
   * from this VPC are admitted too. Defaults to none.
   */
  vpcId?: pulumi.Input<string>;
  /**
   * Whether images are pulled and pushed only from the VPC, and from the addresses of `endpoint.allowFrom`. Defaults to false.
   */
  limitToVpc?: boolean;
  /**
   * Ids of the subnets in which interface endpoints for ECR's API and for images are created, at most one for each availability
   * zone; AWS bills each endpoint by the hour and zone. Defaults to none, and no endpoints.
   */
  subnetIds?: pulumi.Input<string>[];
  /**
   * Ids of the security groups of the interface endpoints. Defaults to one that admits the private ranges of
   * `endpoint.allowFrom` to port 443.
   */
  securityGroupIds?: pulumi.Input<string>[];
  /**
   * Ids of the route tables that get a gateway endpoint for S3, where ECR stores layers; none where the VPC has one already.
   * Defaults to none.
   */
  routeTableIds?: pulumi.Input<string>[];
  /**
   * What the gateway endpoint lets through: `all` of S3, since the route tables send everything for S3 there, or only ECR's
   * `layers`. Defaults to all.
   */
  s3?: S3EndpointScope;
}
