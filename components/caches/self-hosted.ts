import { distributionSettings } from "../model/distribution/settings";
import type { SharedDescription } from "../model/description";
import { storageSettings } from "../model/storage";
import { type Cache, upstreamOf } from "../model/caches";

/**
 * The description of the registry that keeps one upstream's images: the software in proxy mode, on a volume of its own, with what
 * the registry itself has of TLS, users, logs and metrics. Only the registry has its bucket, its Redis, its notifications and its
 * checks of other servers. Deletion is on, without which nothing that is too old would be deleted.
 */
export function cacheArgs<Described extends SharedDescription>(
  args: Described,
  cache: Cache,
): Described {
  const { http, log, metrics } = args.distribution;
  const distribution = distributionSettings.parse({
    proxy: {
      remoteUrl: upstreamOf(cache.upstream).url,
      username: cache.credentials?.username,
      password: cache.credentials?.password,
      ttlHours: cache.ttlHours,
    },
  });
  return {
    ...args,
    storage: storageSettings.parse({ kind: "volume", sizeGiB: cache.sizeGiB }),
    distribution: {
      ...distribution,
      log,
      metrics,
      http: { ...http, externalUrl: undefined, prefix: undefined },
    },
  };
}

/**
 * Whether clients pull from a cache without logging in: as set, or where it asks its upstream anonymously, so that everyone may
 * have what it holds, and only this machine, or this cluster, reaches it. Docker sends no user to a mirror (moby's
 * registry/config.go), and neither does containerd on a node.
 * @param within whether only this machine, or this cluster, reaches it
 */
export function servesAnyone({ anonymous, credentials }: Cache, within: boolean): boolean {
  return anonymous ?? (credentials === undefined && within);
}

/** How a cache is reached, and by whom. */
interface Reached {
  /** `host:port` that its images' names start with. */
  host: string;
  /** Whether clients pull without logging in. */
  anonymous: boolean;
}

/** What a person should know about a self-hosted cache: how an image is named, who may pull it, what becomes of old ones. */
export function cacheNote(cache: Cache, { anonymous, host }: Reached): string {
  const { registry } = upstreamOf(cache.upstream);
  // Docker Hub's own images lie below library/, which only a name without a registry may leave out.
  const [image, cached] =
    registry === "docker.io"
      ? ["docker.io/library/alpine:3", "library/alpine:3"]
      : [`${registry}/NAME:TAG`, "NAME:TAG"];
  return [
    `Cache ${cache.name}: ${image} is pulled as ${host}/${cached}, or by its own name through the files of output mirrors.`,
    anonymous
      ? cache.credentials === undefined
        ? "It allows anonymous pulls."
        : `It allows anonymous pulls: whoever reaches it may pull what ${cache.credentials.username} may.`
      : `It needs a user of the registry: docker login ${host}; Docker's registry-mirrors and a node's containerd send none.`,
    cache.ttlHours === 0
      ? "It keeps every image."
      : `It deletes an image ${cache.ttlHours} hours after it was cached.`,
  ].join(" ");
}
