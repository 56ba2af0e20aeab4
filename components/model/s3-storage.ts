import { z } from "zod";
import { S3StorageClass, S3ObjectAcl, S3LogLevel } from "./distribution/choices";
import { inputOf } from "../core/tokens";

/**
 * Regions that distribution v3.1.2 accepts at Amazon: those of its AWS SDK
 * (aws-sdk-go v1.55.5, aws/endpoints/defaults.go). It does not start with any other.
 */
export const s3Regions: readonly string[] = [
  "af-south-1",
  "ap-east-1",
  "ap-northeast-1",
  "ap-northeast-2",
  "ap-northeast-3",
  "ap-south-1",
  "ap-south-2",
  "ap-southeast-1",
  "ap-southeast-2",
  "ap-southeast-3",
  "ap-southeast-4",
  "ca-central-1",
  "ca-west-1",
  "cn-north-1",
  "cn-northwest-1",
  "eu-central-1",
  "eu-central-2",
  "eu-isoe-west-1",
  "eu-north-1",
  "eu-south-1",
  "eu-south-2",
  "eu-west-1",
  "eu-west-2",
  "eu-west-3",
  "il-central-1",
  "me-central-1",
  "me-south-1",
  "sa-east-1",
  "us-east-1",
  "us-east-2",
  "us-gov-east-1",
  "us-gov-west-1",
  "us-iso-east-1",
  "us-iso-west-1",
  "us-isob-east-1",
  "us-west-1",
  "us-west-2",
];

/** The size in MiB of one part of an upload; 5 MiB to 5 GiB is S3's own range for a part. */
const partSizeMiB = z.int().min(5).max(5120);

/** Images in an S3 bucket, at Amazon or at any server that speaks S3. */
export const s3Storage = z.strictObject({
  kind: z.literal("s3"),
  bucket: inputOf(z.string().min(1)).meta({
    description: "Bucket that holds the images; it must exist. Required.",
    configYml: "storage.s3.bucket",
  }),
  region: z.string().min(1).optional().meta({
    description:
      "AWS region of the bucket. Required at Amazon; with `regionEndpoint` it defaults to us-east-1, which S3-compatible servers accept.",
    configYml: "storage.s3.region",
  }),
  regionEndpoint: z
    .url({ protocol: /^https?$/ })
    .optional()
    .meta({
      description:
        "URL of an S3-compatible server, such as MinIO or Ceph. Defaults to Amazon's endpoint of the region.",
      configYml: "storage.s3.regionendpoint",
    }),
  forcePathStyle: z.boolean().default(false).meta({
    description:
      "Whether the bucket is named in the path (`https://host/bucket`) and not in the host name. S3-compatible servers need true.",
    configYml: "storage.s3.forcepathstyle",
  }),
  accessKey: inputOf(z.string().min(1)).optional().meta({
    description: "Access key. Defaults to the credentials of the machine (its IAM role).",
    configYml: "storage.s3.accesskey",
    secret: true,
  }),
  secretKey: inputOf(z.string().min(1)).optional().meta({
    description: "Secret key of `accessKey`. Defaults to the credentials of the machine.",
    configYml: "storage.s3.secretkey",
    secret: true,
  }),
  encrypt: z.boolean().default(false).meta({
    description:
      "Whether to ask the server for encryption on every write (AES256, or KMS with `keyId`). Amazon encrypts without being asked.",
    configYml: "storage.s3.encrypt",
  }),
  keyId: inputOf(z.string().min(1)).optional().meta({
    description:
      "KMS key that encrypts the images; needs `encrypt`. Defaults to the server's own key.",
    configYml: "storage.s3.keyid",
  }),
  secure: z.boolean().default(true).meta({
    description: "Whether to speak HTTPS to the server where the endpoint names no scheme.",
    configYml: "storage.s3.secure",
  }),
  verifyCertificate: z.boolean().default(true).meta({
    description: "Whether the server's TLS certificate is verified.",
    configYml: "storage.s3.skipverify",
  }),
  v4Auth: z.boolean().default(true).meta({
    description:
      "Whether requests carry version 4 signatures. False (version 2) is for old S3-compatible servers only.",
    configYml: "storage.s3.v4auth",
  }),
  chunkSizeMiB: partSizeMiB.default(10).meta({
    description: "Size in MiB of one part of a multipart upload, 5 to 5120.",
    configYml: "storage.s3.chunksize",
  }),
  multipartCopyChunkSizeMiB: partSizeMiB.default(32).meta({
    description: "Size in MiB of one part of a multipart copy, 5 to 5120.",
    configYml: "storage.s3.multipartcopychunksize",
  }),
  multipartCopyMaxConcurrency: z.int().min(1).default(100).meta({
    description: "Most parts of one multipart copy that are under way at once.",
    configYml: "storage.s3.multipartcopymaxconcurrency",
  }),
  multipartCopyThresholdMiB: z.int().min(0).max(5120).default(32).meta({
    description: "Size in MiB above which an object is copied in parts, 0 to 5120.",
    configYml: "storage.s3.multipartcopythresholdsize",
  }),
  rootDirectory: z.string().optional().meta({
    description: "Prefix of every object's key. Defaults to the top of the bucket.",
    configYml: "storage.s3.rootdirectory",
  }),
  storageClass: z.enum(S3StorageClass).default(S3StorageClass.Standard).meta({
    description: "Storage class of new objects; NONE sends no class, for servers without classes.",
    configYml: "storage.s3.storageclass",
  }),
  objectAcl: z.enum(S3ObjectAcl).default(S3ObjectAcl.Private).meta({
    description: "Canned ACL of new objects.",
    configYml: "storage.s3.objectacl",
  }),
  userAgent: z.string().min(1).optional().meta({
    description:
      "Text added to the User-Agent of requests to the server. Nothing is added by default.",
    configYml: "storage.s3.useragent",
  }),
  dualStack: z.boolean().default(false).meta({
    description: "Whether to use Amazon's endpoints that answer on IPv4 and IPv6.",
    configYml: "storage.s3.usedualstack",
  }),
  accelerate: z.boolean().default(false).meta({
    description: "Whether to use S3 Transfer Acceleration; the bucket must allow it.",
    configYml: "storage.s3.accelerate",
  }),
  fipsEndpoint: z.boolean().default(false).meta({
    description: "Whether to use Amazon's FIPS 140 endpoints.",
    configYml: "storage.s3.usefipsendpoint",
  }),
  logLevel: z.enum(S3LogLevel).default(S3LogLevel.Off).meta({
    description: "What the AWS SDK logs about its requests.",
    configYml: "storage.s3.loglevel",
  }),
  redirectEndpoint: z
    .url({ protocol: /^https?$/ })
    .optional()
    .meta({
      description:
        "URL that clients are redirected to in place of `regionEndpoint`, where they know the server by another name: scheme and host, no path. Defaults to the endpoint itself.",
      configYml: "storage.s3.redirectendpoint",
    }),
});
