import type { Cache } from "./settings";
import { upstreamOf } from "./upstreams";

/** How a cache is reached, and by whom. */
interface Reached {
  /** `host:port` that its images' names start with. */
  host: string;
  /** Whether clients need name no user. */
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
        ? "It asks for no user."
        : `It asks for no user: whoever reaches it may pull what ${cache.credentials.username} may.`
      : `It asks for a user of the registry: docker login ${host}; Docker's registry-mirrors and a node's containerd send none.`,
    cache.ttlHours === 0
      ? "It keeps every image."
      : `It lets an image go ${cache.ttlHours} hours after it came.`,
  ].join(" ");
}
