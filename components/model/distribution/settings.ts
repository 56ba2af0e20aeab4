import { z } from "zod";
import { cacheSettings } from "./cache";
import { healthSettings } from "./health";
import { httpSettings, metricsSettings, plainUrl } from "./http";
import { notificationSettings } from "./notifications";
import { proxySettings } from "./proxy";
import { LogLevel, LogFormat, IndexPlatforms, RedirectScheme } from "./choices";

/** What the registry writes to its standard output. */
export const logSettings = z
  .strictObject({
    level: z.enum(LogLevel).optional().meta({
      description:
        "Least severity that is logged. Defaults to info, and to warn where a notification endpoint has headers, because distribution prints those in plaintext at info.",
      configYml: "log.level",
    }),
    format: z.enum(LogFormat).default(LogFormat.Json).meta({
      description: "Format of a log line.",
      configYml: "log.formatter",
    }),
    fields: z.record(z.string().min(1), z.string()).default({}).meta({
      description: "Fields, with fixed text, that every log line carries.",
      configYml: "log.fields",
    }),
    accessLog: z.boolean().default(true).meta({
      description: "Whether each request is logged too, in Apache's combined format.",
      configYml: "log.accesslog.disabled",
    }),
    reportCaller: z.boolean().default(false).meta({
      description: "Whether a log line names the Go function that wrote it.",
      configYml: "log.reportcaller",
    }),
  })
  .prefault({})
  .meta({ description: "What the registry logs." });

/**
 * Whether Go compiles the text as a regular expression, as far as JavaScript can tell: Go's RE2 has
 * no lookaround and no back references (https://github.com/google/re2/wiki/Syntax).
 */
function isRegularExpression(text: string): boolean {
  if (/\(\?<?[=!]|(^|[^\\])(\\\\)*\\[1-9]/.test(text)) {
    return false;
  }
  try {
    new RegExp(text.replace(/\(\?[imsU]+\)/g, "").replaceAll("(?P<", "(?<"), "u");
    return true;
  } catch {
    return false;
  }
}

const patterns = z.array(
  z.string().refine(isRegularExpression, {
    error: "is not a regular expression that Go understands (no lookaround, no back references)",
  }),
);

const platform = z.strictObject({
  architecture: z.string().min(1).meta({
    description: "Architecture, as in an image index (amd64, arm64, …). Required.",
    configYml: "validation.manifests.indexes.platformlist[].architecture",
  }),
  os: z.string().min(1).meta({
    description: "Operating system, as in an image index (linux, windows, …). Required.",
    configYml: "validation.manifests.indexes.platformlist[].os",
  }),
});

/** What a pushed manifest must fulfil. */
export const validationSettings = z
  .strictObject({
    enabled: z.boolean().default(true).meta({
      description: "Whether pushed manifests are checked beyond their form.",
      configYml: "validation.disabled",
    }),
    urls: z
      .strictObject({
        allow: patterns.default([]).meta({
          description:
            "Regular expressions; one must match the URL of a layer that is stored elsewhere. With none here and in `deny`, such layers are refused.",
          configYml: "validation.manifests.urls.allow",
        }),
        deny: patterns.default([]).meta({
          description: "Regular expressions that no such URL may match.",
          configYml: "validation.manifests.urls.deny",
        }),
      })
      .prefault({})
      .meta({ description: "Layers that are stored elsewhere (foreign layers)." }),
    platforms: z.enum(IndexPlatforms).default(IndexPlatforms.All).meta({
      description:
        "Which images of a pushed index must be in the registry: all, none, or those of `platformList`.",
      configYml: "validation.manifests.indexes.platforms",
    }),
    platformList: z.array(platform).default([]).meta({
      description: "Platforms whose images must be in the registry, with `platforms: list`.",
    }),
  })
  .prefault({})
  .meta({ description: "Checks of pushed manifests." });

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
        scheme: z.enum(RedirectScheme).optional().meta({
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

/** Stack config `wharf:distribution`: how the registry software itself, distribution v3, behaves. */
export const distributionSettings = z
  .strictObject({
    log: logSettings,
    delete: z.boolean().default(true).meta({
      description: "Whether images, tags and blobs may be deleted; otherwise DELETE answers 405.",
      configYml: "storage.delete.enabled",
    }),
    readOnly: z.boolean().default(false).meta({
      description: "Whether the registry refuses pushes and deletions (405), for maintenance.",
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
        "Tags that are looked up at the same time when a digest is deleted. Defaults to the number of CPUs.",
      configYml: "storage.tag.concurrencylimit",
    }),
  })
  .prefault({})
  .meta({ description: "How the registry software, distribution v3, behaves." });

/** Checked settings of distribution, every default filled in. */
export type DistributionSettings = z.output<typeof distributionSettings>;
