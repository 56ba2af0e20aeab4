import { posix } from "node:path";
import { pinnedImages } from "./pinned";
import { BuildCache, type Build } from "../model/builds";
import { shellWord } from "../core/shell";
import { tagVariable } from "./tags";

/** Name of BuildKit's container and of the Docker context that it may need. */
const builder = "wharf";

/**
 * Whether a build needs BuildKit in a container of its own: for several platforms, and to keep layers in a registry, neither of
 * which the engine's own can do.
 */
export function needsBuilder({ platforms, cache }: Pick<Build, "platforms" | "cache">): boolean {
  return platforms.length > 1 || cache.kind === BuildCache.Registry;
}

/** The tag under which a build keeps its layers in the cache's repository. */
export function cacheTag({ name }: Pick<Build, "name">): string {
  return `${name}-cache`;
}

/** How the commands reach the engine and the registry. */
export interface DockerSurroundings {
  /** Path of BuildKit's settings, as it is written in double quotes of a shell. Defaults to BuildKit's own. */
  buildkitSettings?: string;
  /** Whether the engine is reached over TLS by the environment, which a builder takes only from a context. */
  engineOverTls?: boolean;
  /** Address that images of Docker Hub are pulled from, as it is written in double quotes of a shell. Defaults to docker.io. */
  dockerHub?: string;
  /** Whether to make a builder though nothing else asks for it. */
  builder?: boolean;
}

/**
 * Commands of a POSIX shell that build and push, after those that make the tags. They take the address of the images from
 * `REPOSITORY`, and that of the layers from `CACHE_REPOSITORY`.
 */
export function dockerLines(build: Build, surroundings: DockerSurroundings = {}): string[] {
  const images = build.tags.map((_, i) => `"$REPOSITORY:$${tagVariable(i)}"`);
  const tagged = images.map((image) => `--tag ${image}`);
  if (!needsBuilder(build) && surroundings.builder !== true) {
    const command = ["docker build", ...optionsOf(build), ...tagged, contextOf(build)];
    return [
      ...emulationLines(build, surroundings),
      command.join(" "),
      ...images.map((image) => `docker push ${image}`),
    ];
  }
  // Provenance would put an index around an image for one platform, which AWS Lambda does not accept.
  const command = [
    `docker buildx build --builder ${builder} --push --provenance=false`,
    ...optionsOf(build),
    ...cacheOptions(build),
    ...tagged,
    contextOf(build),
  ];
  return [...emulationLines(build, surroundings), ...builderLines(surroundings), command.join(" ")];
}

/** Options of `docker build` that are the same for every builder. */
export function optionsOf({ dockerfile, platforms, arguments: values }: Build): string[] {
  return [
    `--file ${shellWord(sourcePath(dockerfile))}`,
    `--platform ${platforms.join(",")}`,
    ...Object.entries(values).map(
      ([name, value]) => `--build-arg ${shellWord(`${name}=${value}`)}`,
    ),
  ];
}

/** The directory that is handed to the build, as a shell's word. */
export function contextOf({ context }: Pick<Build, "context">): string {
  return shellWord(sourcePath(context));
}

function cacheOptions(build: Build): string[] {
  if (build.cache.kind !== BuildCache.Registry) return [];
  const image = `type=registry,ref="$CACHE_REPOSITORY:${cacheTag(build)}"`;
  // ECR accepts a cache only as an image's manifest; the others accept that as well.
  return [
    `--cache-from ${image}`,
    `--cache-to ${image},mode=max,image-manifest=true,oci-mediatypes=true`,
  ];
}

/** Whether a build runs images of Docker Hub by itself: BuildKit's, or the emulators'. */
export function runsDockerHubImages(build: Pick<Build, "platforms" | "cache">): boolean {
  return needsBuilder(build) || foreignProcessors(build).length > 0;
}

function foreignProcessors({ platforms }: Pick<Build, "platforms">): string[] {
  return [...new Set(platforms.map((platform) => platform.split("/")[1] ?? ""))].filter(
    (architecture) => !["amd64", "386"].includes(architecture),
  );
}

/** Commands that let the machine run programs of foreign processors; none where its own is enough. */
function emulationLines(build: Build, { dockerHub }: DockerSurroundings): string[] {
  const { platforms } = build;
  const foreign = foreignProcessors(build);
  if (foreign.length === 0) return [];
  const install = `docker run --privileged --rm ${fromDockerHub(pinnedImages.binfmt, dockerHub)} --install ${foreign.join(",")}`;
  // A machine of that one processor needs no emulator of it.
  const own = `[ "$(docker version --format '{{.Server.Arch}}')" = ${foreign[0]} ]`;
  return [platforms.length === 1 ? `${own} || ${install}` : install];
}

/** An image of Docker Hub, pulled through a cache of it where there is one. */
function fromDockerHub(image: string, dockerHub: string | undefined): string {
  return dockerHub === undefined ? image : `"${image.replace(/^docker\.io/, () => dockerHub)}"`;
}

function builderLines({
  buildkitSettings,
  engineOverTls = false,
  dockerHub,
}: DockerSurroundings): string[] {
  const create = [
    `docker buildx create --name ${builder} --driver docker-container`,
    `--driver-opt image=${fromDockerHub(pinnedImages.buildkit, dockerHub)}`,
    ...(buildkitSettings === undefined ? [] : [`--buildkitd-config "${buildkitSettings}"`]),
    ...(engineOverTls ? [`${builder}-engine`] : []),
  ];
  return [...(engineOverTls ? [`docker context create ${builder}-engine`] : []), create.join(" ")];
}

/** A path in the source code, below ./ so that Docker reads it neither as an option nor as a URL. */
export function sourcePath(path: string): string {
  const normal = posix.normalize(path).replace(/(?<=.)\/$/, "");
  return normal === "." ? "." : `./${normal}`;
}
