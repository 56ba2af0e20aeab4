import type * as pulumi from "@pulumi/pulumi";
import type { Role } from "../model/access";

/** A repository that people push to. */
export interface RepositoryArgs {
  /** Name of the repository, as in `shop/api`: lower-case letters, digits and . _ - between them, parts separated by /. */
  name: string;
}

/** A repository of a cloud's registry, with its own retention and access. */
export interface CloudRepositoryArgs extends RepositoryArgs {
  /** How long images of this repository are kept; each key that is set here replaces that of the registry's `retention`. */
  retention?: RetentionArgs;
  /** Principals that may pull from this repository, in addition to the registry's `access.pull`. Defaults to none. */
  pull?: pulumi.Input<string>[];
  /** Principals that may push to and pull from this repository, in addition to `access.push`. Defaults to none. */
  push?: pulumi.Input<string>[];
  /** Principals that may delete images of this repository, and only that, in addition to `access.delete`. Defaults to none. */
  delete?: pulumi.Input<string>[];
  /** Principals that may pull, push and delete in this repository, in addition to `access.admin`. Defaults to none. */
  admin?: pulumi.Input<string>[];
}

/** A repository of a registry that Wharf runs, with what its users may do there. */
export interface SelfHostedRepositoryArgs extends RepositoryArgs {
  /** How long images of this repository are kept; each key that is set here replaces that of the registry's `retention`. */
  retention?: SelfHostedRetentionArgs;
  /** Users who may pull from this repository, in addition to the registry's `access.pull`. Defaults to none. */
  pull?: pulumi.Input<string>[];
  /** Users who may push to and pull from this repository, in addition to `access.push`. Defaults to none. */
  push?: pulumi.Input<string>[];
  /** Users who may delete images of this repository, and only that, in addition to `access.delete`. Defaults to none. */
  delete?: pulumi.Input<string>[];
  /** Users who may pull, push and delete in this repository, in addition to `access.admin`. Defaults to none. */
  admin?: pulumi.Input<string>[];
  /** Tags of this repository that may not move; replaces the registry's `immutableTags`. */
  immutableTags?: ExceptedImmutableTagsArgs;
}

/** How long images are kept. What is left out has no limit, except images without a tag. */
export interface RetentionArgs {
  /**
   * Tags that no rule ever deletes, `*` for any text, as in `v*`. An image with one such tag is kept. A repository adds to the
   * registry's list. Defaults to none.
   */
  keep?: string[];
  /**
   * Number of newest tagged images of a repository that are kept whatever their age, 0 to 10000; without an age, all others are
   * deleted. 0 switches the registry's number off for a repository. Defaults to none.
   */
  keepLast?: number;
  /** Days after its push at which a tagged image expires, 1 to 3650; 0 for never. Defaults to never. */
  expireAfterDays?: number;
  /**
   * Days after its push at which an image without a tag expires, 1 to 3650; 0 for never. Defaults to 1 in a lab, 7 in dev, 14
   * in staging and 30 in prod.
   */
  untaggedAfterDays?: number;
  /** Whether rules only report what they would delete. Defaults to false. */
  dryRun?: boolean;
}

/** How long images are kept, with numbers for groups of tags. */
export interface GroupedRetentionArgs extends RetentionArgs {
  /**
   * Groups of tags, each with a number of its own; an image with tags of several groups is kept by any of them, and one with a tag that
   * no group names is decided by the rest of the block as well. A repository's groups replace the registry's. Defaults to none.
   */
  groups?: TagGroupArgs[];
}

/** How long images of a repository of a registry that Wharf runs are kept. */
export interface SelfHostedRetentionArgs extends GroupedRetentionArgs {
  /**
   * Days after its last pull, or after its push where it was never pulled, at which a tagged image expires, 1 to 3650; 0 for never.
   * Defaults to never.
   */
  expireUnpulledAfterDays?: number;
}

