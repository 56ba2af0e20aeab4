import { constants, statSync } from "node:fs";
import { access, chmod, lchown, lstat, mkdir, readdir, stat } from "node:fs/promises";
import { userInfo } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import { OfflineError } from "./errors";

/**
 * Makes a directory below the cache. Whoever may write the cache may write it too: a cache for a group of users is a directory of
 * that group with mode 2775, made by an administrator; one of a single user stays that user's.
 */
export async function likeTheCache(directory: string, cache: string): Promise<void> {
  const { mode, uid, gid } = await stat(cache);
  const steps = relative(cache, directory).split(sep).filter(Boolean);
  let path = cache;
  for (const step of steps) {
    path = join(path, step);
    const isNew = await mkdir(path).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code === "EEXIST") return false;
        throw error;
      },
    );
    if (!isNew) continue;
    await chmod(path, mode & 0o7777);
    await giveTo(path, uid, gid);
  }
}

/**
 * Lets every user who may enter the cache read and run what was got for it. There is nothing secret in it: all comes from public
 * registries. What root gets for the cache of another user, under `sudo`, is that user's.
 */
export async function shared(directory: string, cache: string): Promise<void> {
  const { uid, gid } = await stat(cache);
  for (const path of [
    directory,
    ...(await readdir(directory, { recursive: true })).map((name) => join(directory, name)),
  ]) {
    const found = await lstat(path);
    await giveTo(path, uid, gid);
    if (found.isSymbolicLink()) continue;
    const run = found.isDirectory() || (found.mode & 0o100) !== 0 ? 0o111 : 0;
    await chmod(path, (found.mode & 0o7777) | 0o444 | run);
  }
}

async function giveTo(path: string, uid: number, gid: number): Promise<void> {
  if (process.getuid?.() === 0 && uid !== 0) await lchown(path, uid, gid);
}

/** @throws {OfflineError} where this user may not read a directory of the cache */
export async function usable(directory: string, cache: string): Promise<void> {
  try {
    await access(directory, constants.R_OK | constants.X_OK);
  } catch (error) {
    throw cacheProblem(error, cache);
  }
}

/** The cause of an error at work on `cache`, and the way out, in place of the system's own words; other errors as they are. */
export function cacheProblem(error: unknown, cache: string): unknown {
  const { code, path = cache } = error as NodeJS.ErrnoException;
  const elsewhere = "export WHARF_CACHE=/path/to/another/directory";
  switch (code) {
    case "EACCES":
    case "EPERM": {
      const sentence = `The cache cannot be used: ${me()} may not read or write ${path}.`;
      if (!isOwn(cache)) return new OfflineError(`${sentence} Name another directory:`, elsewhere);
      return new OfflineError(
        `${sentence} Another user made it, such as root under sudo. Take it over:`,
        `sudo chown -R "$(id -u):$(id -g)" '${cache.replaceAll("'", `'\\''`)}'`,
      );
    }
    case "EROFS":
      return new OfflineError(
        `The cache cannot be written: ${path} is on a file system that is mounted read-only. Name another directory:`,
        elsewhere,
      );
    case "ENOSPC":
    case "EDQUOT":
      return new OfflineError(
        `The cache cannot be written: there is no room left at ${path}. Make room, or name a directory on another disk:`,
        elsewhere,
      );
    case "ENOTDIR":
    case "EEXIST":
      return new OfflineError(
        `The cache cannot be written: a part of the path ${path} is a file and no directory. Name another directory:`,
        elsewhere,
      );
    default:
      return error;
  }
}

/** Whether the cache, or the directory that it is to be made in, is this user's. */
function isOwn(cache: string): boolean {
  const uid = process.getuid?.();
  return [cache, dirname(cache)].some((path) => {
    try {
      return statSync(path).uid === uid;
    } catch {
      return false;
    }
  });
}

/** This user, by name where the system knows one. */
function me(): string {
  try {
    return `user ${userInfo().username}`;
  } catch {
    return `user ${process.getuid?.()}`;
  }
}
