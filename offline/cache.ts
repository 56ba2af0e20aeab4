import type { Hash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { userInfo } from "node:os";
import { dirname, join, relative } from "node:path";
import { lock } from "proper-lockfile";
import type { Announce } from "./announce";
import { cacheProblem, likeTheCache, shared, usable } from "./cache-users";
import { writeWhole } from "./whole-file";

/**
 * How long a lock holds after the last sign of life of its process, and how often that gives one, in milliseconds. The sign is the
 * lock's time of change and no process id, which means nothing in another container or on another host of a shared directory.
 */
const staleMs = 10_000;
const signMs = 2_000;
/** How often a process that waits looks again, in milliseconds. */
const lookMs = 250;

/**
 * Where Wharf keeps what took long to get: `$WHARF_CACHE`, else `$XDG_CACHE_HOME/wharf`, else `~/.cache/wharf`. It can be
 * deleted at any time and copied to another machine of the same platform. An empty HOME counts as none, or the cache would be made in
 * the working directory.
 */
export function cacheDirectory(): string {
  const { WHARF_CACHE, XDG_CACHE_HOME } = process.env;
  if (WHARF_CACHE) return WHARF_CACHE;
  return join(XDG_CACHE_HOME || join(process.env.HOME || userInfo().homedir, ".cache"), "wharf");
}

/**
 * The directory `key` of the cache, undefined where it is not there yet.
 *
 * @throws {OfflineError} where it is there and this user may not read it
 */
export async function findCached(key: string): Promise<string | undefined> {
  const target = join(cacheDirectory(), key);
  if (!existsSync(target)) return undefined;
  await usable(target, cacheDirectory());
  return target;
}

/**
 * Returns the directory `key` of the cache, filled by `fill` when it is not there yet. Of several processes that ask for the same
 * key one fills it and the others wait for that, also where they are other users' or run in other containers. What `fill` writes
 * appears all at once, by a rename, so a killed process leaves nothing half-done, and the next one takes its place some seconds
 * later.
 *
 * @param key path below the cache directory, naming versions and platform so that its contents never change
 * @param fill writes the contents into the empty directory it is given; its error is passed on and nothing is kept
 * @param announce hears that another process is waited for
 * @throws {OfflineError} where the cache cannot be written
 */
export async function cached(
  key: string,
  fill: (directory: string) => Promise<void>,
  announce?: Pick<Announce, "update">,
): Promise<string> {
  const found = await findCached(key);
  if (found !== undefined) return found;
  const target = join(cacheDirectory(), key);
  const held = await hold(key, announce);
  try {
    // Another process may have filled it while this one waited.
    if (existsSync(target)) return target;
    return await fillWhole(key, target, fill);
  } catch (error) {
    // This process stood still for longer than a lock holds, and another one has begun again: wait for that one.
    if (!held.lost()) throw error;
  } finally {
    await held.release();
  }
  return cached(key, fill, announce);
}

/** Waits until no other process fills `key`, and keeps others from it. */
async function hold(
  key: string,
  announce: Pick<Announce, "update"> | undefined,
): Promise<{ lost: () => boolean; release: () => Promise<void> }> {
  let lost = false;
  const options = {
    // What is locked does not exist yet.
    realpath: false,
    stale: staleMs,
    update: signMs,
    onCompromised: () => (lost = true),
  };
  const file = join(await directoryOf("locks"), key.replaceAll("/", "_"));
  const forever = { forever: true, factor: 1, minTimeout: lookMs, maxTimeout: lookMs };
  const release = await lock(file, options)
    .catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ELOCKED") throw error;
      announce?.update(`another process is getting ${key}; waiting for it`);
      return lock(file, { ...options, retries: forever });
    })
    .catch((error: unknown) => Promise.reject(cacheProblem(error, cacheDirectory())));
  return { lost: () => lost, release: () => release().catch(() => undefined) };
}

/** Fills `key` beside its place, and puts it there. */
async function fillWhole(
  key: string,
  target: string,
  fill: (directory: string) => Promise<void>,
): Promise<string> {
  const partials = await directoryOf("partial");
  const prefix = `${key.replaceAll("/", "_")}-`;
  // Nobody else holds the lock: what is here of the key was left by a process that was killed.
  for (const name of await readdir(partials)) {
    const isOfKey = name.slice(0, -mkdtempLetters) === prefix;
    if (isOfKey) await rm(join(partials, name), { recursive: true, force: true });
  }
  await directoryOf(dirname(key));
  const partial = await mkdtemp(join(partials, prefix)).catch((error: unknown) =>
    Promise.reject(cacheProblem(error, cacheDirectory())),
  );
  try {
    await fill(partial);
    await shared(partial, cacheDirectory());
    await rename(partial, target).catch((error: NodeJS.ErrnoException) => {
      // Another process has put its result there in the meantime.
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST")
        throw cacheProblem(error, cacheDirectory());
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return target;
}

/** How many letters mkdtemp adds to a name. */
const mkdtempLetters = 6;

/** A directory of the cache, made where it is missing so that those who may write the cache may write it too. */
async function directoryOf(path: string): Promise<string> {
  const directory = join(cacheDirectory(), path);
  try {
    await mkdir(cacheDirectory(), { recursive: true, mode: 0o755 });
    await likeTheCache(directory, cacheDirectory());
  } catch (error) {
    throw cacheProblem(error, cacheDirectory());
  }
  return directory;
}

/** Reads a note of this cache (a small fact that saves asking again); undefined when there is none or it cannot be read. */
export async function readNote<T>(name: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(join(cacheDirectory(), name), "utf8")) as T;
  } catch {
    return undefined;
  }
}

/** Writes a note of this cache, all at once. Where it cannot be written, the fact is asked for again the next time. */
export async function writeNote(name: string, note: unknown): Promise<void> {
  try {
    await directoryOf(".");
    writeWhole(join(cacheDirectory(), name), JSON.stringify(note));
  } catch {
    return;
  }
}

/**
 * Adds all files of a directory to a hash that names what is made of them, by their paths within it and their contents.
 * @param others files elsewhere, which come first
 */
export async function hashFiles(
  hash: Hash,
  directory: string,
  others: readonly string[] = [],
): Promise<void> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  for (const file of [...others, ...files.sort()]) {
    hash
      .update(relative(directory, file))
      .update("\0")
      .update(await readFile(file))
      .update("\0");
  }
}
