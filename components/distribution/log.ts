import { z } from "zod";

/** What the registry writes to its standard output. */
export const logSettings = z
  .strictObject({
    level: z.enum(["error", "warn", "info", "debug"]).optional().meta({
      description:
        "Least severity that is logged. Defaults to info, and to warn where a notification endpoint has headers, because distribution prints those in clear at info.",
      configYml: "log.level",
    }),
    format: z.enum(["json", "text", "logstash"]).default("json").meta({
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
