import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { writeNew, writeWhole } from "../offline/whole-file";
import { wharfDirectory } from "./checkout";

/** File of the passphrase that Wharf generates where the user names none; it opens the secrets of state and config. */
export const passphraseFile = path.join(wharfDirectory, "passphrase");

const openings = path.join(wharfDirectory, "opened-stacks");

/** A stack whose state the generated passphrase may have to open. */
export interface Opening {
  /** URL of the backend that holds the state. */
  backend: string;
  /** Its name; `*` where the passphrase was handed to a plain `pulumi`, which may open any. */
  stack: string;
}

/** Whether the user keeps the passphrase in a place of their own. */
export function ownPassphrase(): boolean {
  return (
    process.env.PULUMI_CONFIG_PASSPHRASE !== undefined ||
    process.env.PULUMI_CONFIG_PASSPHRASE_FILE !== undefined
  );
}

/** Makes the passphrase, readable by this user alone, where it is missing; of two runs at once, both use the first one's. */
export function makePassphrase(): void {
  if (existsSync(passphraseFile)) return;
  writeNew(passphraseFile, randomBytes(32).toString("base64url"), 0o600);
}

/**
 * Notes that a stack is opened, or about to be created: no other backend can be asked for certain which states the passphrase was
 * used for. To be called before the stack is created. A file for each, so that runs at once do not undo each other's.
 */
export function noteOpening(opening: Opening): void {
  if (existsSync(fileOf(opening))) return;
  mkdirSync(openings, { recursive: true, mode: 0o700 });
  writeWhole(fileOf(opening), JSON.stringify(opening), 0o600);
}

/** Takes back what was noted of a stack that is gone. */
export function forgetOpening(opening: Opening): void {
  rmSync(fileOf(opening), { force: true });
}

/** What is noted, the stacks of all backends. */
export function noted(): Opening[] {
  if (!existsSync(openings)) return [];
  return readdirSync(openings)
    .filter((file) => file.endsWith(".json"))
    .map((file) => JSON.parse(readFileSync(path.join(openings, file), "utf8")) as Opening);
}

function fileOf({ backend, stack }: Opening): string {
  const name = createHash("sha256").update(`${backend} ${stack}`).digest("hex");
  return path.join(openings, `${name}.json`);
}
