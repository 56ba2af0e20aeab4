import { mkdir, readFile, realpath, stat, writeFile } from "node:fs/promises";
import { delimiter, dirname, join, sep } from "node:path";
import { type Announce, duration } from "../announce";
import { cacheDirectory, cached, findCached, readNote, writeNote } from "../cache";
import { findOnPath, isExecutable, outputOf } from "../commands";
import { OfflineError, reason } from "../errors";
import { buildWithGo } from "../go";
import { isReachable } from "../network";
import { downloadArchive, engineVersion, officialArchive } from "./official-engine";

const languageHost = "pulumi-language-nodejs";

/** A Pulumi engine and its Node.js language host on this machine. */
export interface Installation {
  version: string;
  /** Found on PATH; downloaded from get.pulumi.com; built from the Go module proxy. */
  origin: "installed" | "downloaded" | "built";
  /** Directory that holds `pulumi`, and unless both are on PATH `pulumi-language-nodejs`. */
  binDirectory: string;
}

/**
 * Finds the engine, or gets it: the one on PATH, the one in the cache, the official download, a build from the Go module proxy.
 *
 * @throws {OfflineError} where none of these works, or the download is another file than the pinned one
 */
export async function findInstallation(announce: Announce): Promise<Installation> {
  const found = (await findInstalled()) ?? (await findBuilt());
  if (found) {
    announce.done("engine", `Pulumi ${found.version}, ${origins[found.origin]}`);
    return found;
  }
  const began = Date.now();
  const downloaded = await download(announce);
  const got = typeof downloaded === "string" ? await build(downloaded, announce) : downloaded;
  const took = `${duration(Date.now() - began)}, cached for next time`;
  announce.done("engine", `Pulumi ${got.version}, ${origins[got.origin]} (${took})`);
  return got;
}

const origins = {
  installed: "installed",
  downloaded: "downloaded from get.pulumi.com",
  built: "built from Go modules",
} as const;

/** The Pulumi 3 on PATH that has its language host, leaving out the cache (which `wharf pulumi-env` puts there). */
async function findInstalled(): Promise<Installation | undefined> {
  const cache = cacheDirectory() + sep;
  const path = (process.env.PATH ?? "")
    .split(delimiter)
    .filter((directory) => !directory.startsWith(cache))
    .join(delimiter);
  const pulumi = await findOnPath("pulumi", path);
  if (pulumi === undefined) return undefined;
  // Package managers link the command into a shared directory and keep the language host where the link leads.
  const directories = new Set([dirname(pulumi), dirname(await realpath(pulumi))]);
  const version = await versionOf(pulumi);
  if (!version?.startsWith("3.")) return undefined;
  for (const binDirectory of directories) {
    if (await isExecutable(join(binDirectory, languageHost))) {
      return { version, origin: "installed", binDirectory };
    }
  }
  const elsewhere = await findOnPath(languageHost, path);
  return elsewhere === undefined
    ? undefined
    : { version, origin: "installed", binDirectory: dirname(pulumi) };
}

/** The version that a Pulumi command prints; noted, since starting it to ask takes half a second. */
async function versionOf(pulumi: string): Promise<string | undefined> {
  const { size, mtimeMs } = await stat(pulumi);
  const note = await readNote<{ file: string; version: string }>("installed-engine.json");
  const file = `${pulumi} ${size} ${mtimeMs}`;
  if (note?.file === file) return note.version;
  try {
    const printed = await outputOf(pulumi, ["version"], { PULUMI_SKIP_UPDATE_CHECK: "1" });
    const version = printed.replace(/^v/, "");
    await writeNote("installed-engine.json", { file, version });
    return version;
  } catch {
    // A command that does not even print its version is none that could be used.
    return undefined;
  }
}

const cacheKey = join("engine", engineVersion);

async function findBuilt(): Promise<Installation | undefined> {
  const directory = await findCached(cacheKey);
  return directory === undefined ? undefined : installationIn(directory);
}

async function installationIn(directory: string): Promise<Installation> {
  const origin = (await readFile(join(directory, "origin"), "utf8")) as "downloaded" | "built";
  return { version: engineVersion, origin, binDirectory: join(directory, "bin") };
}

/** Downloads the official engine, or says why it cannot. */
async function download(announce: Announce): Promise<Installation | string> {
  const archive = officialArchive();
  if (archive === undefined)
    return `the checksum of its official archive for ${process.platform} on ${process.arch} is not known`;
  if (!(await isReachable("get.pulumi.com")))
    return "get.pulumi.com cannot be reached to download it";
  announce.start("engine", `downloading Pulumi ${engineVersion}, usually under a minute`);
  try {
    const directory = await cached(
      cacheKey,
      async (root) => {
        await downloadArchive(archive, root, announce);
        await writeFile(join(root, "origin"), "downloaded");
      },
      announce,
    );
    return await installationIn(directory);
  } catch (error) {
    if (error instanceof OfflineError) throw error;
    return `its download from get.pulumi.com failed (${reason(error)})`;
  }
}

/** Builds the engine, and says why it is not downloaded. */
async function build(why: string, announce: Announce): Promise<Installation> {
  announce.start(
    "engine",
    `building Pulumi ${engineVersion} from Go modules, since ${why}: usually 3 to 6 minutes, once`,
  );
  try {
    const directory = await cached(
      cacheKey,
      async (root) => {
        const into = join(root, "bin");
        await mkdir(into);
        await buildWithGo(
          {
            module: "language-nodejs",
            packages: [`github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/${languageHost}`],
            into,
          },
          announce,
        );
        await buildWithGo(
          {
            module: "pulumi",
            packages: ["github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"],
            into,
            // Without it the command prints no version, which the Automation API refuses.
            variables: {
              "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": engineVersion,
            },
          },
          announce,
        );
        await writeFile(join(root, "origin"), "built");
      },
      announce,
    );
    return await installationIn(directory);
  } catch (error) {
    if (!(error instanceof OfflineError)) throw error;
    throw new OfflineError(`Pulumi is not installed, and ${why}. ${error.message}`);
  }
}
