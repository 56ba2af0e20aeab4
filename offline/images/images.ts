import type Docker from "dockerode";
import { type Announce, duration } from "../announce";
import { localRolesImage } from "../../components/model/description";
import { connectDocker } from "../docker/docker-host";
import { OfflineError, reason } from "../errors";
import { isReachable } from "../network";
import { buildRedisImage, localRedis } from "./redis-image";
import { bareRegistry, buildRegistryImage, wharfRegistry } from "./registry-image";

/** References of the images that a stack runs. */
export interface Images {
  registry: string;
  /** Only where the stack runs a Redis beside the registry. */
  redis?: string;
}

/** An image that Wharf can build where the upstream one cannot be pulled. */
interface Buildable {
  /** Upstream repository on Docker Hub whose image the local one stands for. */
  repository: string;
  local: string;
  usually: string;
  build(docker: Docker, announce: Announce): Promise<void>;
}

/** What is built for a part of a stack: the first, unless the stack names another or runs it already. */
const buildable: Record<keyof Images, [Buildable, ...Buildable[]]> = {
  registry: [
    {
      repository: "library/registry",
      get local() {
        return wharfRegistry.reference;
      },
      usually: "usually 2 to 4 minutes the first time, then seconds",
      build: buildRegistryImage,
    },
    {
      repository: "library/registry",
      local: bareRegistry.reference,
      usually: "usually 2 to 4 minutes the first time, then seconds",
      build: (docker, announce) => buildRegistryImage(docker, announce, bareRegistry),
    },
  ],
  redis: [
    {
      repository: "library/redis",
      local: localRedis,
      usually: "usually under a minute",
      build: buildRedisImage,
    },
  ],
};

/**
 * Sees to it that the engine has or can pull the images of a stack. Returns the references of locally built ones, to be written
 * to stack config `wharf:images`, or undefined where every image is present or can be pulled. Builds only the official images of
 * the registry and of Redis; the network is not asked when an image, upstream's or the local one, is present.
 *
 * @param running references of locally built images that the stack runs already. It keeps distribution's own program until its
 *   description asks for more, so that a new version of Wharf does not change who may do what.
 * @throws {OfflineError} where an image can be neither pulled nor built
 */
export async function localImages(
  wanted: Images,
  announce: Announce,
  docker = connectDocker(),
  running: readonly string[] = [],
): Promise<Partial<Images> | undefined> {
  const local: Partial<Images> = {};
  for (const kind of ["registry", "redis"] as const) {
    const reference = wanted[kind];
    if (reference === undefined) continue;
    const [usual, ...others] = buildable[kind];
    const kept = (other: Buildable) => other.local === reference || running.includes(other.local);
    const image = reference === localRolesImage ? usual : (others.find(kept) ?? usual);
    if (await needsLocal(docker, reference, image, announce)) local[kind] = image.local;
  }
  return Object.keys(local).length === 0 ? undefined : local;
}

/** Whether the local image takes this one's place; it is there once this returns true. */
async function needsLocal(
  docker: Docker,
  reference: string,
  image: Buildable,
  announce: Announce,
): Promise<boolean> {
  if (await isPresent(docker, reference)) return reference === image.local;
  const { host, repository } = parseReference(reference);
  const isOfficial = host === dockerHub && repository === image.repository;
  // What a description with roles names, whichever version of it this machine builds.
  const isOwn = reference === localRolesImage;
  if ((isOfficial || isOwn) && (await isPresent(docker, image.local))) return true;
  if (reference !== image.local && !isOwn) {
    if (await canPull(docker, reference, host, announce)) return false;
    if (!isOfficial) {
      throw new OfflineError(
        `The image ${reference} is not on this machine, and ${host} cannot be reached to pull it. ` +
          "Load it from a file saved elsewhere:",
        "docker load --input image.tar",
      );
    }
  }
  announce.start("image", `building ${image.local}: ${image.usually}`);
  const began = Date.now();
  await image.build(docker, announce);
  announce.done("image", `${image.local} built in ${duration(Date.now() - began)}`);
  return true;
}

async function isPresent(docker: Docker, reference: string): Promise<boolean> {
  try {
    await docker.getImage(reference).inspect();
    return true;
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return false;
    throw error;
  }
}

/** Whether the engine can pull an image; where it goes by a mirror or a proxy of its own, only pulling it tells. */
async function canPull(
  docker: Docker,
  reference: string,
  host: string,
  announce: Announce,
): Promise<boolean> {
  if (await isReachable(host)) return true;
  const info = (await docker.info()) as {
    RegistryConfig?: { Mirrors?: string[] };
    HttpsProxy?: string;
  };
  const hasMirror = host === dockerHub && (info.RegistryConfig?.Mirrors ?? []).length > 0;
  if (!hasMirror && !info.HttpsProxy) return false;
  announce.start("image", `pulling ${reference}`);
  try {
    const progress = (await docker.pull(reference)) as NodeJS.ReadableStream;
    await new Promise<void>((resolve, reject) => {
      docker.modem.followProgress(progress, (error) => (error ? reject(error) : resolve()));
    });
    announce.done("image", `${reference} pulled`);
    return true;
  } catch (error) {
    announce.update(`pulling failed: ${reason(error)}`);
    return false;
  }
}

const dockerHub = "registry-1.docker.io";

/** Splits a reference as Docker does: the first part is a host when it looks like one. */
export function parseReference(reference: string): { host: string; repository: string } {
  const name = reference.replace(/@.*$/, "").replace(/:[^/:]*$/, "");
  const [first = "", ...rest] = name.split("/");
  const namesHost = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  if (namesHost && first !== "docker.io") return { host: first, repository: rest.join("/") };
  const path = namesHost ? rest : [first, ...rest];
  return { host: dockerHub, repository: path.length === 1 ? `library/${path[0]}` : path.join("/") };
}
