import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { checkout, wharfDirectory } from "./checkout";
import { refusal } from "./failure";
import type { StackFile } from "./stack-file";

/** File of the passphrase that Wharf generates where the user names none; it opens the secrets of state and config. */
export const passphraseFile = path.join(wharfDirectory, "passphrase");

const stateDirectory = path.join(wharfDirectory, "state");

/** Backend that the user names; a pipeline whose variable is missing hands an empty one on. */
export function ownBackend(): string | undefined {
  return process.env.PULUMI_BACKEND_URL || undefined;
}

/** Whether the user keeps the passphrase in a place of their own. */
function ownPassphrase(): boolean {
  return (
    process.env.PULUMI_CONFIG_PASSPHRASE !== undefined ||
    process.env.PULUMI_CONFIG_PASSPHRASE_FILE !== undefined
  );
}

/**
 * The variables by which Pulumi finds a stack's state and secrets: what the user has set, else files of the checkout.
 * Makes the state's directory and the passphrase where they are missing, readable by this user alone.
 * @throws Failure where the stack's config holds secrets whose passphrase is not here.
 */
export function backendEnvironment(stackFile: StackFile): Record<string, string> {
  mkdirSync(wharfDirectory, { recursive: true, mode: 0o700 });
  const environment: Record<string, string> = {};
  if (ownBackend() === undefined) {
    mkdirSync(stateDirectory, { recursive: true, mode: 0o700 });
    environment.PULUMI_BACKEND_URL = `file://${stateDirectory}`;
  }
  if (!ownPassphrase()) {
    if (!existsSync(passphraseFile)) {
      if (stackFile.holdsSecrets) {
        throw refusal(
          "The stack's config holds secrets, and the passphrase that opens them is not here. Set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE to a file that holds it.",
        );
      }
      stackFile.dropUnusedSalt();
      writeFileSync(passphraseFile, randomBytes(32).toString("base64url"), {
        mode: 0o600,
        flag: "wx",
      });
    }
    environment.PULUMI_CONFIG_PASSPHRASE_FILE = passphraseFile;
  }
  return environment;
}

/** Whether no stack can stand yet: the state belongs here, and there is none. */
export function hasNoState(): boolean {
  return ownBackend() === undefined && !existsSync(stateDirectory);
}

/** Directory of the state where the backend is a file system; undefined for any other backend. */
export function fileBackend(): string | undefined {
  const url = ownBackend();
  if (url === undefined) return stateDirectory;
  if (!url.startsWith("file://")) return undefined;
  const place = url.slice("file://".length).replace(/\?.*$/, "").replace(/^~/, homedir());
  return path.resolve(checkout, place);
}

/**
 * Takes away what an engine that was killed left half-written beside the files of a file backend. The library that Pulumi writes
 * them with (gocloud.dev/blob/fileblob) renames a whole file into place, but not the `.attrs` beside it, and every later read of
 * the file ends at one that is empty, with nothing but "EOF". Without it the file is read as it is.
 */
export function mendState(): void {
  const state = fileBackend();
  if (state === undefined) return;
  const directory = path.join(state, ".pulumi");
  const found = ["", "stacks", "locks"].flatMap((part) => {
    const within = path.join(directory, part);
    if (!existsSync(within)) return [];
    return readdirSync(within, { recursive: part !== "", encoding: "utf8" })
      .filter((file) => file.endsWith(".attrs"))
      .map((file) => path.join(within, file));
  });
  for (const file of found) {
    // Another run may have just put a new one in its place.
    if (statSync(file, { throwIfNoEntry: false })?.size === 0) rmSync(file, { force: true });
  }
}
