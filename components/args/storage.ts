import type * as pulumi from "@pulumi/pulumi";
import type {
  AzureCredentialsType,
  S3LogLevel,
  S3ObjectAcl,
  S3StorageClass,
  StorageKind,
} from "../model/distribution/choices";

/**
 * Where the images are stored: a volume, or an S3, Google Cloud Storage or Azure bucket. Each key says with which `kind` it
 * goes; with another kind it is refused.
 */
export interface StorageArgs {
  /** Where the images are stored. */
  kind: StorageKind;
  /**
   * Space in GiB that the images are expected to take; with kind `volume`. On docker it is compared with the free space before
   * anything is created, and reserves nothing; on kubernetes it is the size of the claim, which may grow in place. Defaults to
   * 5.
   */
  sizeGiB?: number;
  /**
   * Most space in GiB that the images may take; with kind `volume`. A push that would exceed it is denied, while pulls, deletion
   * and collection go on. Needs mode `roles`. Defaults to no limit.
   */
  quotaGiB?: number;
  /**
   * Space in GiB of the volume's file system that stays free; with kind `volume`. Below it pushes are denied, while pulls,
   * deletion and collection go on. Needs mode `roles`. Defaults, where Wharf's registry image runs, to a hundredth of the file
   * system, at least 100 MiB and at most a tenth of it.
   */
  minFreeGiB?: number;
  /** Most file operations at the same time, at least 25; with kind `volume`. Defaults to 100. */
  maxThreads?: number;
  /**
   * With kind `volume`, directory in the container that holds the images, /var/lib/registry or below it, which is the default.
   * With the other kinds, prefix of the names of all objects; defaults to the top of the bucket or container.
   */
  rootDirectory?: string;
  /** Existing bucket that holds the images; required with the kinds `s3` and `gcs`. */
  bucket?: pulumi.Input<string>;
  /**
   * AWS region of the bucket; with kind `s3`. Required at Amazon; with `regionEndpoint` it defaults to us-east-1, which
   * S3-compatible servers take.
   */
  region?: string;
  /** URL of an S3-compatible server, such as MinIO or Ceph; with kind `s3`. Defaults to Amazon's endpoint of the region. */
  regionEndpoint?: string;
  /**
   * Whether the bucket is in the path (`https://host/bucket`) and not in the host name, which S3-compatible servers need; with
   * kind `s3`. Defaults to false.
   */
  forcePathStyle?: boolean;
  /** Access key, a secret; with kind `s3`. Defaults to the credentials of the machine (its IAM role). */
  accessKey?: pulumi.Input<string>;
  /** Secret key of `accessKey`, a secret; with kind `s3`. Defaults to the credentials of the machine. */
  secretKey?: pulumi.Input<string>;
  /**
   * Whether to ask the server for encryption on every write (AES256, or KMS with `keyId`); with kind `s3`. Amazon encrypts
   * without being asked. Defaults to false.
   */
  encrypt?: boolean;
  /** KMS key that encrypts the images, with `encrypt`; with kind `s3`. Defaults to the server's own key. */
  keyId?: pulumi.Input<string>;
  /** Whether to use HTTPS where the endpoint has no scheme; with kind `s3`. Defaults to true. */
  secure?: boolean;
  /** Whether the server's TLS certificate is verified; with the kinds `s3` and `azure`. Defaults to true. */
  verifyCertificate?: boolean;
  /**
   * Whether requests have version 4 signatures; false is for old S3-compatible servers only; with kind `s3`. Defaults to true.
   */
  v4Auth?: boolean;
  /** Size in MiB of one part of a multipart upload, 5 to 5120; with kind `s3`. Defaults to 10. */
  chunkSizeMiB?: number;
  /** Size in MiB of one part of a multipart copy, 5 to 5120; with kind `s3`. Defaults to 32. */
  multipartCopyChunkSizeMiB?: number;
  /** Most parts of one multipart copy at the same time; with kind `s3`. Defaults to 100. */
  multipartCopyMaxConcurrency?: number;
  /** Size in MiB above which an object is copied in parts, 0 to 5120; with kind `s3`. Defaults to 32. */
  multipartCopyThresholdMiB?: number;
  /** Storage class of new objects; NONE sends no class, for servers without classes; with kind `s3`. Defaults to STANDARD. */
  storageClass?: S3StorageClass;
  /** Canned ACL of new objects; with kind `s3`. Defaults to private. */
  objectAcl?: S3ObjectAcl;
  /**
   * With kind `s3`, text added to the User-Agent of requests; defaults to nothing. With kind `gcs`, the User-Agent; defaults to
   * the client library's.
   */
  userAgent?: string;
  /** Whether to use Amazon's endpoints that answer on IPv4 and IPv6; with kind `s3`. Defaults to false. */
  dualStack?: boolean;
  /** Whether to use S3 Transfer Acceleration, which the bucket must allow; with kind `s3`. Defaults to false. */
  accelerate?: boolean;
  /** Whether to use Amazon's FIPS 140 endpoints; with kind `s3`. Defaults to false. */
  fipsEndpoint?: boolean;
  /** What the AWS SDK logs about its requests; with kind `s3`. Defaults to off. */
  logLevel?: S3LogLevel;
  /**
   * URL that clients are redirected to in place of `regionEndpoint`, where they reach the server by another name: scheme and
   * host, no path; with kind `s3`. Defaults to the endpoint itself.
   */
  redirectEndpoint?: string;
  /** Size in KiB of one chunk of an upload, a multiple of 256; with kind `gcs`. Defaults to 16384. */
  chunkSizeKiB?: number;
  /** Most requests to the bucket at the same time, at least 25; with kind `gcs`. Defaults to 50. */
  maxConcurrency?: number;
  /**
   * JSON key of the service account that reads and writes the bucket, a secret; with kind `gcs`. Defaults to the credentials of
   * the machine (Application Default Credentials).
   */
  serviceAccountKey?: pulumi.Input<string>;
  /** Storage account that holds the container; required with kind `azure`. */
  accountName?: pulumi.Input<string>;
  /** Existing blob container that holds the images; required with kind `azure`. */
  container?: pulumi.Input<string>;
  /** How the registry logs in to the storage account; with kind `azure`. Defaults to the machine's own identity. */
  credentials?: AzureCredentialsArgs;
  /** Domain of the Azure cloud, another one for sovereign clouds; with kind `azure`. Defaults to core.windows.net. */
  realm?: string;
  /** URL of the blob service, for example an emulator's; with kind `azure`. Defaults to the account's host below `realm`. */
  serviceUrl?: string;
  /** How often an operation that Azure is slow to finish is tried again; with kind `azure`. Defaults to 5. */
  maxRetries?: number;
  /** Time in milliseconds before the first retry; it grows with each; with kind `azure`. Defaults to 100. */
  retryDelayMilliseconds?: number;
}

/** How a registry logs in to an Azure storage account. Each key says with which `type` it goes. */
export interface AzureCredentialsArgs {
  /** How it logs in: the account's key, a service principal, or the machine's own identity. */
  type: AzureCredentialsType;
  /** Key of the storage account, in base64 as Azure shows it, a secret; required with type `shared_key`. */
  accountKey?: pulumi.Input<string>;
  /** Application (client) id of the service principal; required with type `client_secret`. */
  clientId?: pulumi.Input<string>;
  /** Directory (tenant) id of the service principal; required with type `client_secret`. */
  tenantId?: pulumi.Input<string>;
  /** Secret of the service principal, a secret; required with type `client_secret`. */
  secret?: pulumi.Input<string>;
}
