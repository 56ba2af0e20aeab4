import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir, hostname } from "node:os";
import { dirname, join } from "node:path";

/**
 * Where Wharf keeps what took long to get: `$WHARF_CACHE`, else `$XDG_CACHE_HOME/wharf`, else `~/.cache/wharf`. It can be
 * deleted at any time and copied to another machine of the same platform.
 */
export function cacheDirectory(): string {
  const { WHARF_CACHE, XDG_CACHE_HOME } = process.env;
  if (WHARF_CACHE) return WHARF_CACHE;
  return join(XDG_CACHE_HOME || join(homedir(), ".cache"), "wharf");
}

/**
 * Returns the directory `key` of the cache, filled by `fill` when it is not there yet. What `fill` writes appears all at once, by
 * a rename, so a killed process leaves nothing half-done; where two processes fill the same key, the first to end wins and the
 * other uses its result.
 *
 * @param key path below the cache directory, naming versions and platform so that its contents never change
 * @param fill writes the contents into the empty directory it is given; its error is passed on and nothing is kept
 */
export async function cached(
  key: string,
  fill: (directory: string) => Promise<void>,
): Promise<string> {
  const target = join(cacheDirectory(), key);
  if (existsSync(target)) return target;
  const partials = join(cacheDirectory(), "partial");
  await mkdir(partials, { recursive: true });
  await removeAbandoned(partials);
  await mkdir(dirname(target), { recursive: true });
  const partial = await mkdtemp(join(partials, `${hostname()}-${process.pid}-`));
  try {
    await fill(partial);
    await rename(partial, target).catch((error: NodeJS.ErrnoException) => {
      // Another process has put its result there in the meantime.
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return target;
}

/** Reads a note of this cache (a small fact that saves asking again); undefined when there is none or it cannot be read. */
export async function readNote<T>(name: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(join(cacheDirectory(), name), "utf8")) as T;
  } catch {
    return undefined;
  }
}

/** Writes a note of this cache, all at once. */
export async function writeNote(name: string, note: unknown): Promise<void> {
  await mkdir(cacheDirectory(), { recursive: true });
  await writeWhole(join(cacheDirectory(), name), JSON.stringify(note));
}

/** Writes a file so that others see the old contents or the new, never a part. */
export async function writeWhole(path: string, contents: string, mode = 0o644): Promise<void> {
  const partial = `${path}.${process.pid}`;
  await writeFile(partial, contents, { mode });
  await rename(partial, path);
}

/** Removes what killed processes of this host left behind. */
async function removeAbandoned(partials: string): Promise<void> {
  const own = `${hostname()}-`;
  for (const name of await readdir(partials)) {
    if (!name.startsWith(own)) continue;
    const pid = Number(name.slice(own.length).split("-")[0]);
    if (!isAlive(pid)) await rm(join(partials, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
