/** A duration as Go parses it, such as `30s` or `168h`. */
export type Duration = `${number}${"ms" | "s" | "h"}`;

/** Headers as distribution reads them: each with a list of values. */
export type Headers = Record<string, string[]>;

/** The parameters of the filesystem driver. */
export interface FilesystemParameters {
  rootdirectory: string;
  maxthreads: number;
  /** Of Wharf's own image: the most that the images may take, in bytes. */
  quota?: number;
  /** Of Wharf's own image: what stays free of the file system, in bytes. */
  minfree?: number;
}

/** The parameters of the S3 driver; sizes in bytes. */
export interface S3Parameters {
  bucket: string;
  region: string;
  regionendpoint?: string;
  forcepathstyle: boolean;
  accesskey?: string;
  secretkey?: string;
  encrypt: boolean;
  keyid?: string;
  secure: boolean;
  skipverify: boolean;
  v4auth: boolean;
  chunksize: number;
  multipartcopychunksize: number;
  multipartcopymaxconcurrency: number;
  multipartcopythresholdsize: number;
  rootdirectory?: string;
  storageclass: string;
  objectacl: string;
  useragent?: string;
  usedualstack: boolean;
  accelerate: boolean;
  usefipsendpoint: boolean;
  loglevel: string;
  redirectendpoint?: string;
}

/** The parameters of the Google Cloud Storage driver; `chunksize` in bytes. */
export interface GcsParameters {
  bucket: string;
  credentials?: Record<string, unknown>;
  rootdirectory?: string;
  chunksize: number;
  maxconcurrency: number;
  useragent?: string;
}

/** The parameters of the Azure driver. Two of its keys hold an underscore. */
export interface AzureParameters {
  accountname: string;
  accountkey?: string;
  container: string;
  credentials: { type: string; clientid?: string; tenantid?: string; secret?: string };
  realm: string;
  serviceurl?: string;
  rootdirectory?: string;
  max_retries: number;
  retry_delay: Duration;
  skipverify: boolean;
}

/** Exactly one storage driver with its parameters. */
export type StorageDriver =
  | { filesystem: FilesystemParameters }
  | { s3: S3Parameters }
  | { gcs: GcsParameters }
  | { azure: AzureParameters };

/** What the storage is told beyond its driver. */
export interface StorageOptions {
  delete: { enabled: boolean };
  redirect: { disable: boolean };
  cache?: { blobdescriptor: "inmemory" | "redis"; blobdescriptorsize?: number };
  tag?: { concurrencylimit: number };
  maintenance: {
    uploadpurging: { enabled: boolean; age: Duration; interval: Duration; dryrun: boolean };
    readonly: { enabled: boolean };
  };
}

/** Middleware that changes where a client is sent for a blob. */
export type StorageMiddleware =
  | { name: "redirect"; options: { baseurl: string } }
  | { name: "rewrite"; options: { scheme?: string; host?: string; trimpathprefix?: string } };

/** Exactly one way to know a client, or none. */
export type AuthConfig =
  | { htpasswd: { realm: string; path: string } }
  /** Of Wharf's own image: who may do what, in a file that is read again when it changes. */
  | { roles: { realm: string; policy: string; retention?: string } }
  | {
      token: {
        realm: string;
        service: string;
        issuer: string;
        rootcertbundle?: string;
        jwks?: string;
        signingalgorithms: string[];
        autoredirect: boolean;
        autoredirectpath?: string;
      };
    };

/** How a client's own certificate is asked for. */
export type ClientAuth =
  | "request-client-cert"
  | "require-any-client-cert"
  | "verify-client-cert-if-given"
  | "require-and-verify-client-cert";

/** TLS of the registry's own port. */
export interface TlsConfig {
  certificate?: string;
  key?: string;
  /** In their place: an ACME server, whichever it is, which distribution calls by the name of the first. */
  letsencrypt?: { cachefile: string; hosts: string[]; directoryurl: string; email?: string };
  minimumtls: "tls1.2" | "tls1.3";
  ciphersuites?: string[];
  clientcas?: string[];
  clientauth?: ClientAuth;
}

/** The registry's ports. */
export interface HttpConfig {
  addr: string;
  host?: string;
  prefix?: string;
  secret: string;
  relativeurls: boolean;
  draintimeout: Duration;
  tls?: TlsConfig;
  headers: Headers;
  debug: { addr: string; prometheus: { enabled: boolean; path?: string } };
  http2: { disabled: boolean };
}

/** The connection to Redis. */
export interface RedisConfig {
  addrs: string[];
  username?: string;
  password?: string;
  db: number;
  mastername?: string;
  sentinelusername?: string;
  sentinelpassword?: string;
  maxretries: number;
  dialtimeout: Duration;
  readtimeout: Duration;
  writetimeout: Duration;
  poolsize?: number;
  maxidleconns?: number;
  connmaxidletime: Duration;
  tls?: { rootcas: string[]; certificate?: string; key?: string };
}

/** One web server that events are posted to. */
export interface NotificationEndpoint {
  name: string;
  disabled: boolean;
  url: string;
  headers: Headers;
  timeout: Duration;
  threshold: number;
  backoff: Duration;
  ignoredmediatypes: string[];
  ignore: { mediatypes: string[]; actions: string[] };
}

/**
 * The config.yml of distribution v3.1: what its `configuration.Configuration` and its storage
 * drivers read, and nothing else. distribution ignores keys that it does not know, so a key of
 * version 2 or a misspelt one would go unnoticed; this type has none.
 */
export interface DistributionConfig {
  version: "0.1";
  log: {
    level: "error" | "warn" | "info" | "debug";
    formatter: "json" | "text" | "logstash";
    fields?: Record<string, string>;
    accesslog: { disabled: boolean };
    reportcaller: boolean;
  };
  storage: StorageDriver & StorageOptions;
  middleware?: { storage: StorageMiddleware[] };
  auth?: AuthConfig;
  http: HttpConfig;
  redis?: RedisConfig;
  notifications?: { events: { includereferences: boolean }; endpoints: NotificationEndpoint[] };
  health: {
    storagedriver: { enabled: boolean; interval: Duration; threshold: number };
    file: { file: string; interval: Duration }[];
    http: {
      uri: string;
      statuscode: number;
      headers: Headers;
      timeout: Duration;
      interval: Duration;
      threshold: number;
    }[];
    tcp: { addr: string; timeout: Duration; interval: Duration; threshold: number }[];
  };
  proxy?: {
    remoteurl: string;
    exec: { command: string };
    ttl: Duration;
    cachewritetimeout: Duration;
  };
  validation: {
    disabled: boolean;
    manifests: {
      urls: { allow: string[]; deny: string[] };
      indexes: {
        platforms: "all" | "none" | "list";
        platformlist: { architecture: string; os: string }[];
      };
    };
  };
  catalog: { maxentries: number };
  tags: { maxtags: number };
}
