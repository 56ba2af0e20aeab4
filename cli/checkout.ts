import { accessSync, constants, mkdirSync, readdirSync, rmdirSync, statSync } from "node:fs";
import path from "node:path";
import { shellWord } from "../components/core/shell";
import { Failure } from "./failure";

/** Name of the Pulumi project, the first half of every config key. */
export const project = "wharf";

/** Directory that holds Pulumi.yaml and this command. */
export const checkout = path.resolve(__dirname, "..");

/** Directory of the state, the passphrase and what else Wharf keeps about its stacks; git ignores it. */
export const wharfDirectory = path.join(checkout, ".wharf");

/** Directory of the generated passwords of backups, a file for each stack. It stays when the last stack is removed: backups do too. */
export const backupPasswords = path.join(wharfDirectory, "backup-passwords");

/** Directory by which runs of this checkout see each other. */
export const runsDirectory = path.join(wharfDirectory, "runs");

/**
 * Makes a directory of the checkout's own, for this user only, and those above it. Step by step, since a recursive mkdir of Node.js
 * calls a read-only file system ENOENT.
 * @throws Failure where the checkout cannot be written to, or something else has the directory's name
 */
export function makePrivate(directory: string): void {
  try {
    if (directory !== wharfDirectory) makePrivate(path.dirname(directory));
    if (statSync(directory, { throwIfNoEntry: false })?.isDirectory()) return;
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    // Another run has just made it.
    if (code === "EEXIST" && statSync(directory).isDirectory()) return;
    const why = notMade[code]?.(directory);
    if (why === undefined) throw error;
    throw new Failure(
      `${directory} cannot be created: ${why}\nWharf keeps the state and the passphrase of its stacks in .wharf of the checkout.`,
    );
  }
}

const previewWorks = "npx wharf preview works without it.";

function notOurs(): string {
  return `this user may not write there. Work in your own checkout, or make this one yours; ${previewWorks}\n  sudo chown -R "$(id -un)" ${shellWord(checkout)}`;
}

/** Why a directory cannot be made, and the way out, by the system's code. */
const notMade: Record<string, ((directory: string) => string) | undefined> = {
  EACCES: notOurs,
  EPERM: notOurs,
  EROFS: () =>
    `the checkout is on a read-only file system. Mount it writable, or work in another checkout; ${previewWorks}`,
  EEXIST: (directory) =>
    `a file has its name. Move it away:\n  mv ${shellWord(directory)} ${shellWord(`${directory}.old`)}`,
  ENOENT: () =>
    `the checkout was removed or moved meanwhile. Change to where it is now, and run this again.`,
};

/** Whether this process may write to an existing directory. */
export function isWritable(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Why a directory is gone already, or is to stay. */
const stays = ["ENOENT", "ENOTEMPTY", "EEXIST", "EBUSY", "EROFS", "EACCES"];

/**
 * Removes a directory that is empty. One that is a mount, or lies in a checkout that is not this user's to change, as in a
 * container, stays: it was there before Wharf.
 */
export function removeEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (!stays.includes(code)) throw error;
  }
}

/** Path of a stack's config file. */
export function stackFilePath(stack: string): string {
  return path.join(checkout, `Pulumi.${stack}.yaml`);
}

/** Names of the stacks that have a config file in the checkout. */
export function describedStacks(): string[] {
  return readdirSync(checkout).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
}

/** A command of `wharf` as a person types it for a stack. */
export function command(words: string, stack: string): string {
  return `npx wharf ${words}${stack === "dev" ? "" : ` --stack ${stack}`}`;
}
