import { z } from "zod";
import { hostAndPort } from "./cache";
import { headerName, headerValue, plainUrl } from "./http";
import { inputOf } from "../../core/tokens";

const interval = z.int().min(1).default(10);
const threshold = z.int().min(1).default(3);
const timeout = z.int().min(1).default(5);

/** One list of checks, with the prose that its three fields share. */
function timing(checks: "http" | "tcp") {
  return {
    timeoutSeconds: timeout.meta({
      description: "Time in seconds that one check may take.",
      configYml: `health.${checks}[].timeout`,
    }),
    intervalSeconds: interval.meta({
      description: "Time in seconds between two checks.",
      configYml: `health.${checks}[].interval`,
    }),
    threshold: threshold.meta({
      description: "Failures in a row that make the registry unhealthy.",
      configYml: `health.${checks}[].threshold`,
    }),
  };
}

/** What must hold for the registry to be healthy; while it is not, it answers 503 to everyone. */
export const healthSettings = z
  .strictObject({
    storageDriver: z
      .strictObject({
        enabled: z.boolean().default(true).meta({
          description: "Whether the registry checks that its storage answers.",
          configYml: "health.storagedriver.enabled",
        }),
        intervalSeconds: interval.meta({
          description: "Time in seconds between two checks.",
          configYml: "health.storagedriver.interval",
        }),
        threshold: threshold.meta({
          description: "Failures in a row that make the registry unhealthy.",
          configYml: "health.storagedriver.threshold",
        }),
      })
      .prefault({})
      .meta({ description: "The storage answers." }),
    files: z
      .array(
        z.strictObject({
          path: z.string().startsWith("/", { error: "must be an absolute path" }).meta({
            description:
              "File in the container whose existence makes the registry unhealthy. Required.",
            configYml: "health.file[].file",
          }),
          intervalSeconds: interval.meta({
            description: "Time in seconds between two checks.",
            configYml: "health.file[].interval",
          }),
        }),
      )
      .default([])
      .meta({ description: "Files that take the registry out of service while they exist." }),
    http: z
      .array(
        z.strictObject({
          url: plainUrl.meta({
            description: "URL that must answer a HEAD request. Required.",
            configYml: "health.http[].uri",
          }),
          statusCode: z.int().min(100).max(599).default(200).meta({
            description: "Status that the answer must have.",
            configYml: "health.http[].statuscode",
          }),
          headers: z.record(headerName, inputOf(headerValue)).default({}).meta({
            description: "Headers of the request.",
            configYml: "health.http[].headers",
            secret: true,
          }),
          ...timing("http"),
        }),
      )
      .default([])
      .meta({ description: "Web servers without which the registry is not healthy." }),
    tcp: z
      .array(
        z.strictObject({
          address: hostAndPort.meta({
            description: "Address (host:port) that must accept a connection. Required.",
            configYml: "health.tcp[].addr",
          }),
          ...timing("tcp"),
        }),
      )
      .default([])
      .meta({ description: "TCP servers without which the registry is not healthy." }),
  })
  .prefault({})
  .meta({ description: "Checks; while one fails, the registry answers 503 to every request." });
