import { z } from "zod";

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
  bucket: z.string().min(1).meta({
    description: "Bucket that holds the images; it must exist. Required.",
    configYml: "storage.gcs.bucket",
  }),
  credentials: z
    .string()
    .refine(isServiceAccountKey, {
      error:
        "is not the JSON key of a service account (an object with type service_account, client_email and private_key)",
    })
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
