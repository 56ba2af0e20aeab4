import type * as pulumi from "@pulumi/pulumi";
import type { ApprovableBuildArgs } from "../args/delivery";
import type { CloudRegistryArgs } from "../args/registry";
import type { CloudRepositoryArgs, ImmutableTagsArgs, ScanArgs } from "../args/repositories";
import type { DownloadAction, PlatformLogs, VpcServiceControls } from "./choices";

/**
 * Args of a registry on Google Cloud: repositories of Artifact Registry.
 *
 * @example
 * ```typescript
 * const registry = new GcpRegistry("registry", {
 *   environment: "staging",
 *   repositories: [{ name: "shop", push: [pulumi.interpolate`serviceAccount:${builder.email}`] }],
 *   pullThroughCaches: [{ upstream: "docker-hub", name: "hub" }],
 *   gcp: { location: "europe-west3", virtualRepositories: [{ name: "all" }] },
 * });
 * export const login = registry.login;
 * ```
 */
export interface GcpRegistryArgs extends CloudRegistryArgs {
  /** Id of the project. Defaults to that of the provider given in the options, else to that of the stack, `gcp:project`. */
  project?: string;
  /** Repositories that people push to. Defaults to one, `app`. */
  repositories?: GcpRepositoryArgs[];
  /**
   * Tags that may not move once they are pushed, for all repositories. Artifact Registry deletes no tagged image in a repository
   * with immutable tags. Defaults to none in a lab and where `retention` deletes tagged images, elsewhere to all tags.
   */
  immutableTags?: ImmutableTagsArgs;
  /**
   * Scans for vulnerabilities, for all repositories. Google bills each scanned digest. Defaults to a scan on push outside a
   * lab.
   */
  scan?: ScanArgs;
  /** Images that Cloud Build builds from source code and pushes here. Defaults to none. */
  builds?: ApprovableBuildArgs[];
  /** Settings of Google Cloud. */
  gcp?: GcpArgs;
}

/** A repository of Artifact Registry. */
export interface GcpRepositoryArgs extends CloudRepositoryArgs {
  /** Tags that may not move once they are pushed; replaces the registry's block. */
  immutableTags?: ImmutableTagsArgs;
  /** Scans for vulnerabilities; replaces the registry's block. */
  scan?: ScanArgs;
}

/** Settings of Google Cloud. */
export interface GcpArgs {
  /**
   * Location of the repositories: a region, or `asia`, `europe` or `us`. Defaults to the region of the provider given in the
   * options, else to that of the stack, `gcp:region`.
   */
  location?: string;
  /**
   * Whether the APIs that are needed are enabled; they stay enabled when the stack is deleted. Defaults to true; set false
   * where somebody else enables them.
   */
  enableServices?: boolean;
  /**
   * Artifact Registry repositories that hold several of `repositories`: with `shop`, `shop/api` and `shop/web` are the images `api`
   * and `web` of the repository `shop`. Who may pull and push, immutable tags and scans are the same for all images of one;
   * retention may differ. Only for a new stack, since an image's address changes with it. Defaults to none, one repository for each.
   */
  sharedRepositories?: string[];
  /** Virtual repositories, which answer for several others. Defaults to none. */
  virtualRepositories?: VirtualRepositoryArgs[];
  /**
   * Domains of Container Registry, whose images move to Artifact Registry under their old names: `gcr.io`, `us.gcr.io`,
   * `eu.gcr.io`, `asia.gcr.io`. Defaults to none.
   */
  domains?: string[];
  /**
   * Id of the project's custom role for only deleting images, which is created where somebody has only that right: 3 to 64 letters,
   * digits, _ and `.`. Google keeps the id of a deleted role for 37 days; it is taken back in the first 7, and another one is needed in the
   * 30 after. Defaults to wharf_, the stack's name and _delete.
   */
  deletingRole?: string;
  /** Downloads that are allowed or denied, whoever may pull. Defaults to none. */
  downloadRules?: DownloadRuleArgs[];
  /**
   * Prefix of the ids of the workload identity pools, of which each issuer of `identities` has one: 4 to 18 lower-case letters,
   * digits and -. Google keeps the id of a deleted pool for 30 days, during which another prefix is needed.
   * Defaults to wharf- and the stack's name.
   */
  identityPool?: string;
  /**
   * Public keys (JWKS, as JSON) of issuers of `identities` that Google cannot reach, such as a self-managed GitLab in a private
   * network, by the issuer's URL. Defaults to the keys that Google reads from the issuer.
   */
  jwks?: { [key: string]: pulumi.Input<string> };
  /** Where Cloud Build runs `builds`, and how it reaches their sources. */
  builds?: CloudBuildArgs;
  /** Settings of Artifact Registry in the whole project. Defaults to leaving them unchanged. */
  projectSettings?: ProjectSettingsArgs;
}

