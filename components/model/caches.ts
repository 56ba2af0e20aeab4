import { z } from "zod";
import { inputOf } from "../core/tokens";
import { nearest } from "../core/messages";

/** A registry whose images a cache keeps. */
export interface Upstream {
  /** Name by which images are known: `docker.io` in `docker.io/library/alpine`. */
  registry: string;
  /** URL that serves it. */
  url: string;
}

/** Registries that a description names by a word. */
export const upstreams = {
  "docker-hub": { registry: "docker.io", url: "https://registry-1.docker.io" },
  ghcr: { registry: "ghcr.io", url: "https://ghcr.io" },
  quay: { registry: "quay.io", url: "https://quay.io" },
  kubernetes: { registry: "registry.k8s.io", url: "https://registry.k8s.io" },
  "ecr-public": { registry: "public.ecr.aws", url: "https://public.ecr.aws" },
} as const satisfies Record<string, Upstream>;

/** The word of a known upstream. */
export type UpstreamWord = keyof typeof upstreams;

/**
 * The word that a person means who names a known registry by its host or URL; undefined for any other. Docker Hub's sites and
 * the host of its images' names serve no registry, and an image of `registry-1.docker.io` is another than one of `docker.io`.
 */
export function upstreamWordOf(text: string): UpstreamWord | undefined {
  const host = text
    .toLowerCase()
    .replace(/^https?:\/\//, "")
    .replace(/\/.*$/, "");
  if (/^((www|index|hub|registry|registry-1|auth)\.)?docker\.(io|com)$/.test(host))
    return "docker-hub";
  const words = Object.entries(upstreams) as [UpstreamWord, Upstream][];
  return words.find(([, { registry }]) => registry === host)?.[0];
}

/** The upstream of a word or of the URL of any other registry. */
export function upstreamOf(upstream: string): Upstream {
  return (
    (upstreams as Record<string, Upstream>)[upstream] ?? {
      registry: new URL(upstream).host,
      url: upstream.replace(/\/$/, ""),
    }
  );
}

const words = Object.keys(upstreams);

/** Names that every platform takes for a cache, and what is said of others. */
export const namePattern = /^[a-z][a-z0-9-]{0,28}[a-z0-9]$/;
export const notAName =
  "is not a name of a cache: 2 to 30 lower-case letters, digits and - between them, a letter first";

/** A registry answers at /v2/ of a host, so a path cannot be part of it; a user is named in `credentials`. */
function isRegistryUrl(text: string): boolean {
  if (!z.url({ protocol: /^https?$/ }).safeParse(text).success) return false;
  const { origin, href } = new URL(text);
  return href === `${origin}/`;
}

/** Docker Hub answers under another host than its images' names have, so it is named by its word. */
function isUpstream(text: string): boolean {
  return words.includes(text) || (isRegistryUrl(text) && upstreamWordOf(text) !== "docker-hub");
}

function notAnUpstream(text: string): string {
  const meant = upstreamWordOf(text) ?? nearest(text, words);
  return [
    `is neither one of ${words.join(", ")} nor the URL of a registry, with scheme, host and port only`,
    ...(meant === undefined ? [] : [`did you mean ${meant}?`]),
  ].join("; ");
}

const credentials = z
  .strictObject({
    username: z.string().min(1).meta({ description: "User name at the upstream." }),
    password: inputOf(z.string().min(1)).optional().meta({
      description:
        "Password or access token; on a cloud Wharf keeps it in the platform's own store of secrets.",
      secret: true,
    }),
    passwordSecret: inputOf(z.string().min(1)).optional().meta({
      description:
        "In place of `password`, an existing secret: its ARN in Secrets Manager, its version in Secret Manager, its URL in Key Vault.",
    }),
  })
  .optional();

/** Schema of an entry of `wharf:pullThroughCaches`. */
export const cacheSettings = z.strictObject({
  upstream: z
    .string()
    .refine(isUpstream, {
      error: ({ input }) => notAnUpstream(String(input)),
    })
    .meta({
      description: `Registry to cache: ${words.map((word) => `\`${word}\``).join(", ")}, or the URL of another one.`,
    }),
  name: z.string().regex(namePattern, notAName).optional().meta({
    description:
      "Name of the cache, the first part of its images' names on a cloud. Defaults to the word of the upstream, or to its host with - for the dots.",
  }),
  credentials: credentials.meta({
    description: "User that the cache logs in as at the upstream. Defaults to anonymous pulls.",
  }),
  anonymous: z.boolean().optional().meta({
    description:
      "Whether clients may pull from a self-hosted cache without logging in, which mirrors of Docker and of nodes need. Defaults to true where only this machine or cluster reaches the cache and it has no `credentials`; to false elsewhere.",
  }),
  port: z.int().min(1).max(65535).optional().meta({
    description:
      "Port that the cache listens on, on docker. Defaults to the registry's own port plus the cache's place in the list, from 1.",
    kind: "port",
  }),
  sizeGiB: z.number().positive().default(5).meta({
    description:
      "Size in GiB of the volume of a cache on kubernetes, which may grow in place; a full one serves what it has. Defaults to 5.",
  }),
  ttlHours: z.int().min(0).default(168).meta({
    description:
      "Time in hours after which a self-hosted cache deletes an image; 0 for never. Defaults to 168, a week.",
  }),
});

/** An entry of `wharf:pullThroughCaches` as the schema parsed it. */
export type CacheSettings = z.output<typeof cacheSettings>;

/** A checked cache, its name filled in. */
export interface Cache extends CacheSettings {
  name: string;
}

/** The name of a cache that has none of its own. */
export function cacheName({ name, upstream }: CacheSettings): string {
  if (name !== undefined) return name;
  return words.includes(upstream) ? upstream : new URL(upstream).hostname.replaceAll(".", "-");
}
