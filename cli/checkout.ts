import { mkdirSync, readdirSync, rmdirSync } from "node:fs";
import path from "node:path";

/** Name of the Pulumi project, the first half of every config key. */
export const project = "wharf";

/** Directory that holds Pulumi.yaml and this command. */
export const checkout = path.resolve(__dirname, "..");

/** Directory of the state, the passphrase and what else Wharf keeps about its stacks; git ignores it. */
export const wharfDirectory = path.join(checkout, ".wharf");

/** Directory of what tells runs of this checkout of each other. */
export const runsDirectory = path.join(wharfDirectory, "runs");

/** Makes a directory of the checkout's own, for this user alone, and those above it. */
export function makePrivate(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
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
