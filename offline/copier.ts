import { createHash } from "node:crypto";
import { join } from "node:path";
import { duration, type Announce } from "./announce";
import { cached, findCached, hashFiles } from "./cache";
import { buildWithGo, directoryOf } from "./go";

/** Directory of the program's sources below `offline/go`. */
const module = "copier";
const file = process.platform === "win32" ? `${module}.exe` : module;

/**
 * The path of the program that copies images between registries, built from Go modules the first time: regclient, and what asks it
 * (`offline/go/copier`). It is built on every network: a download would need a place to download from, and a check of it.
 *
 * @throws {OfflineError} where there is no Go, or the modules cannot be downloaded
 */
export async function copierProgram(announce: Announce): Promise<string> {
  const hash = createHash("sha256").update(process.platform).update(process.arch);
  await hashFiles(hash, directoryOf(module));
  const key = join("programs", `${module}-${hash.digest("hex").slice(0, 16)}`);
  const found = await findCached(key);
  if (found !== undefined) return join(found, file);
  announce.start(module, "building regclient's copier from Go modules: usually 1 minute, once");
  const began = Date.now();
  const fill = (into: string) => buildWithGo({ module, packages: ["."], into }, announce);
  const directory = await cached(key, fill, announce);
  announce.done(module, `built in ${duration(Date.now() - began)}, cached for next time`);
  return join(directory, file);
}
