import { z } from "zod";
import { s3Storage } from "./s3-storage";
import { inputOf } from "../core/tokens";

/** The fields of a service account's key that Google's client needs (`google.JWTConfigFromJSON`). */
const serviceAccountKey = z.looseObject({
  type: z.literal("service_account"),
  client_email: z.string().min(1),
  private_key: z.string().min(1),
});

/** Whether the text is the JSON of a service account's key. */
function isServiceAccountKey(text: string): boolean {
  try {
    return serviceAccountKey.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}

/** Images in a Google Cloud Storage bucket. */
export const gcsStorage = z.strictObject({
  kind: z.literal("gcs"),
  bucket: inputOf(z.string().min(1)).meta({
    description: "Bucket that holds the images; it must exist. Required.",
    configYml: "storage.gcs.bucket",
  }),
  serviceAccountKey: inputOf(
    z.string().refine(isServiceAccountKey, {
      error:
        "is not the JSON key of a service account (an object with type service_account, client_email and private_key)",
    }),
  )
    .optional()
    .meta({
      description:
        "JSON key of the service account that reads and writes the bucket. Defaults to the credentials of the machine (Application Default Credentials).",
      configYml: "storage.gcs.credentials",
      secret: true,
    }),
  rootDirectory: z.string().optional().meta({
    description: "Prefix of every object's name. Defaults to the top of the bucket.",
    configYml: "storage.gcs.rootdirectory",
  }),
  chunkSizeKiB: z.int().min(256).multipleOf(256).default(16_384).meta({
    description: "Size in KiB of one chunk of an upload, a multiple of 256.",
    configYml: "storage.gcs.chunksize",
  }),
  maxConcurrency: z.int().min(25).default(50).meta({
    description: "Most requests to the bucket that are under way at once, at least 25.",
    configYml: "storage.gcs.maxconcurrency",
  }),
  userAgent: z.string().min(1).optional().meta({
    description: "User-Agent of requests to the bucket. Defaults to the client library's.",
    configYml: "storage.gcs.useragent",
  }),
});

const sharedKey = z.strictObject({
  type: z.literal("shared_key"),
  accountKey: inputOf(z.base64().min(1)).meta({
    description:
      "Key of the storage account, in base64 as Azure shows it. Required with shared_key.",
    configYml: "storage.azure.accountkey",
    secret: true,
  }),
});

const clientSecret = z.strictObject({
  type: z.literal("client_secret"),
  clientId: inputOf(z.string().min(1)).meta({
    description: "Application (client) id of the service principal. Required with client_secret.",
    configYml: "storage.azure.credentials.clientid",
  }),
  tenantId: inputOf(z.string().min(1)).meta({
    description: "Directory (tenant) id of the service principal. Required with client_secret.",
    configYml: "storage.azure.credentials.tenantid",
  }),
  secret: inputOf(z.string().min(1)).meta({
    description: "Secret of the service principal. Required with client_secret.",
    configYml: "storage.azure.credentials.secret",
    secret: true,
  }),
});

const defaultCredentials = z.strictObject({ type: z.literal("default_credentials") });

/** Images in a container of an Azure storage account. */
export const azureStorage = z.strictObject({
  kind: z.literal("azure"),
  accountName: inputOf(z.string().min(1)).meta({
    description: "Storage account that holds the container. Required.",
    configYml: "storage.azure.accountname",
  }),
  container: inputOf(z.string().min(1)).meta({
    description: "Blob container that holds the images; it must exist. Required.",
    configYml: "storage.azure.container",
  }),
  credentials: z
    .discriminatedUnion("type", [sharedKey, clientSecret, defaultCredentials])
    .default({ type: "default_credentials" })
    .meta({
      description:
        "How the registry logs in: the account's key, a service principal, or the machine's own identity.",
      configYml: "storage.azure.credentials.type",
    }),
  realm: z.string().min(1).default("core.windows.net").meta({
    description: "Domain of the Azure cloud; others for sovereign clouds.",
    configYml: "storage.azure.realm",
  }),
  serviceUrl: z
    .url({ protocol: /^https?$/ })
    .optional()
    .meta({
      description:
        "URL of the blob service, such as an emulator's. Defaults to the account's host below `realm`.",
      configYml: "storage.azure.serviceurl",
    }),
  rootDirectory: z.string().optional().meta({
    description: "Prefix of every blob's name. Defaults to the top of the container.",
    configYml: "storage.azure.rootdirectory",
  }),
  maxRetries: z.int().min(1).default(5).meta({
    description: "How often a copy, a write or a read that Azure is slow to finish is tried again.",
    configYml: "storage.azure.max_retries",
  }),
  retryDelayMilliseconds: z.int().min(1).default(100).meta({
    description: "Time in milliseconds before the first of those tries; it grows with each.",
    configYml: "storage.azure.retry_delay",
  }),
  verifyCertificate: z.boolean().default(true).meta({
    description: "Whether the service's TLS certificate is verified.",
    configYml: "storage.azure.skipverify",
  }),
});

/** Where the volume is mounted in the container, and distribution's own default root directory. */
export const volumeMountPath = "/var/lib/registry";

/** Images on the machine itself: a named volume, or a directory of the host. */
const volumeStorage = z.strictObject({
  kind: z.literal("volume"),
  sizeGiB: z.number().positive().default(5).meta({
    description:
      "Space in GiB that the images are expected to take. On docker it is compared with the free space before anything is created, and reserves nothing; on kubernetes it is the size of the claim, which may grow in place.",
  }),
  path: z
    .string()
    .regex(/^(\/(?!\.\.?(\/|$))[^:/]+)+$/, {
      error: "must be an absolute path on the host, without a colon, . or .. in it",
    })
    .optional()
    .meta({
      description:
        "Directory of the host that holds the images, as an absolute path. It must exist and, with all that is in it, belong to 10001:10001, the user that the registry runs as; owner and mode are not changed. Defaults to a named volume of the container engine.",
    }),
  rootDirectory: z
    .string()
    .regex(/^\/var\/lib\/registry(\/(?!\.\.?(\/|$))[^/]+)*$/, {
      error: `must be ${volumeMountPath}, where the volume is mounted, or a directory below it`,
    })
    .default(volumeMountPath)
    .meta({
      description: `Directory in the container that holds the images: ${volumeMountPath} or below it.`,
      configYml: "storage.filesystem.rootdirectory",
    }),
  quotaGiB: z.number().positive().optional().meta({
    description:
      "Most space in GiB that the images may take, by the sizes of all files that the registry keeps. A push that would exceed it is denied with a message; pulls, deletion and collection go on. Needs mode `roles`. Several replicas know of each other's pushes within five minutes. Defaults to no limit.",
  }),
  minFreeGiB: z.number().positive().optional().meta({
    description:
      "Space in GiB of the volume's file system that stays free: below it pushes are denied with a message, while pulls, deletion and collection go on. Needs mode `roles`. Defaults, where Wharf's registry image runs, to a hundredth of the file system, at least 100 MiB and at most a tenth of it.",
  }),
  maxThreads: z.int().min(25).default(100).meta({
    description: "Most file operations that are under way at once, at least 25.",
    configYml: "storage.filesystem.maxthreads",
  }),
});

/** Drivers of distribution v2 that v3 no longer has. */
const removedDrivers = ["oss", "swift"];

/** The message for a storage of an unknown kind. */
function unknownKind(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code !== "invalid_union") {
    return undefined;
  }
  const kind = (issue.input as { kind?: unknown } | null)?.kind;
  const known = "one of volume, s3, gcs, azure";
  if (kind === undefined) {
    return `is missing; ${known} belongs here`;
  }
  return removedDrivers.includes(String(kind))
    ? `was removed in distribution v3; ${known} belongs here`
    : `is not ${known}`;
}

/** Stack config `wharf:storage`: where the images are kept. */
export const storageSettings = z
  .discriminatedUnion("kind", [volumeStorage, s3Storage, gcsStorage, azureStorage], {
    error: unknownKind,
  })
  .prefault({ kind: "volume" })
  .meta({
    description:
      "Where the images are kept: a volume of this machine, or an S3, Google Cloud Storage or Azure bucket.",
  });

/** Checked storage settings, every default filled in. */
export type StorageSettings = z.output<typeof storageSettings>;
export type VolumeStorage = Extract<StorageSettings, { kind: "volume" }>;
export type S3Storage = Extract<StorageSettings, { kind: "s3" }>;
export type GcsStorage = Extract<StorageSettings, { kind: "gcs" }>;
export type AzureStorage = Extract<StorageSettings, { kind: "azure" }>;

/** The directory of a Docker host that holds the images; undefined where a volume of the engine or a bucket does. */
export function imagesDirectory(storage: StorageSettings): string | undefined {
  return storage.kind === "volume" ? storage.path : undefined;
}
