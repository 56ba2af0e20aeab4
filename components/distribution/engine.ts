import { z } from "zod";
import { cacheSettings } from "./cache";
import { healthSettings } from "./health";
import { httpSettings, metricsSettings, plainUrl } from "./http";
import { logSettings } from "./log";
import { notificationSettings } from "./notifications";
import { proxySettings } from "./proxy";
import { validationSettings } from "./validation";

const uploadPurging = z
  .strictObject({
    enabled: z.boolean().optional().meta({
      description:
        "Whether abandoned uploads are removed. Defaults to true, and to false while `readOnly` is true.",
      configYml: "storage.maintenance.uploadpurging.enabled",
    }),
    ageHours: z.int().min(1).default(168).meta({
      description: "Age in hours at which an unfinished upload counts as abandoned.",
      configYml: "storage.maintenance.uploadpurging.age",
    }),
    intervalHours: z.int().min(1).default(24).meta({
      description: "Time in hours between two searches.",
      configYml: "storage.maintenance.uploadpurging.interval",
    }),
    dryRun: z.boolean().default(false).meta({
      description: "Whether abandoned uploads are only logged.",
      configYml: "storage.maintenance.uploadpurging.dryrun",
    }),
  })
  .prefault({})
  .meta({ description: "Removal of uploads that were never finished." });

/** How a client's pull of a blob reaches the bucket, beyond the driver's own redirect. */
const redirection = z
  .strictObject({
    baseUrl: plainUrl.optional().meta({
      description:
        "URL of a server that serves the storage's files under their own paths; clients are sent there. None by default.",
      configYml: "middleware.storage[].options.baseurl",
    }),
    rewrite: z
      .strictObject({
        scheme: z.enum(["http", "https"]).optional().meta({
          description: "Scheme that replaces the bucket's. Kept by default.",
          configYml: "middleware.storage[].options.scheme",
        }),
        host: z
          .string()
          .regex(/^[^\s/]+$/, { error: "is not a host or host:port" })
          .optional()
          .meta({
            description:
              "Host, with a port where needed, that replaces the bucket's. Kept by default.",
            configYml: "middleware.storage[].options.host",
          }),
        trimPathPrefix: z.string().startsWith("/", { error: "must start with /" }).optional().meta({
          description: "Start of the path that is cut off. Nothing is cut by default.",
          configYml: "middleware.storage[].options.trimpathprefix",
        }),
      })
      .optional()
      .meta({
        description: "Changes to the bucket's URLs before clients see them. None by default.",
      }),
  })
  .prefault({})
  .meta({ description: "Where clients are sent when `redirect` is on." });

/** Stack config `wharf:engine`: how the registry software itself, distribution v3, behaves. */
export const engineSettings = z
  .strictObject({
    log: logSettings,
    delete: z.boolean().default(true).meta({
      description: "Whether images, tags and blobs may be deleted; otherwise DELETE answers 405.",
      configYml: "storage.delete.enabled",
    }),
    readOnly: z.boolean().default(false).meta({
      description: "Whether the registry takes no push and no deletion (405), for maintenance.",
      configYml: "storage.maintenance.readonly.enabled",
    }),
    redirect: z.boolean().optional().meta({
      description:
        "Whether clients fetch blobs from the bucket itself, by a signed URL. Defaults to true, and to false for a volume and for an S3 `regionEndpoint` without `redirectEndpoint`, which clients may not reach.",
      configYml: "storage.redirect.disable",
    }),
    redirection,
    uploadPurging,
    cache: cacheSettings,
    http: httpSettings,
    metrics: metricsSettings,
    health: healthSettings,
    proxy: proxySettings,
    notifications: notificationSettings,
    validation: validationSettings,
    catalogMaxEntries: z.int().min(1).default(1000).meta({
      description:
        "Most repositories in one answer of /v2/_catalog; a client that asks for more gets 400.",
      configYml: "catalog.maxentries",
    }),
    tagsMax: z.int().min(1).default(1000).meta({
      description:
        "Most tags in one page of a repository's list, when the client asks for pages (?n=).",
      configYml: "tags.maxtags",
    }),
    tagLookupConcurrency: z.int().min(1).optional().meta({
      description:
        "Tags that are looked up at once when a digest is deleted. Defaults to the CPUs.",
      configYml: "storage.tag.concurrencylimit",
    }),
  })
  .prefault({})
  .meta({ description: "How the registry software, distribution v3, behaves." });

/** Checked engine settings, every default filled in. */
export type EngineSettings = z.output<typeof engineSettings>;