/** A virtual repository: an image is looked up in its upstreams, in order. */
export interface VirtualRepositoryArgs {
  /** Name of the repository. */
  name: string;
  /** Names of this registry's repositories and caches, the first one first. Defaults to all repositories, then all caches. */
  upstreams?: string[];
}

/** Downloads that are allowed or denied. */
export interface DownloadRuleArgs {
  /** Name of the rule: letters, digits and - . _ ~ : @ + ^, 256 at most. */
  name: string;
  /** Repository of this registry that the rule is for. */
  repository: string;
  /** What happens to a download that matches. */
  action: DownloadAction;
  /** Which downloads match, in CEL, as in `pkg.version.id == 'sha256:...'`. Defaults to all. */
  condition?: string;
}

/** Settings of Artifact Registry in a whole project. */
export interface ProjectSettingsArgs {
  /** Name of the one stack that manages these settings: a project has them once for each location. */
  owner: string;
  /** Least severity of Artifact Registry's platform logs, or `disabled`. Defaults to the project's existing setting. */
  platformLogs?: PlatformLogs;
  /**
   * Whether remote repositories may reach their upstream from inside a VPC Service Controls perimeter. Defaults to the
   * project's existing setting.
   */
  vpcServiceControls?: VpcServiceControls;
}

/** Where Cloud Build runs, and how it reaches the hosts of source code. */
export interface CloudBuildArgs {
  /**
   * Region of triggers and connections, or `global` where all sources are connected as of the first generation. Defaults to the
   * repositories' region.
   */
  location?: string;
  /**
   * Private pool of the same region whose workers run the builds, `projects/.../locations/.../workerPools/...`. Defaults to
   * Google's own workers.
   */
  workerPool?: string;
  /**
   * Connections to the hosts of source code, by host: `github.com`, `gitlab.com`, `bitbucket.org`. Cloud Source Repositories
   * need none. Defaults to none.
   */
  connections?: { [key: string]: ConnectionArgs };
}

/**
 * How Cloud Build is connected to a host of source code. Each key says for which hosts it is; for another host it is refused.
 */
export interface ConnectionArgs {
  /** Name of an existing connection, in place of the other keys; for every host. */
  existing?: string;
  /**
   * Number of the installation of the Cloud Build GitHub App, at the end of the URL of its settings on GitHub; for github.com.
   */
  installationId?: number;
  /**
   * Whether the repositories are connected by hand as of the first generation, in place of the other keys; for github.com.
   * Defaults to false.
   */
  firstGeneration?: boolean;
  /** Workspace of Bitbucket that is connected; for bitbucket.org. */
  workspace?: string;
  /**
   * Version of a secret in Secret Manager, `projects/.../secrets/.../versions/1`, that holds the token of the account that
   * authorised the app for github.com, an access token with the scope api for gitlab.com, an access token that may read
   * repositories and administer their webhooks for bitbucket.org.
   */
  tokenSecret?: pulumi.Input<string>;
  /**
   * Version of a secret in Secret Manager that holds an access token with the scope read_api for gitlab.com, one that may read
   * repositories for bitbucket.org.
   */
  readTokenSecret?: pulumi.Input<string>;
  /** Version of a secret in Secret Manager that holds a text by which events are verified; for gitlab.com and bitbucket.org. */
  webhookSecret?: pulumi.Input<string>;
}
