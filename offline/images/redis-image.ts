import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type Docker from "dockerode";
import type { Announce } from "../announce";
import { cached } from "../cache";
import { findOnPath, outputOf } from "../commands";
import { unpackDebianPackages } from "../debian-packages";
import { OfflineError, reason } from "../errors";
import { loadImage, unprivileged, type Entry } from "./image-archive";
import { goArchitecture } from "./registry-image";

/** The locally built image of Redis; its label `org.opencontainers.image.version` holds the version of Debian's package. */
export const localRedis = "wharf.local/redis:debian";

const programs = ["redis-server", "redis-cli"];

/**
 * Builds the Redis image from Debian's packages, which are downloaded and not installed: the server, `redis-cli` for health
 * checks, and the shared libraries that both load. It runs as 10001:10001.
 *
 * @throws {OfflineError} where this machine has no Debian packages for the engine's architecture
 */
export async function buildRedisImage(docker: Docker, announce: Announce): Promise<void> {
  const { Architecture } = (await docker.info()) as { Architecture: string };
  const architecture = goArchitecture(Architecture);
  const tools = await Promise.all(["apt-get", "dpkg-deb", "ldd"].map((name) => findOnPath(name)));
  if (
    tools.includes(undefined) ||
    goArchitecture(await outputOf("uname", ["-m"])) !== architecture
  ) {
    throw new OfflineError(
      "The Redis image cannot be pulled, and it can be built only on Debian or Ubuntu, on the Docker engine's own machine. " +
        "Keep the cache of blob descriptors in the registry's memory instead:",
      "pulumi config set --path 'wharf:distribution.cache.kind' memory",
    );
  }
  const version = await packageVersion();
  const files = await redisPrograms(architecture, version, announce);
  const names = (await readdir(files)).sort();
  const loader = names.filter((name) => name.startsWith("ld-linux"));
  const libraries = names.filter((name) => !programs.includes(name) && !loader.includes(name));
  const triplet = (await outputOf("uname", ["-m"])) + "-linux-gnu";
  const file = async (directory: string, name: string): Promise<Entry> => ({
    path: `${directory}/${name}`,
    contents: await readFile(join(files, name)),
  });
  await loadImage(docker, {
    reference: localRedis,
    architecture,
    entries: [
      ...(await Promise.all(programs.map((name) => file("usr/bin", name)))),
      ...(await Promise.all(libraries.map((name) => file(`lib/${triplet}`, name)))),
      // Where the programs' headers say it is: /lib64 on amd64, /lib elsewhere.
      ...(await Promise.all(
        loader.map((name) => file(architecture === "amd64" ? "lib64" : "lib", name)),
      )),
      { path: "tmp", mode: 0o1777 },
      { path: "data", owner: unprivileged },
    ],
    command: ["redis-server"],
    workingDirectory: "/data",
    labels: {
      "org.opencontainers.image.title": "redis",
      "org.opencontainers.image.version": version,
    },
  });
}

/**
 * The directory that holds Debian's `redis-server` and `redis-cli`, the libraries that they load and the program `ld-linux…` that loads
 * them, downloaded the first time.
 * @param architecture Go's name of this machine's
 * @param version of the package
 */
export function redisPrograms(
  architecture: string,
  version: string,
  announce: Announce,
): Promise<string> {
  const key = join("images", `redis-${version}-linux-${architecture}`);
  return cached(key, (into) => collect(into, announce), announce);
}

/** Version of the package that apt would install, without its epoch: `7.0.15-1~deb12u10`. */
export async function packageVersion(): Promise<string> {
  const shown = await outputOf("apt-cache", ["policy", "redis-server"]);
  const version = /Candidate: (?:\d+:)?(\S+)/.exec(shown)?.[1];
  if (version === undefined || version === "(none)") {
    throw new OfflineError(
      "apt has no package redis-server to build the Redis image from.",
      "sudo apt-get update",
    );
  }
  return version;
}

/** Copies the programs and the libraries they load into one directory. */
async function collect(into: string, announce: Announce): Promise<void> {
  const root = join(into, "root");
  await mkdir(root);
  try {
    announce.update("downloading Debian's redis-server");
    await unpackDebianPackages(await packageNames(), root);
  } catch (error) {
    throw new OfflineError(
      `Debian's package redis-server could not be downloaded:\n${reason(error)}`,
      "sudo apt-get update",
    );
  }
  const binaries = programs.map((name) => join(root, "usr/bin", name));
  for (const path of [...binaries, ...(await sharedLibraries(root, binaries))]) {
    await writeFile(join(into, basename(path)), await readFile(path));
  }
  await rm(root, { recursive: true });
}

/** Redis and every library that its packages depend on, directly or not. */
async function packageNames(): Promise<string[]> {
  const kinds = ["recommends", "suggests", "conflicts", "breaks", "replaces", "enhances"];
  const listed = await outputOf("apt-cache", [
    "depends",
    "--recurse",
    ...kinds.map((kind) => `--no-${kind}`),
    "redis-server",
  ]);
  const names = listed
    .split("\n")
    .filter((line) => /^(redis-|lib|zlib)/.test(line) && !line.includes("perl"));
  return [...new Set(names)];
}

/** The files that the loader would load for these programs, from the extracted packages and not from this machine. */
async function sharedLibraries(root: string, binaries: string[]): Promise<string[]> {
  const triplet = (await outputOf("uname", ["-m"])) + "-linux-gnu";
  const search = [`lib/${triplet}`, `usr/lib/${triplet}`].map((path) => join(root, path)).join(":");
  const found = new Set<string>();
  for (const binary of binaries) {
    const listed = await outputOf("ldd", [binary], { LD_LIBRARY_PATH: search });
    for (const [, library, loader] of listed.matchAll(/=> (\/\S+)|^\s*(\/\S*\/ld-linux\S*)/gm)) {
      found.add(library ?? join(root, `lib/${triplet}`, basename(loader ?? "")));
    }
  }
  return [...found];
}
