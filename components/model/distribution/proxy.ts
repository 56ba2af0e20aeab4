import { z } from "zod";
import { plainUrl } from "./http";
import { inputOf } from "../../core/tokens";

/** A pull-through cache of one registry. */
export const proxySettings = z
  .strictObject({
    remoteUrl: plainUrl.meta({
      description:
        "URL of the registry that is cached, such as https://registry-1.docker.io. Required.",
      configYml: "proxy.remoteurl",
    }),
    username: z.string().min(1).optional().meta({
      description: "User name at that registry. Defaults to anonymous pulls.",
      configYml: "proxy.exec.command",
    }),
    password: inputOf(z.string().min(1)).optional().meta({
      description: "Password or access token of `username`.",
      configYml: "proxy.exec.command",
      secret: true,
    }),
    ttlHours: z.int().min(0).default(168).meta({
      description: "Time in hours after which cached content is removed; 0 for never.",
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
      "Makes the whole registry a pull-through cache of another one; nothing can be pushed to it. It starts, and serves the images that it has, while the other one cannot be reached. Off by default. `pullThroughCaches` puts caches beside the registry.",
  });

/** Checked settings of a pull-through cache. */
export type ProxySettings = NonNullable<z.output<typeof proxySettings>>;

/**
 * The program that hands distribution the credentials, by the protocol of Docker's credential helpers: distribution calls it with
 * the word `get` and reads JSON from it. As `cat` takes the word for the name of a file, all it needs is that file in the
 * directory that the registry runs in. Every image of a registry has `cat`, and no password stands in a process's arguments.
 *
 * It is asked only when the upstream wants to know who pulls. Without it distribution asks the upstream once before it listens,
 * and ends where that does not answer (`configureAuth` of its registry/proxy/proxyauth.go).
 */
export const credentialHelper = "cat";

/** Name of the file that holds the credentials: the word that distribution calls the program with. */
export const credentialFile = "get";

/** The file's contents; an empty name makes distribution pull anonymously. */
export function credentialsOf({ username = "", password = "" }: ProxySettings): string {
  return `${JSON.stringify({ Username: username, Secret: password })}\n`;
}
