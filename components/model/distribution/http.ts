import { z } from "zod";

/** A header's name: RFC 9110's token. */
export const headerName = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, {
  error: "is not a header name",
});

/** A header's value: no control characters, so that it cannot smuggle another header. */
export const headerValue = z.string().regex(/^[\t\x20-\x7e\x80-\xff]*$/, {
  error: "is not a header value; it must be one line of text",
});

/** A URL over HTTP that carries no credentials, because distribution prints its URLs in its log. */
export const plainUrl = z
  .url({ protocol: /^https?$/, error: "is not an http:// or https:// URL" })
  .refine((text) => !URL.canParse(text) || new URL(text).username + new URL(text).password === "", {
    error: "must not hold a user name or password: distribution prints the URL in its log",
  });

/** How the registry speaks HTTP. */
export const httpSettings = z
  .strictObject({
    headers: z.record(headerName, headerValue).default({}).meta({
      description:
        "Headers added to every answer under /v2/. X-Content-Type-Options is set to nosniff unless named here.",
      configYml: "http.headers",
    }),
    drainTimeoutSeconds: z.int().min(1).max(3600).default(30).meta({
      description:
        "Time in seconds that a stopping registry gives to requests under way, 1 to 3600. The container is killed only after it.",
      configYml: "http.draintimeout",
    }),
    http2: z.boolean().default(true).meta({
      description: "Whether HTTP/2 is offered to clients over TLS.",
      configYml: "http.http2.disabled",
    }),
    relativeUrls: z.boolean().default(false).meta({
      description:
        "Whether Location headers hold a path only, for a reverse proxy that changes scheme, host or port.",
      configYml: "http.relativeurls",
    }),
    externalUrl: plainUrl
      .refine((text) => !URL.canParse(text) || ["", "/"].includes(new URL(text).pathname), {
        error: "must end after the host and port; a path goes into prefix",
      })
      .optional()
      .meta({
        description:
          "URL by which clients reach the registry, scheme, host and port, for use in Location headers. Defaults to the host that the client asked for.",
        configYml: "http.host",
      }),
    prefix: z
      .string()
      .regex(/^\/([A-Za-z0-9._~-]+\/)*$/, {
        error: "must start and end with /, such as /registry/",
      })
      .optional()
      .meta({
        description:
          "Path under which the API answers, such as /registry/, behind a reverse proxy that keeps it. Docker itself asks at /v2/ only. Defaults to none.",
        configYml: "http.prefix",
      }),
  })
  .prefault({})
  .meta({ description: "How the registry speaks HTTP." });

/** Numbers for Prometheus, on a port apart from the registry's. */
export const metricsSettings = z
  .strictObject({
    enabled: z.boolean().default(false).meta({
      description:
        "Whether Prometheus may fetch metrics, at port 5001 of the container's network. That port also shows Go's profiles.",
      configYml: "http.debug.prometheus.enabled",
    }),
    path: z
      .string()
      .regex(/^\/[A-Za-z0-9._~/-]+$/, { error: "must be a path, such as /metrics" })
      .refine((path) => !path.startsWith("/debug/"), {
        error: "must not start with /debug/, where distribution answers itself",
      })
      .default("/metrics")
      .meta({
        description: "Path of the metrics on that port.",
        configYml: "http.debug.prometheus.path",
      }),
  })
  .prefault({})
  .meta({ description: "Metrics for Prometheus, off the public port." });
