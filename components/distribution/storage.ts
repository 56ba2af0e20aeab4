import { z } from "zod";
import { azureStorage } from "./azure";
import { gcsStorage } from "./gcs";
import { s3Storage } from "./s3";

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
        "Directory of the host that holds the images, as an absolute path. It must be there and, with all that is in it, belong to 10001:10001, as which the registry runs; its owner and mode are left as they are. Defaults to a named volume of the container engine.",
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
  maxThreads: z.int().min(25).default(100).meta({
    description: "Most file operations that are under way at once, at least 25.",
    configYml: "storage.filesystem.maxthreads",
  }),
});

/** Drivers of distribution v2 that v3 no longer has. */
const removedDrivers = ["oss", "swift"];

/** What to say of a storage of no known kind. */
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
