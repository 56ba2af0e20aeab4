// Words of distribution's settings. The args of a registry and the schema of its description take them from here.

/** Least severity that distribution logs. */
export const LogLevel = { Error: "error", Warn: "warn", Info: "info", Debug: "debug" } as const;
export type LogLevel = (typeof LogLevel)[keyof typeof LogLevel];

/** Formats of distribution's log lines. */
export const LogFormat = { Json: "json", Text: "text", Logstash: "logstash" } as const;
export type LogFormat = (typeof LogFormat)[keyof typeof LogFormat];

/** Where distribution caches the descriptors of blobs. */
export const DescriptorCacheKind = { None: "none", Memory: "memory", Redis: "redis" } as const;
export type DescriptorCacheKind = (typeof DescriptorCacheKind)[keyof typeof DescriptorCacheKind];

/** Schemes of a URL that clients are redirected to. */
export const RedirectScheme = { Http: "http", Https: "https" } as const;
export type RedirectScheme = (typeof RedirectScheme)[keyof typeof RedirectScheme];

/** Which images of a pushed index must be in the registry: all, none, or those of a list of platforms. */
export const IndexPlatforms = { All: "all", None: "none", List: "list" } as const;
export type IndexPlatforms = (typeof IndexPlatforms)[keyof typeof IndexPlatforms];

/** Where a registry that Wharf runs stores its images. */
export const StorageKind = { Volume: "volume", S3: "s3", Gcs: "gcs", Azure: "azure" } as const;
export type StorageKind = (typeof StorageKind)[keyof typeof StorageKind];

/** The storage classes that distribution v3.1.2 accepts (`s3StorageClasses` of its S3 driver). */
export const S3StorageClass = {
  None: "NONE",
  Standard: "STANDARD",
  ReducedRedundancy: "REDUCED_REDUNDANCY",
  StandardIa: "STANDARD_IA",
  OneZoneIa: "ONEZONE_IA",
  IntelligentTiering: "INTELLIGENT_TIERING",
  Outposts: "OUTPOSTS",
  GlacierIr: "GLACIER_IR",
  ExpressOneZone: "EXPRESS_ONEZONE",
} as const;
export type S3StorageClass = (typeof S3StorageClass)[keyof typeof S3StorageClass];

/** The canned ACLs that distribution v3.1.2 accepts (`validObjectACLs` of its S3 driver). */
export const S3ObjectAcl = {
  Private: "private",
  PublicRead: "public-read",
  PublicReadWrite: "public-read-write",
  AuthenticatedRead: "authenticated-read",
  AwsExecRead: "aws-exec-read",
  BucketOwnerRead: "bucket-owner-read",
  BucketOwnerFullControl: "bucket-owner-full-control",
} as const;
export type S3ObjectAcl = (typeof S3ObjectAcl)[keyof typeof S3ObjectAcl];

/** What the AWS SDK inside distribution may log about its own requests. */
export const S3LogLevel = {
  Off: "off",
  Debug: "debug",
  DebugWithSigning: "debugwithsigning",
  DebugWithHttpBody: "debugwithhttpbody",
  DebugWithRequestRetries: "debugwithrequestretries",
  DebugWithRequestErrors: "debugwithrequesterrors",
  DebugWithEventStreamBody: "debugwitheventstreambody",
} as const;
export type S3LogLevel = (typeof S3LogLevel)[keyof typeof S3LogLevel];

/** How a registry logs in to an Azure storage account. */
export const AzureCredentialsType = {
  SharedKey: "shared_key",
  ClientSecret: "client_secret",
  DefaultCredentials: "default_credentials",
} as const;
export type AzureCredentialsType = (typeof AzureCredentialsType)[keyof typeof AzureCredentialsType];
