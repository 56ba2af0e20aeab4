import type * as pulumi from "@pulumi/pulumi";
import type { AuthMode } from "../auth";
import type {
  DescriptorCacheKind,
  IndexPlatforms,
  LogFormat,
  LogLevel,
  RedirectScheme,
} from "./choices";

/** Who checks that a client may log in, in place of the registry's own users. */
export interface AuthArgs {
  /**
   * Token server of your own that decides who may pull and push (Docker's token authentication). Defaults to the registry's
   * `users`.
   */
  token?: TokenArgs;
  /**
   * How the registry decides who may do what: `roles` by the users' roles, which needs Wharf's own registry image; `htpasswd`, where every
   * user may do everything; `token` by the token server of `token`; `off` without logging in, only in a lab on loopback. Defaults to
   * `token` where `token` is given, to `roles` where `images.registry` is Wharf's image or a key needs roles, else to `htpasswd`.
   */
  mode?: AuthMode;
  /** Ids (`jti`) of tokens of `wharf token create` that are refused before they expire; with mode `roles`. Defaults to none. */
  revokedTokens?: string[];
  /** Ranges of addresses of reverse proxies whose `X-Forwarded-For` says where a client connects from. Defaults to none. */
  trustedProxies?: string[];
}

/** A token server. One of `rootCertBundle` and `jwks` is required. */
export interface TokenArgs {
  /** URL of the token server, where clients fetch a token. */
  realm: string;
  /** Name of this registry at the token server, the token's audience. */
  service: string;
  /** Issuer that every token must name. */
  issuer: string;
  /** Certificates, PEM, whose keys sign tokens, or that signed the certificates in the tokens' `x5c` header. */
  rootCertBundle?: pulumi.Input<string>;
  /** JSON Web Key Set with the public keys that sign tokens. It is read once, when the registry starts. */
  jwks?: pulumi.Input<string>;
  /**
   * Algorithms that a token may be signed with: EdDSA, RS256, RS384, RS512, ES256, ES384, ES512, PS256, PS384, PS512. Defaults
   * to ES256 and RS256.
   */
  signingAlgorithms?: string[];
  /**
   * Whether clients are sent to the host that they asked for, at `autoRedirectPath`, in place of `realm`; for a token server
   * behind the same proxy. Defaults to false.
   */
  autoRedirect?: boolean;
  /** Path of the token server on that host, with `autoRedirect`. Defaults to /auth/token. */
  autoRedirectPath?: string;
}

/** Settings of the registry's software, distribution v3. */
export interface DistributionArgs {
  /** What the registry logs. */
  log?: LogArgs;
  /** Whether images, tags and blobs may be deleted; if not, DELETE answers 405. Defaults to true. */
  delete?: boolean;
  /** Whether the registry refuses pushes and deletions (405), for maintenance. Defaults to false. */
  readOnly?: boolean;
  /**
   * Whether clients fetch blobs from the bucket itself, by a signed URL. Defaults to true, and to false for a volume and for an
   * S3 `regionEndpoint` without `redirectEndpoint`, which clients may not reach.
   */
  redirect?: boolean;
  /** Where clients are sent with `redirect`. */
  redirection?: RedirectionArgs;
  /** Deletion of uploads that were never finished. */
  uploadPurging?: UploadPurgingArgs;
  /** Where descriptors of blobs are cached, so that the storage is asked less often. Defaults to memory. */
  cache?: DescriptorCacheArgs;
  /** How the registry speaks HTTP. */
  http?: HttpArgs;
  /** Metrics for Prometheus, on a port of their own. */
  metrics?: MetricsArgs;
  /** Health checks; while one fails, the registry answers 503 to every request. */
  health?: HealthArgs;
  /**
   * Makes the whole registry a pull-through cache of another one, to which nothing can be pushed. It starts, and serves the
   * images that it has, while the other one cannot be reached. `pullThroughCaches` puts caches beside the registry. Defaults to
   * none.
   */
  proxy?: ProxyArgs;
  /** Webhooks for pushes, pulls and deletions. */
  notifications?: NotificationsArgs;
  /** Checks of pushed manifests. */
  validation?: ValidationArgs;
  /** Most repositories in one answer of /v2/_catalog; a client that asks for more gets 400. Defaults to 1000. */
  catalogMaxEntries?: number;
  /** Most tags in one page of a repository's list, when the client asks for pages (?n=). Defaults to 1000. */
  tagsMax?: number;
  /** Tags that are looked up at the same time when a digest is deleted. Defaults to the number of CPUs. */
  tagLookupConcurrency?: number;
}

