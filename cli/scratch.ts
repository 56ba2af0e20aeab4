import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** Directories that are deleted when this process ends; one listener for all, since Node.js warns of more than ten. */
const directories = new Set<string>();

/**
 * Makes a temporary directory for this user only, which is deleted when this process ends or earlier, by `removeScratch`.
 * @param purpose a word of its name, for people who find it
 */
export function scratchDirectory(purpose: string): string {
  if (directories.size === 0) process.once("exit", removeAll);
  const directory = mkdtempSync(path.join(tmpdir(), `wharf-${purpose}-`));
  directories.add(directory);
  return directory;
}

/** Removes a temporary directory with all that is in it. */
export function removeScratch(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
  directories.delete(directory);
  if (directories.size === 0) process.off("exit", removeAll);
}

function removeAll(): void {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
}
