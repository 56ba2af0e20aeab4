import type * as pulumi from "@pulumi/pulumi";
import type { BuildCache } from "../model/builds";

/** A pipeline that logs in without a stored key, by the tokens of GitHub Actions or GitLab CI. */
export interface IdentityArgs {
  /** Name of the identity, a part of the names of what is created for it: 2 to 26 lower-case letters, digits and -. */
  name: string;
  /**
   * Who runs the pipeline: `github`, `gitlab`, or the https:// URL that issues the tokens of a self-managed GitLab or of GitHub
   * Enterprise, whose ends in `/_services/token`. Defaults to github.
   */
  issuer?: string;
  /**
   * Project whose pipelines may log in, as in `acme/shop`; not a pattern. With GitHub's ids of owner and repository,
   * `acme@123456/shop@456789`, where its tokens carry them: repositories created after 15 July 2026, or that have opted in.
   */
  project: string;
  /** Branch whose pipelines may log in, `*` for any text. Defaults to main where neither `tag` nor `environment` is given. */
  branch?: string;
  /** Git tags whose pipelines may log in, as in `v*`. Defaults to none. */
  tag?: string;
  /** Environment of the pipeline, for which GitHub and GitLab can require an approval. Defaults to none. */
  environment?: string;
  /** Repositories that the pipeline may pull from, by name. Defaults to none. */
  pull?: string[];
  /** Repositories that the pipeline may push to and pull from, by name. Defaults to none. */
  push?: string[];
  /** Repositories that the pipeline may delete images of, and only that, by name. Defaults to none. */
  delete?: string[];
}

/** A pipeline that logs in to a registry that Wharf runs by the token of its run. */
export interface TokenIdentityArgs extends IdentityArgs {
  /** CA, PEM, of the issuer's own server, where no public CA signed its certificate. */
  caCertificate?: pulumi.Input<string>;
  /** JSON Web Key Set of the issuer, for a registry that cannot reach it. Defaults to what the issuer answers. */
  jwks?: pulumi.Input<string>;
}

/** A Kubernetes cluster whose service accounts pull without a stored key. */
export interface WorkloadClusterArgs {
  /** Name of the cluster, a part of the names of what is created for it: 2 to 26 lower-case letters, digits and -. */
  name: string;
  /**
   * Issuer of the tokens of the cluster's service accounts, required with `workloads`: the OIDC issuer URL of EKS or AKS, the
   * project id of GKE's workload identity pool; on docker and kubernetes the `issuer` of
   * `kubectl get --raw /.well-known/openid-configuration`.
   */
  issuer?: string;
  /** Service accounts whose pods read the registry, for example those of a scanner or a GitOps controller. Defaults to none. */
  workloads?: WorkloadArgs[];
  /** Repositories that the cluster may pull from, by name. Defaults to all. */
  pull?: string[];
}

/** A Kubernetes cluster whose service accounts log in to a registry that Wharf runs by their tokens. */
export interface TokenClusterArgs extends WorkloadClusterArgs {
  /** CA, PEM, of the issuer's own server, where no public CA signed its certificate. */
  caCertificate?: pulumi.Input<string>;
  /** JSON Web Key Set of the issuer, for a registry that cannot reach it. Defaults to what the issuer answers. */
  jwks?: pulumi.Input<string>;
}

/** A Kubernetes cluster of the same cloud that pulls without a stored key. */
export interface ClusterArgs extends WorkloadClusterArgs {
  /**
   * Identity of the nodes, by which the kubelet pulls: the ARN of EKS's node role, the e-mail address of GKE's node service
   * account, the object id of AKS's kubelet identity. Defaults to none.
   */
  nodes?: pulumi.Input<string>;
}

/** A service account of a Kubernetes cluster, by workload identity. */
export interface WorkloadArgs {
  /** Namespace of the service account. */
  namespace: string;
  /** Name of the service account. */
  serviceAccount: string;
}

