import { z } from "zod";
import { plainUrl } from "./http";

/** A pull-through cache of one registry. */
export const proxySettings = z
  .strictObject({
    remoteUrl: plainUrl.meta({
      description:
        "URL of the registry that is cached, such as https://registry-1.docker.io. Required.",
      configYml: "proxy.remoteurl",
    }),
    username: z.string().min(1).optional().meta({
      description: "User name at that registry. Defaults to pulling without one.",
      configYml: "proxy.username",
    }),
    password: z.string().min(1).optional().meta({
      description: "Password or access token of `username`.",
      configYml: "proxy.password",
      secret: true,
    }),
    ttlHours: z.int().min(0).default(168).meta({
      description: "Time in hours after which cached content is removed; 0 keeps it for ever.",
      configYml: "proxy.ttl",
    }),
    cacheWriteTimeoutSeconds: z.int().min(1).default(300).meta({
      description: "Time in seconds that writing one blob into the cache may take.",
      configYml: "proxy.cachewritetimeout",
    }),
  })
  .optional()
  .meta({
    description:
      "Makes the registry a pull-through cache of another one; nothing can be pushed to it. Off by default. The registry does not start while the other one cannot be reached.",
  });
