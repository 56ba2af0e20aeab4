import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import type Docker from "dockerode";
import type { Announce } from "../announce";
import { cached } from "../cache";
import { buildWithGo, directoryOf } from "../go";
import { type ImageDescription, loadImage, unprivileged } from "./image-archive";

const distributionVersion = "3.1.2";
const distribution = "github.com/distribution/distribution/v3";
/** Where wget and cat come from. */
const commands = "github.com/u-root/u-root/cmds/core";

/** A registry program that Wharf builds from the Go module `offline/go/distribution`. */
export interface RegistryProgram {
  /** Name of the image: repository and tag. */
  reference: string;
  /** Names its build in the cache, with the versions of all that is in it. */
  key: string;
  /** Import path of the program `registry`. */
  package: string;
  labels: { title: string; source: string };
}

/**
 * The registry of Wharf's own composition: distribution with roles, immutable tags and live certificates. It takes distribution's
 * command line and config.yml. Its tag names its sources, so that another version of them never runs under the same name.
 */
export const wharfRegistry: RegistryProgram = {
  get reference() {
    return `wharf.local/wharf-registry:${distributionVersion}-${sourcesHash()}`;
  },
  get key() {
    return `wharf-registry-${distributionVersion}-${sourcesHash()}`;
  },
  package: "wharf.invalid/distribution/registry",
  labels: { title: "wharf-registry", source: "https://github.com/distribution/distribution" },
};

/** Distribution's own program, which stacks made by earlier versions of Wharf run. */
export const bareRegistry: RegistryProgram = {
  reference: `wharf.local/distribution:${distributionVersion}`,
  get key() {
    return `distribution-${distributionVersion}-${sourcesHash()}`;
  },
  package: `${distribution}/cmd/registry`,
  labels: { title: "distribution", source: "https://github.com/distribution/distribution" },
};

let hash: string | undefined;

/**
 * Names the sources of Wharf's registry and the versions of the modules that it is built from. Tests are not part of it. They are
 * read when an image is first asked for, since most commands ask for none.
 */
function sourcesHash(): string {
  return (hash ??= hashOfSources());
}

function hashOfSources(): string {
  const directory = directoryOf("distribution");
  const hash = createHash("sha256");
  const files = readdirSync(directory, { recursive: true, encoding: "utf8" });
  for (const file of files.filter(isSource).sort()) {
    hash
      .update(file)
      .update("\0")
      .update(readFileSync(join(directory, file)))
      .update("\0");
  }
  return hash.digest("hex").slice(0, 8);
}

function isSource(file: string): boolean {
  return /(\.go|go\.mod|go\.sum)$/.test(file) && !file.endsWith("_test.go");
}

/**
 * The directory that holds the program `registry`, the `wget` of health checks and the `cat` that hands a pull-through cache its
 * credentials, for Linux, built from Go modules the first time.
 * @param architecture Go's name of it
 */
export function registryPrograms(
  architecture: string,
  announce: Announce,
  program = wharfRegistry,
): Promise<string> {
  const key = join("images", `${program.key}-linux-${architecture}`);
  const fill = (into: string) =>
    buildWithGo(
      {
        module: "distribution",
        packages: [program.package, `${commands}/wget`, `${commands}/cat`],
        into,
        variables: {
          [`${distribution}/version.version`]: `v${distributionVersion}`,
        },
        platform: { GOOS: "linux", GOARCH: architecture },
      },
      announce,
    );
  return cached(key, fill, announce);
}

/**
 * Builds a registry image from Go modules and puts it into a Docker engine; see {@link registryImage}.
 */
export async function buildRegistryImage(
  docker: Docker,
  announce: Announce,
  program = wharfRegistry,
): Promise<void> {
  const { Architecture } = (await docker.info()) as { Architecture: string };
  const image = await registryImage(goArchitecture(Architecture), announce, program);
  announce.update("loading it into the Docker engine");
  await loadImage(docker, image);
}

/**
 * A registry image, built from Go modules: the program, the wget that health checks run, the cat of a pull-through cache, certificate
 * authorities for storage and upstreams, and nothing else. It runs as 10001:10001 and takes the commands of `registry`, such as
 * `serve /etc/distribution/config.yml`.
 * @param architecture Go's name of it
 */
export async function registryImage(
  architecture: string,
  announce: Announce,
  program = wharfRegistry,
): Promise<ImageDescription> {
  const programs = await registryPrograms(architecture, announce, program);
  return {
    reference: program.reference,
    architecture,
    entries: [
      { path: "bin" },
      { path: "bin/registry", contents: await readFile(join(programs, "registry")) },
      { path: "bin/cat", contents: await readFile(join(programs, "cat")) },
      { path: "usr/bin" },
      { path: "usr/bin/wget", contents: await readFile(join(programs, "wget")) },
      { path: "etc/distribution" },
      { path: "etc/ssl/certs" },
      {
        path: "etc/ssl/certs/ca-certificates.crt",
        contents: `${rootCertificates.join("\n")}\n`,
        mode: 0o644,
      },
      { path: "tmp", mode: 0o1777 },
      { path: "var/lib/registry", owner: unprivileged },
    ],
    entrypoint: ["registry"],
    command: ["serve", "/etc/distribution/config.yml"],
    // As the official image: without it the process sends traces to localhost:4318 and logs that it cannot.
    environment: ["OTEL_TRACES_EXPORTER=none"],
    labels: {
      "org.opencontainers.image.title": program.labels.title,
      "org.opencontainers.image.version": distributionVersion,
      "org.opencontainers.image.source": program.labels.source,
      "org.opencontainers.image.licenses": "Apache-2.0",
    },
  };
}

/** Go's name of an architecture in the kernel's words, which the Docker engine reports, or in Node's (`process.arch`). */
export function goArchitecture(reported: string): string {
  return { x86_64: "amd64", x64: "amd64", aarch64: "arm64", armv7l: "arm" }[reported] ?? reported;
}
