import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import type Docker from "dockerode";
import type { Announce } from "../announce";
import { cached } from "../cache";
import { buildWithGo } from "../go";
import { type ImageDescription, loadImage, unprivileged } from "./image-archive";

const distributionVersion = "3.1.2";

/** The locally built image of distribution, the reference registry. */
export const localRegistry = `wharf.local/distribution:${distributionVersion}`;

const distribution = "github.com/distribution/distribution/v3";
const uRoot = { version: "0.15.0", commands: "github.com/u-root/u-root/cmds/core" };

/**
 * The directory that holds distribution's `registry`, the `wget` of health checks and the `cat` that hands a pull-through cache
 * its credentials, for Linux, built from Go modules the first time.
 * @param architecture Go's name of it
 */
export function registryPrograms(architecture: string, announce: Announce): Promise<string> {
  const versions = `distribution-${distributionVersion}-u-root-${uRoot.version}`;
  const key = join("images", `${versions}-linux-${architecture}`);
  const fill = (into: string) =>
    buildWithGo(
      {
        module: "distribution",
        packages: [
          `${distribution}/cmd/registry`,
          `${uRoot.commands}/wget`,
          `${uRoot.commands}/cat`,
        ],
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
 * Builds the registry image from Go modules and puts it into a Docker engine; see {@link registryImage}.
 */
export async function buildRegistryImage(docker: Docker, announce: Announce): Promise<void> {
  const { Architecture } = (await docker.info()) as { Architecture: string };
  const image = await registryImage(goArchitecture(Architecture), announce);
  announce.update("loading it into the Docker engine");
  await loadImage(docker, image);
}

/**
 * The registry image, built from Go modules: the official image's program, the wget that health checks run, the cat of a
 * pull-through cache, certificate authorities for storage and upstreams, and nothing else. It runs as 10001:10001 and takes the commands of `registry`, such as
 * `serve /etc/distribution/config.yml`.
 * @param architecture Go's name of it
 */
export async function registryImage(
  architecture: string,
  announce: Announce,
): Promise<ImageDescription> {
  const programs = await registryPrograms(architecture, announce);
  return {
    reference: localRegistry,
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
      "org.opencontainers.image.title": "distribution",
      "org.opencontainers.image.version": distributionVersion,
      "org.opencontainers.image.source": "https://github.com/distribution/distribution",
      "org.opencontainers.image.licenses": "Apache-2.0",
    },
  };
}

/** Go's name of an architecture in the kernel's words, which the Docker engine reports, or in Node's (`process.arch`). */
export function goArchitecture(reported: string): string {
  return { x86_64: "amd64", x64: "amd64", aarch64: "arm64", armv7l: "arm" }[reported] ?? reported;
}
