import { createHash } from "node:crypto";
import { join } from "node:path";
import { duration, type Announce } from "./announce";
import { cached, findCached, hashFiles } from "./cache";
import { buildWithGo, directoryOf } from "./go";

/** A program of Wharf's own that the command runs, built from Go modules. */
interface GoProgram {
  /** Directory of its sources below `offline/go`, and its name. */
  module: string;
  /** Directories of other modules that it is built from as well. */
  with: string[];
  /** What is said while it is built. */
  told: string;
}

/** Copies images between registries: regclient, and what asks it. */
const copier: GoProgram = {
  module: "copier",
  with: [],
  told: "building regclient's copier from Go modules: usually 1 minute, once",
};

/** Makes and restores backups: kopia's repository, regclient, and distribution for the registry of a drill. */
const backup: GoProgram = {
  module: "backup",
  with: ["copier"],
  told: "building kopia's repository from Go modules: usually 2 minutes, once",
};

/**
 * The path of the program that copies images between registries, built the first time.
 *
 * @throws {OfflineError} where there is no Go, or the modules cannot be downloaded
 */
export function copierProgram(announce: Announce): Promise<string> {
  return built(copier, announce);
}

/**
 * The path of the program that makes and restores backups, built the first time.
 *
 * @throws {OfflineError} where there is no Go, or the modules cannot be downloaded
 */
export function backupProgram(announce: Announce): Promise<string> {
  return built(backup, announce);
}

/** Such programs are built on every network: a download would need a place to download from, and a check of it. */
async function built(program: GoProgram, announce: Announce): Promise<string> {
  const { module } = program;
  const file = process.platform === "win32" ? `${module}.exe` : module;
  const hash = createHash("sha256").update(process.platform).update(process.arch);
  for (const one of [module, ...program.with]) await hashFiles(hash, directoryOf(one));
  const key = join("programs", `${module}-${hash.digest("hex").slice(0, 16)}`);
  const found = await findCached(key);
  if (found !== undefined) return join(found, file);
  announce.start(module, program.told);
  const began = Date.now();
  const fill = (into: string) => buildWithGo({ module, packages: ["."], into }, announce);
  const directory = await cached(key, fill, announce);
  announce.done(module, `built in ${duration(Date.now() - began)}, cached for next time`);
  return join(directory, file);
}