/** What the registry logs to its standard output. */
export interface LogArgs {
  /**
   * Least severity that is logged. Defaults to info, and to warn where a notification endpoint has headers, because
   * distribution prints those in plaintext at info.
   */
  level?: LogLevel;
  /** Format of a log line. Defaults to json. */
  format?: LogFormat;
  /** Fields, with fixed text, of every log line. Defaults to none. */
  fields?: { [key: string]: string };
  /** Whether each request is logged too, in Apache's combined format. Defaults to true. */
  accessLog?: boolean;
  /** Whether a log line names the Go function that wrote it. Defaults to false. */
  reportCaller?: boolean;
}

/** Where clients are sent for blobs. */
export interface RedirectionArgs {
  /** URL of a server that serves the storage's files under their own paths; clients are sent there. Defaults to none. */
  baseUrl?: string;
  /** Changes to the bucket's URLs before clients see them. Defaults to none. */
  rewrite?: RewriteArgs;
}

/** Changes to the URLs that clients are sent to. */
export interface RewriteArgs {
  /** Scheme that replaces the bucket's. Defaults to the bucket's. */
  scheme?: RedirectScheme;
  /** Host, with a port where needed, that replaces the bucket's. Defaults to the bucket's. */
  host?: string;
  /** Beginning of the path that is cut off. Defaults to nothing. */
  trimPathPrefix?: string;
}

/** Deletion of uploads that were never finished. */
export interface UploadPurgingArgs {
  /** Whether abandoned uploads are deleted. Defaults to true, and to false while `readOnly` is true. */
  enabled?: boolean;
  /** Age in hours at which an unfinished upload counts as abandoned. Defaults to 168. */
  ageHours?: number;
  /** Time in hours between two searches. Defaults to 24. */
  intervalHours?: number;
  /** Whether abandoned uploads are only logged. Defaults to false. */
  dryRun?: boolean;
}

/** Where descriptors of blobs are cached. Each key says with which `kind` it goes; with another kind it is refused. */
export interface DescriptorCacheArgs {
  /** Where descriptors are cached: `none`, in the registry's `memory`, or in `redis`. */
  kind: DescriptorCacheKind;
  /** Most blob descriptors in memory; with kind `memory`. Defaults to 10000. */
  size?: number;
  /**
   * Addresses (host:port) of an existing Redis: one, the nodes of a cluster, or the sentinels; with kind `redis`. Defaults to a
   * Redis that Wharf runs beside the registry.
   */
  addresses?: string[];
  /** User name at Redis; with kind `redis`. Defaults to none. */
  username?: string;
  /** Password at Redis, a secret; with kind `redis`. Defaults to a generated one for the Redis that Wharf runs. */
  password?: pulumi.Input<string>;
  /** Number of the database; a cluster has only 0; with kind `redis`. Defaults to 0. */
  database?: number;
  /** Name of the master that the sentinels watch, which makes `addresses` sentinels; with kind `redis`. Defaults to none. */
  sentinelMaster?: string;
  /** User name at the sentinels; with kind `redis`. Defaults to none. */
  sentinelUsername?: string;
  /** Password at the sentinels, a secret; with kind `redis`. Defaults to none. */
  sentinelPassword?: pulumi.Input<string>;
  /** TLS to an existing Redis; with kind `redis`. Defaults to none. */
  tls?: RedisTlsArgs;
  /** How often a failed command is tried again; with kind `redis`. Defaults to 3. */
  maxRetries?: number;
  /** Time in seconds to connect; with kind `redis`. Defaults to 5. */
  dialTimeoutSeconds?: number;
  /** Time in seconds to wait for an answer; with kind `redis`. Defaults to 3. */
  readTimeoutSeconds?: number;
  /** Time in seconds to send a command; with kind `redis`. Defaults to 3. */
  writeTimeoutSeconds?: number;
  /** Most connections; with kind `redis`. Defaults to ten for each CPU. */
  poolSize?: number;
  /** Most connections that are kept open unused; with kind `redis`. Defaults to no limit. */
  maxIdleConnections?: number;
  /** Time in seconds after which an unused connection is closed; with kind `redis`. Defaults to 1800. */
  maxIdleSeconds?: number;
}

