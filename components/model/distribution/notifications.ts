import { z } from "zod";
import { headerName, headerValue, plainUrl } from "./http";
import { inputOf } from "../../core/tokens";

const actions = z.array(z.enum(["push", "pull", "mount", "delete"]));
const mediaTypes = z.array(z.string().min(1));

/** One web server that is told of pushes, pulls and deletions. */
const endpoint = z.strictObject({
  name: z.string().min(1).meta({
    description: "Name of the endpoint in logs and metrics; no two may be equal. Required.",
    configYml: "notifications.endpoints[].name",
  }),
  url: plainUrl.meta({
    description: "URL that events are posted to. Required.",
    configYml: "notifications.endpoints[].url",
  }),
  enabled: z.boolean().default(true).meta({
    description: "Whether events are sent to the endpoint.",
    configYml: "notifications.endpoints[].disabled",
  }),
  headers: z.record(headerName, inputOf(headerValue)).default({}).meta({
    description: "Headers of each request, such as Authorization.",
    configYml: "notifications.endpoints[].headers",
    secret: true,
  }),
  timeoutSeconds: z.number().positive().default(1).meta({
    description: "Time in seconds that the endpoint may take to answer.",
    configYml: "notifications.endpoints[].timeout",
  }),
  threshold: z.int().min(1).default(10).meta({
    description: "Failures in a row after which the registry waits before it tries again.",
    configYml: "notifications.endpoints[].threshold",
  }),
  backoffSeconds: z.number().positive().default(1).meta({
    description: "That wait, in seconds.",
    configYml: "notifications.endpoints[].backoff",
  }),
  ignoredMediaTypes: mediaTypes.default([]).meta({
    description:
      "Media types whose events are not sent (the older spelling of `ignore.mediaTypes`).",
    configYml: "notifications.endpoints[].ignoredmediatypes",
  }),
  ignore: z
    .strictObject({
      mediaTypes: mediaTypes.default([]).meta({
        description: "Media types whose events are not sent.",
        configYml: "notifications.endpoints[].ignore.mediatypes",
      }),
      actions: actions.default([]).meta({
        description: "Actions whose events are not sent.",
        configYml: "notifications.endpoints[].ignore.actions",
      }),
    })
    .prefault({})
    .meta({ description: "Events that are not sent." }),
});

/** Who is told of pushes, pulls and deletions. The queue is in memory: what is unsent at a stop is lost. */
export const notificationSettings = z
  .strictObject({
    endpoints: z
      .array(endpoint)
      .default([])
      .meta({ description: "Web servers that events are posted to. None by default." }),
    includeReferences: z.boolean().default(false).meta({
      description: "Whether an event of a manifest lists what the manifest refers to.",
      configYml: "notifications.events.includereferences",
    }),
  })
  .prefault({})
  .meta({ description: "Webhooks for pushes, pulls and deletions." });
