import { existsSync } from "node:fs";
import { basename, resolve } from "node:path";
import type { Announce } from "./announce";
import { findOnPath, outputOf, run } from "./commands";
import { OfflineError, reason } from "./errors";
import { outlastOutage } from "./network";

/** Go 1.21 is the first that can fetch a newer toolchain when a module asks for one. */
const oldestGo = { major: 1, minor: 21 };

// Debian's Go and that of Docker's image golang get no newer toolchain by themselves, whatever a module asks for.
const environment = { CGO_ENABLED: "0", GOWORK: "off", GOTOOLCHAIN: "auto" };

/** What to build from one of the committed modules. */
export interface GoBuild {
  /**
   * Directory that holds go.mod and go.sum, below `offline/go` or absolute; the checksums in it are what makes the download
   * trustworthy.
   */
  module: string;
  /** Import paths of the programs. */
  packages: string[];
  /** Directory that receives them, each under the last part of its import path. */
  into: string;
  /** Variables of the linker, as `-X` takes them. */
  variables?: Record<string, string>;
  /** Platform, as in `{ GOOS: "linux", GOARCH: "arm64" }`. Defaults to this machine's. */
  platform?: { GOOS: string; GOARCH: string };
}

/**
 * Builds programs from the Go module proxy, or whatever `GOPROXY` names.
 *
 * @throws {OfflineError} where there is no Go, an old one, or the modules are not available
 */
export async function buildWithGo(build: GoBuild, announce: Announce): Promise<void> {
  const go = await findGo();
  const variables = Object.entries(build.variables ?? {}).map(
    ([name, value]) => `-X ${name}=${value}`,
  );
  let downloaded = 0;
  let compiled = 0;
  const onLine = (line: string) => {
    if (line.startsWith("go: downloading ")) downloaded += 1;
    else if (/^[\w.-]+(\/[\w.~-]+)*$/.test(line)) compiled += 1;
    else return;
    announce.update(
      compiled > 0 ? `${compiled} packages compiled` : `${downloaded} modules downloaded`,
    );
  };
  try {
    const flags = ["-v", "-trimpath", "-buildvcs=false", "-mod=readonly"];
    const link = `-ldflags=${["-s", "-w", ...variables].join(" ")}`;
    const words = ["build", ...flags, link, "-o", `${build.into}/`, ...build.packages];
    const options = {
      cwd: directoryOf(build.module),
      env: { ...environment, ...build.platform },
      onLine,
    };
    await outlastOutage(() => run(go, words, options), announce);
  } catch (error) {
    const programs = build.packages.map((path) => basename(path)).join(" and ");
    throw notHad(`build ${programs}`, error);
  }
}

/**
 * The directory in which Go keeps the sources of a module, downloaded where they are not there yet.
 *
 * @param module the committed module that names its version and checksum, as in {@link GoBuild}
 * @throws {OfflineError} where there is no Go, an old one, or the module is not available
 */
export async function moduleDirectory(module: string, path: string): Promise<string> {
  const go = await findGo();
  let directory = "";
  // What is printed is JSON of a line for each field, between lines about the download itself.
  const onLine = (line: string) => {
    const [, found] = /^\s*"Dir": (".*"),?$/.exec(line) ?? [];
    if (found !== undefined) directory = JSON.parse(found) as string;
  };
  try {
    const options = { cwd: directoryOf(module), env: environment, onLine };
    await outlastOutage(() => run(go, ["mod", "download", "-json", path], options));
  } catch (error) {
    throw notHad(`download ${path}`, error);
  }
  return directory;
}

/**
 * The directory of a module, below `offline/go`. Where this file is part of a bundle, `__dirname` is the folder of the entry, beside
 * this one.
 */
export function directoryOf(module: string): string {
  return resolve(__dirname, "../offline/go", module);
}

function notHad(what: string, error: unknown): OfflineError {
  return new OfflineError(
    `Go could not ${what}:\n${reason(error)}\n` +
      "Where the Go module proxy cannot be reached, name one that can be:",
    "go env -w GOPROXY=https://proxy.example.com",
  );
}

/** The Go command that can build Wharf's modules. */
async function findGo(): Promise<string> {
  const go = (await findOnPath("go")) ?? "/usr/local/go/bin/go";
  if (!existsSync(go)) throw new OfflineError("Go is not installed.", installGo());
  const version = await outputOf(go, ["version"]);
  const [, major = 0, minor = 0] = (/go(\d+)\.(\d+)/.exec(version) ?? []).map(Number);
  if (major === oldestGo.major && minor < oldestGo.minor) {
    throw new OfflineError(`Go ${major}.${minor} is too old to build with.`, installGo());
  }
  return go;
}

function installGo(): string {
  if (process.platform === "darwin") return "brew install go";
  const architecture = process.arch === "arm64" ? "arm64" : "amd64";
  return `curl -fsSL https://go.dev/dl/go1.26.0.linux-${architecture}.tar.gz | sudo tar -xz -C /usr/local`;
}