/** TLS to an existing Redis. */
export interface RedisTlsArgs {
  /** Certificate, PEM, of the CA that signed Redis's certificate; distribution turns TLS on by it. */
  caCertificate: pulumi.Input<string>;
  /** Certificate, PEM, that the registry shows to Redis. Defaults to none. */
  certificate?: pulumi.Input<string>;
  /** Private key of `certificate`, PEM, a secret. */
  key?: pulumi.Input<string>;
}

/** How the registry speaks HTTP. */
export interface HttpArgs {
  /** Headers of every answer under /v2/. X-Content-Type-Options is set to nosniff unless named here. Defaults to none. */
  headers?: { [key: string]: string };
  /**
   * Time in seconds that a stopping registry gives to requests under way, 1 to 3600; the container is killed only after it.
   * Defaults to 30.
   */
  drainTimeoutSeconds?: number;
  /** Whether HTTP/2 is offered to clients over TLS. Defaults to true. */
  http2?: boolean;
  /** Whether Location headers hold a path only, for a reverse proxy that changes scheme, host or port. Defaults to false. */
  relativeUrls?: boolean;
  /**
   * URL by which clients reach the registry, scheme, host and port, for Location headers. Defaults to the host that the client
   * asked for.
   */
  externalUrl?: string;
  /**
   * Path under which the API answers, such as /registry/, behind a reverse proxy that keeps it. Docker itself asks at /v2/
   * only. Defaults to none.
   */
  prefix?: string;
}

/** Metrics for Prometheus. */
export interface MetricsArgs {
  /**
   * Whether Prometheus may fetch metrics, at port 5001 of the container's network. That port also shows Go's profiles. Defaults
   * to false.
   */
  enabled?: boolean;
  /** Path of the metrics on that port. Defaults to /metrics. */
  path?: string;
}

/** Health checks of the registry; while one fails, it answers 503 to every request. */
export interface HealthArgs {
  /** Check that the storage answers. */
  storageDriver?: StorageDriverHealthArgs;
  /** Files that take the registry out of service while they exist. Defaults to none. */
  files?: FileHealthArgs[];
  /** Web servers that must answer. Defaults to none. */
  http?: HttpHealthArgs[];
  /** TCP servers that must accept a connection. Defaults to none. */
  tcp?: TcpHealthArgs[];
}

/** Check that the storage answers. */
export interface StorageDriverHealthArgs {
  /** Whether the storage is checked. Defaults to true. */
  enabled?: boolean;
  /** Time in seconds between two checks. Defaults to 10. */
  intervalSeconds?: number;
  /** Failures in a row that make the registry unhealthy. Defaults to 3. */
  threshold?: number;
}

/** A file that takes the registry out of service while it exists. */
export interface FileHealthArgs {
  /** Absolute path of the file in the container. */
  path: string;
  /** Time in seconds between two checks. Defaults to 10. */
  intervalSeconds?: number;
}

/** A web server that must answer for the registry to be healthy. */
export interface HttpHealthArgs {
  /** URL that must answer a HEAD request. */
  url: string;
  /** Status that the answer must have, 100 to 599. Defaults to 200. */
  statusCode?: number;
  /** Headers of the request, secrets. Defaults to none. */
  headers?: { [key: string]: pulumi.Input<string> };
  /** Time in seconds that one check may take. Defaults to 5. */
  timeoutSeconds?: number;
  /** Time in seconds between two checks. Defaults to 10. */
  intervalSeconds?: number;
  /** Failures in a row that make the registry unhealthy. Defaults to 3. */
  threshold?: number;
}

