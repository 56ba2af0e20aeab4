import type { Stats } from "node:fs";
import { lstat, readdir, stat } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { quoted } from "../../core/shell";
import type { Problem } from "../../core/problems";
import { imagesDirectory, volumeMountPath, type StorageSettings } from "../../model/storage";
import { unprivilegedUser } from "../container";

/**
 * Most files and directories that are looked at, the upper ones first. An owner that does not fit is mostly that of the whole tree,
 * so that a few tell; a push at the end of `wharf up` shows the rest.
 */
const mostLookedAt = 10_000;

/** Bits of a mode, for the owner, the group or others. */
const [read, write, search] = [4, 2, 1];

const [uid = 0, gid = 0] = unprivilegedUser.split(":").map(Number);

/** The command that gives a directory of images, with all that is in it, to the registry's user. */
export function ownCommand(directory: string): string {
  return `sudo chown -R ${unprivilegedUser} ${quoted(directory)}`;
}

/**
 * What is wrong with the directory that is to hold the images, as this machine sees it: it is not there, or the registry, whose
 * user is another than the one whose images lie in it, could not write what it must. Nothing where this process may not look.
 * @param sameOwners whether containers know a user by the number that this machine knows it by
 */
export async function directoryProblems(
  storage: StorageSettings,
  sameOwners: boolean,
): Promise<Problem[]> {
  const directory = imagesDirectory(storage);
  if (storage.kind !== "volume" || directory === undefined) return [];
  const key = "wharf:storage.path";
  const found = await stat(directory).catch((error: NodeJS.ErrnoException) => error);
  if (found instanceof Error && found.code === "EACCES") return [];
  if (found instanceof Error || !found.isDirectory()) {
    const [owner, group] = [`-o ${uid}`, `-g ${gid}`];
    return [
      {
        key,
        message: `"${directory}" is not a directory of this host`,
        fix: `sudo install -d ${owner} ${group} ${quoted(directory)}`,
      },
    ];
  }
  if (!sameOwners) return [];
  const root = await nearestThere(
    join(directory, relative(volumeMountPath, storage.rootDirectory)),
    directory,
  );
  const fault = await firstFault(root);
  if (fault === undefined) return [];
  const { path, stats } = fault;
  const seen = `${stats.uid}:${stats.gid}, mode ${(stats.mode & 0o7777).toString(8)}`;
  const own = ownCommand(root);
  return [
    {
      key,
      message: `"${path}" is ${seen}, and the registry, which runs as ${unprivilegedUser}, must be able to ${stats.isDirectory() ? "write in" : "read"} it`,
      // Whoever becomes the owner has the owner's rights, which may be too few as well.
      fix: lacks(stats, (stats.mode >> 6) & 7)
        ? `${own} && sudo chmod -R u+rwX ${quoted(root)}`
        : own,
    },
  ];
}

/** A directory, or the nearest existing one above it, in which it is to be made. */
async function nearestThere(directory: string, top: string): Promise<string> {
  if (directory === top) return top;
  const found = await lstat(directory).catch(() => undefined);
  return found === undefined ? nearestThere(dirname(directory), top) : directory;
}

/** The uppermost thing that the registry cannot use. */
async function firstFault(root: string): Promise<{ path: string; stats: Stats } | undefined> {
  let level = [root];
  for (let looked = 0; level.length > 0 && looked < mostLookedAt;) {
    const below: string[] = [];
    for (const path of level) {
      if (looked++ === mostLookedAt) return undefined;
      const stats = await lstat(path).catch(() => undefined);
      if (stats === undefined || stats.isSymbolicLink()) continue;
      if (lacks(stats, granted(stats))) return { path, stats };
      if (!stats.isDirectory()) continue;
      const names = await readdir(path).catch(() => []);
      below.push(...names.map((name) => join(path, name)));
    }
    level = below;
  }
  return undefined;
}

/** The bits of a mode that count for the registry's user. */
function granted({ mode, uid: owner, gid: group }: Stats): number {
  return (mode >> (owner === uid ? 6 : group === gid ? 3 : 0)) & 7;
}

/** Whether rights are too few: it makes, renames and deletes in every directory, and rewrites no file. */
function lacks(stats: Stats, bits: number): boolean {
  const needed = stats.isDirectory() ? read | write | search : read;
  return (bits & needed) !== needed;
}
