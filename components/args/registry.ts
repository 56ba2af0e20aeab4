import type * as pulumi from "@pulumi/pulumi";
import type { Deletion, Environment } from "../model/environment";
import type { AuthArgs, DistributionArgs } from "../model/distribution/args";
import type {
  ApprovableBuildArgs,
  ClusterArgs,
  CloudPullThroughCacheArgs,
  IdentityArgs,
  TokenClusterArgs,
  TokenIdentityArgs,
} from "./delivery";
import type {
  AccessArgs,
  EncryptionArgs,
  ExceptedImmutableTagsArgs,
  GroupArgs,
  RegistryRetentionArgs,
  RetentionArgs,
  SelfHostedRepositoryArgs,
} from "./repositories";
import type { BackupArgs, FailureWebhookArgs, ImagesArgs, ResourcesArgs, UserArgs } from "./server";

// The args of the five classes have the shape and key names of the stack config without `wharf:`, so that docs/config.md describes
// both. They are interfaces of plain forms, which the SDK's analyzer can publish for other languages: of a union one interface with
// `kind` and the fields of every member, lists of words as text, a number of days or `never` as a number with 0 for never. A
// `pulumi.Input` is what only names or feeds something; what decides which resources exist is plain. test/components/args.test.ts
// holds them against the schema.

/** Args of every registry, whichever platform it is on. */
export interface RegistryArgs {
  /**
   * Beginning of the names of everything that is created on the platform. Defaults to project, stack and component name; in the
   * project `wharf` to `wharf-<stack>`.
   */
  namePrefix?: string;
  /**
   * What the registry is for. In a `lab` images are deleted with the stack; in `dev` and `staging` they are kept; in `prod` the
   * registry is protected from deletion. Defaults to lab.
   */
  environment?: Environment;
  /** Labels, or tags, of everything that is created, beside Wharf's own. Defaults to none. */
  labels?: { [key: string]: pulumi.Input<string> };
  /**
   * What happens to the images when the registry is deleted: `protect` refuses, `retain` keeps them, `force` deletes them.
   * Defaults to force in a lab, retain in dev and staging, and protect in prod, where force is refused.
   */
  deletion?: Deletion;
  /** When a lab expires. Defaults to never. */
  lab?: LabArgs;
  /** Users or principals who may do the same: a group's name in `access` or a repository's lists stands for its members. Defaults to none. */
  groups?: GroupArgs[];
}

/** When a lab expires. */
export interface LabArgs {
  /**
   * Time in hours after the first `up` at which `wharf reap` deletes the stack with its images, above 0, up to a year. Defaults
   * to never.
   */
  ttlHours?: number;
}

/** Args of a registry whose software Wharf runs: distribution v3. */
export interface SelfHostedRegistryArgs extends RegistryArgs {
  /** Repositories that people push to; they exist from the first push. Defaults to one, `app`. */
  repositories?: SelfHostedRepositoryArgs[];
  /** How long images are kept, with roles. Defaults to forever: the registry deletes nothing by itself. */
  retention?: RegistryRetentionArgs;
  /** Tags that may not move once they are pushed. Defaults to none in a lab, elsewhere to all but `latest` and `stable`, with roles. */
  immutableTags?: ExceptedImmutableTagsArgs;
  /** Users who may pull from, push to, delete from and administer every repository. Defaults to the rights of their roles. */
  access?: AccessArgs;
  /** Pipelines that log in without a stored key. Defaults to none. */
  identities?: TokenIdentityArgs[];
  /** Kubernetes clusters whose service accounts pull without a stored key. Defaults to none. */
  clusters?: TokenClusterArgs[];
  /** Images that are built from source code and pushed here. Defaults to none. */
  builds?: ApprovableBuildArgs[];
  /** Users who may log in by name and password. Defaults to admin, developer and readonly. */
  users?: UserArgs[];
  /** How the registry decides who may do what. */
  auth?: AuthArgs;
  /** Container images that Wharf runs. Defaults to official images, pinned by digest. */
  images?: ImagesArgs;
  /** Where `npx wharf backup` keeps what it saves, and which alerts there are for it. Defaults to none. */
  backup?: BackupArgs;
  /** Webhook that hears of collections of the registry's own schedule that fail. Defaults to none. */
  notifications?: FailureWebhookArgs;
  /** Limits of the registry's container. */
  resources?: ResourcesArgs;
  /** Settings of the registry's software, distribution v3. */
  distribution?: DistributionArgs;
}

/** Args of a registry that a cloud runs. */
export interface CloudRegistryArgs extends RegistryArgs {
  /** How long images are kept. Defaults by environment. */
  retention?: RetentionArgs;
  /** Who may pull from, push to and administer every repository. Defaults to nobody beside the account's own administrators. */
  access?: AccessArgs;
  /** Pipelines that log in without a stored key. Defaults to none. */
  identities?: IdentityArgs[];
  /** Kubernetes clusters of the same cloud that pull without a stored key. Defaults to none. */
  clusters?: ClusterArgs[];
  /** Registries whose images are kept here once somebody has pulled them. Defaults to none. */
  pullThroughCaches?: CloudPullThroughCacheArgs[];
  /** Whose key encrypts the images at rest. Defaults to the platform's own key. */
  encryption?: EncryptionArgs;
  /** What a month is expected to bring, for the estimate of its cost only. */
  usage?: UsageArgs;
}

/** What a month is expected to bring, for the estimate of its cost only. */
export interface UsageArgs {
  /** Images that are stored, in GB, with layers that images share counted once. Defaults to 0. */
  storedGb?: number;
  /** Images that are pushed in a month, each digest once. Defaults to 0. */
  newImages?: number;
  /** What is pulled in a month. */
  pulledGb?: PulledGbArgs;
  /** Minutes that builds run in a month. Defaults to 0. */
  buildMinutes?: number;
}

/** What is pulled in a month. */
export interface PulledGbArgs {
  /** GB that are pulled in a month from the registry's own region. Defaults to 0. */
  sameRegion?: number;
  /** GB that are pulled in a month from other regions of the cloud. Defaults to 0. */
  otherRegions?: number;
  /** GB that are pulled in a month from outside of the cloud. Defaults to 0. */
  internet?: number;
}
