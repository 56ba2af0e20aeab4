import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { nothingChanged } from "../../components/core/problems";
import { writeNew, writeWhole } from "../../offline/whole-file";
import { wharfDirectory } from "../checkout";
import { Failure } from "../failure";

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

/** Whether the user keeps the passphrase elsewhere. */
export function ownPassphrase(): boolean {
  return (
    process.env.PULUMI_CONFIG_PASSPHRASE !== undefined ||
    process.env.PULUMI_CONFIG_PASSPHRASE_FILE !== undefined
  );
}

/** Makes a passphrase, readable only by this user, where it is missing; of two runs at once, both use the first one's. */
export function makePassphrase(file: string): void {
  if (writeNew(file, randomBytes(32).toString("base64url"), 0o600)) made = file;
}

/** The passphrase that this process has made; undefined where it found one. */
let made: string | undefined;

/** Whether this process has made the passphrase. */
export function passphraseIsNew(): boolean {
  return made !== undefined;
}

/**
 * The failure of a run whose passphrase the engine refused, by what the engine said (pkg/secrets/passphrase of Pulumi); undefined
 * where it said something else. A passphrase that was made in this run is deleted, since the stack was encrypted with another.
 */
export function passphraseFailure(said: string): Failure | undefined {
  const wrong = said.includes("incorrect passphrase");
  const unreadable = /unable to read PULUMI_CONFIG_PASSPHRASE_FILE: (.*)/.exec(said)?.[1];
  if (!wrong && unreadable === undefined && !said.includes("passphrase must be set with")) {
    return undefined;
  }
  if (made !== undefined) rmSync(made, { force: true });
  const { PULUMI_CONFIG_PASSPHRASE: told, PULUMI_CONFIG_PASSPHRASE_FILE: file } = process.env;
  const own = told === undefined ? "PULUMI_CONFIG_PASSPHRASE_FILE" : "PULUMI_CONFIG_PASSPHRASE";
  const encrypted = "that the stack's secrets are encrypted with";
  const what = !wrong
    ? `PULUMI_CONFIG_PASSPHRASE_FILE ${file ? `cannot be read: ${unreadable}` : "is empty"}.`
    : ownPassphrase()
      ? `The passphrase of ${own} is not the one ${encrypted}.`
      : made === undefined
        ? `The passphrase of ${passphraseFile} is not the one ${encrypted}.`
        : `The passphrase ${encrypted} is not here: ${made} is missing.`;
  const here =
    ownPassphrase() && existsSync(passphraseFile)
      ? [
          `If this checkout created the stack itself:\n  unset PULUMI_CONFIG_PASSPHRASE PULUMI_CONFIG_PASSPHRASE_FILE`,
        ]
      : [];
  return new Failure(
    [
      `${what} ${nothingChanged}`,
      ...here,
      "Give the passphrase of the checkout, pipeline or person that created the stack (in a checkout it is .wharf/passphrase). Without it nobody can read the secrets:",
      "  export PULUMI_CONFIG_PASSPHRASE_FILE=<file that holds it>",
    ].join("\n"),
  );
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

/** Forgets what was noted of a removed stack. */
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