/** The newest images with certain tags. */
export interface TagGroupArgs {
  /** Tags that the group is about, `*` for any text, as in `dev-*`. */
  tags: string[];
  /** Number of newest images with such a tag that are kept, 1 to 10000; the others expire. */
  keepLast: number;
}

/** How long the images of a registry that Wharf runs are kept, and when it deletes the others. */
export interface RegistryRetentionArgs extends SelfHostedRetentionArgs {
  /**
   * When the registry deletes by the rules and frees what nothing names, in cron's five fields, UTC; `never` for only by
   * `npx wharf collect`. Defaults to `0 3 * * *`.
   */
  schedule?: string;
  /**
   * Minutes for which a blob that a client uploaded or asked for stays though no image names it yet, 0 to 10080; longer than the longest
   * push. Defaults to 120.
   */
  graceMinutes?: number;
  /**
   * Share of the tagged images, in percent, that one scheduled run may delete, 1 to 100; it deletes none where it would be more. Defaults
   * to 50.
   */
  mostPercent?: number;
  /**
   * Whether runs of the schedule, too, keep every image that a pod of the cluster runs, and delete nothing where the cluster does not say
   * so; on a Docker host only with `schedule: "never"`. Defaults to false.
   */
  keepRunning?: boolean;
}

/** Which tags may not move once they are pushed. */
export interface ImmutableTagsArgs {
  /** Whether tags are immutable; false lets every tag move. Defaults to true where the block is given. */
  enabled?: boolean;
}

/** Which tags may not move once they are pushed, with exceptions. */
export interface ExceptedImmutableTagsArgs extends ImmutableTagsArgs {
  /** Tags that may still move, `*` for any text, as in `latest`. Defaults to none. */
  except?: string[];
}

/** When images are scanned for vulnerabilities. */
export interface ScanArgs {
  /** Whether an image is scanned when it is pushed. Defaults to true where the block is given. */
  onPush?: boolean;
}

/**
 * Who may pull from, push to, delete from and administer every repository, by the platform's own principals: the ARN of an IAM role or user on
 * AWS, `group:dev@example.com` or `serviceAccount:...` on Google Cloud, `servicePrincipal:<object id>` on Azure; by the names of
 * `users` on a registry that Wharf runs.
 */
export interface AccessArgs {
  /** Principals that may pull. Defaults to none. */
  pull?: pulumi.Input<string>[];
  /** Principals that may push and pull. Defaults to none. */
  push?: pulumi.Input<string>[];
  /** Principals that may delete images, and only that. Defaults to none. */
  delete?: pulumi.Input<string>[];
  /** Principals that may pull, push and delete. Defaults to none. */
  admin?: pulumi.Input<string>[];
  /**
   * Whether anyone may pull from every repository without logging in. ECR does not support anonymous pulls. Defaults to false.
   */
  public?: boolean;
}

/** Users or principals who may do the same, named together. */
export interface GroupArgs {
  /** Name of the group, by which `access` and a repository's lists name its members: 2 to 40 lower-case letters, digits and -. */
  name: string;
  /** Names of `users` on a registry that Wharf runs, principals in the platform's own words on a cloud. Defaults to none. */
  members?: pulumi.Input<string>[];
  /**
   * What every member may do: `pull`, `push` (and pull), `delete` (only that) or `admin` (all of it). Defaults to `push` where
   * `repositories` is given, else to nothing but what the lists say that name the group.
   */
  role?: Role;
  /**
   * Repositories that the role is for, by name or pattern: `shop/*` for one part of a name, `shop/**` for all below. On a cloud a pattern
   * is for the described repositories that it matches. Defaults to all.
   */
  repositories?: string[];
}

/** Whose key encrypts the images at rest. */
export interface EncryptionArgs {
  /**
   * Customer-managed key of the images: `create` creates one with rotation; the ARN of a KMS key, `projects/.../cryptoKeys/...`
   * or the URL of a Key Vault key uses an existing one. Defaults to the platform's own key.
   */
  key?: pulumi.Input<string>;
  /** Days after which a key that was created is rotated, 90 to 2560. Defaults to 365. */
  rotationDays?: number;
}
