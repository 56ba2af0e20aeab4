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