/** A TCP server that must accept a connection for the registry to be healthy. */
export interface TcpHealthArgs {
  /** Address (host:port). */
  address: string;
  /** Time in seconds that one check may take. Defaults to 5. */
  timeoutSeconds?: number;
  /** Time in seconds between two checks. Defaults to 10. */
  intervalSeconds?: number;
  /** Failures in a row that make the registry unhealthy. Defaults to 3. */
  threshold?: number;
}

/** The registry that a whole registry is a pull-through cache of. */
export interface ProxyArgs {
  /** URL of the registry that is cached, such as https://registry-1.docker.io. */
  remoteUrl: string;
  /** User name at that registry. Defaults to anonymous pulls. */
  username?: string;
  /** Password or access token of `username`, a secret. */
  password?: pulumi.Input<string>;
  /** Time in hours after which cached content is deleted; 0 for never. Defaults to 168. */
  ttlHours?: number;
  /** Time in seconds that writing one blob into the cache may take. Defaults to 300. */
  cacheWriteTimeoutSeconds?: number;
}

/** Webhooks for pushes, pulls and deletions. The queue is in memory: what is unsent at a stop is lost. */
export interface NotificationsArgs {
  /** Web servers that events are posted to. Defaults to none. */
  endpoints?: NotificationEndpointArgs[];
  /** Whether an event of a manifest lists what the manifest refers to. Defaults to false. */
  includeReferences?: boolean;
}

/** A web server that events are posted to. */
export interface NotificationEndpointArgs {
  /** Name of the endpoint in logs and metrics, unique among the endpoints. */
  name: string;
  /** URL that events are posted to. */
  url: string;
  /** Whether events are sent to the endpoint. Defaults to true. */
  enabled?: boolean;
  /** Headers of each request, such as Authorization, secrets. Defaults to none. */
  headers?: { [key: string]: pulumi.Input<string> };
  /** Time in seconds that the endpoint may take to answer. Defaults to 1. */
  timeoutSeconds?: number;
  /** Failures in a row after which the registry waits before it tries again. Defaults to 10. */
  threshold?: number;
  /** That wait, in seconds. Defaults to 1. */
  backoffSeconds?: number;
  /** Media types whose events are not sent (the older spelling of `ignore.mediaTypes`). Defaults to none. */
  ignoredMediaTypes?: string[];
  /** Events that are not sent. Defaults to none. */
  ignore?: IgnoredEventsArgs;
}

/** Events that are not sent to an endpoint. */
export interface IgnoredEventsArgs {
  /** Media types whose events are not sent. Defaults to none. */
  mediaTypes?: string[];
  /** Actions whose events are not sent: `push`, `pull`, `mount`, `delete`. Defaults to none. */
  actions?: string[];
}

/** Checks of pushed manifests. */
export interface ValidationArgs {
  /** Whether pushed manifests are checked beyond their form. Defaults to true. */
  enabled?: boolean;
  /** Layers that are stored elsewhere (foreign layers). */
  urls?: LayerUrlsArgs;
  /** Which images of a pushed index must be in the registry: all, none, or those of `platformList`. Defaults to all. */
  platforms?: IndexPlatforms;
  /** Platforms whose images must be in the registry, with `platforms` `list`. Defaults to none. */
  platformList?: IndexPlatformArgs[];
}

/** Which layers may be stored elsewhere, by regular expressions of Go. */
export interface LayerUrlsArgs {
  /**
   * One of these must match the URL of such a layer. With none here and in `deny`, such layers are refused. Defaults to none.
   */
  allow?: string[];
  /** None of these may match such a URL. Defaults to none. */
  deny?: string[];
}

/** A platform of a pushed index. */
export interface IndexPlatformArgs {
  /** Architecture, as in an image index (amd64, arm64, …). */
  architecture: string;
  /** Operating system, as in an image index (linux, windows, …). */
  os: string;
}