/** An image that is built from source code and pushed to the registry. */
export interface BuildArgs {
  /** Name of the build: 2 to 40 lower-case letters, digits and -. Defaults to the repository's name, with - for the slashes. */
  name?: string;
  /** Repository of this registry that the image is pushed to, by name. */
  repository: string;
  /**
   * Repository of the source code: `github.com/acme/shop`, `gitlab.com/acme/shop`, `bitbucket.org/acme/shop`,
   * `git-codecommit.eu-central-1.amazonaws.com/v1/repos/shop`, `source.developers.google.com/p/my-project/r/shop`,
   * `dev.azure.com/acme/shop/_git/api`.
   */
  source: string;
  /** Branch whose commits are built, `*` for any text. Defaults to main where Git tags are not built. */
  branch?: string;
  /** Directory of the source code that is the build context. Defaults to its root. */
  context?: string;
  /** Path of the Dockerfile from the root of the source code. Defaults to Dockerfile. */
  dockerfile?: string;
  /** Platforms of the image, as in `linux/arm64`; several make an image index. Defaults to linux/amd64. */
  platforms?: string[];
  /** Build arguments by name. The image's history shows them, so do not put secrets here. Defaults to none. */
  arguments?: { [key: string]: string };
  /**
   * Tags of the image. In braces: `{commit}`, the full hash of the commit; `{shortCommit}`, its first seven characters;
   * `{branch}`, the branch, with - for characters that a tag may not have; `{tag}`, the Git tag that started the build;
   * `{semver}`, that tag without a leading v; `{build}`, the platform's number or id of the build; `{date}`, the day of the
   * build as 20270131 in UTC. Defaults to `{commit}`.
   */
  tags?: string[];
  /** Schedule by which it is also built, in cron's five fields, UTC, as in `0 3 * * 1`. Defaults to none. */
  schedule?: string;
  /** Where layers are cached for the next build. Defaults to no cache. */
  cache?: BuildCacheArgs;
  /** Time in minutes after which a build is stopped, 5 to 480. Defaults to 60. */
  timeoutMinutes?: number;
}

/** A build whose source can also start it by a Git tag, or only for certain files. */
export interface FilteredBuildArgs extends BuildArgs {
  /** Git tags that are built, `*` for any text, as in `v*`. Defaults to none. */
  tag?: string;
  /** Files of which a commit must change one to be built, `*` and `**` as in a shell. Defaults to all files. */
  paths?: string[];
}

/** A build that can wait for an approval. */
export interface ApprovableBuildArgs extends FilteredBuildArgs {
  /** Whether somebody must approve each build before it runs. Defaults to false. */
  approval?: boolean;
}

/** Where the layers of a build are cached. */
export interface BuildCacheArgs {
  /**
   * Where the layers are: `registry` in an image beside the built ones, `local` on the machine that builds. Defaults to none.
   */
  kind?: BuildCache;
  /**
   * Repository of this registry that holds the layers, by name; its tags must not be immutable. Required with kind `registry`.
   */
  repository?: string;
}

/** A pull-through cache: a registry whose images are kept here once somebody has pulled them. */
export interface PullThroughCacheArgs {
  /** Registry to cache: `docker-hub`, `ghcr`, `quay`, `kubernetes`, `ecr-public`, or the URL of another registry. */
  upstream: string;
  /**
   * Name of the cache, the first part of its images' names on a cloud: 2 to 30 lower-case letters, digits and -. Defaults to
   * the word of the upstream, or to its host with - for the dots.
   */
  name?: string;
  /** User that the cache logs in as at the upstream. Defaults to anonymous pulls. */
  credentials?: UpstreamCredentialsArgs;
}

/** User of a pull-through cache at its upstream. */
export interface UpstreamCredentialsArgs {
  /** User name at the upstream. */
  username: string;
  /** Password or access token, a secret; on a cloud it is stored in the platform's own store of secrets. */
  password?: pulumi.Input<string>;
}

/** A pull-through cache of a cloud's registry. */
export interface CloudPullThroughCacheArgs extends PullThroughCacheArgs {
  /** User that the cache logs in as at the upstream. Defaults to anonymous pulls. */
  credentials?: CloudUpstreamCredentialsArgs;
}

/** User of a pull-through cache at its upstream, whose password can be an existing secret of the cloud. */
export interface CloudUpstreamCredentialsArgs extends UpstreamCredentialsArgs {
  /**
   * Existing secret that holds the password, in place of `password`: its ARN in Secrets Manager, its version in Secret Manager,
   * its URL in Key Vault.
   */
  passwordSecret?: pulumi.Input<string>;
}

/** A pull-through cache that Wharf runs as a registry of its own in proxy mode. */
export interface SelfHostedPullThroughCacheArgs extends PullThroughCacheArgs {
  /**
   * Whether clients may pull without logging in, which mirrors of Docker and of nodes need. Defaults to true where only this
   * machine or cluster reaches the cache and it has no `credentials`; to false elsewhere.
   */
  anonymous?: boolean;
  /** Time in hours after which the cache deletes an image; 0 for never. Defaults to 168, a week. */
  ttlHours?: number;
}
