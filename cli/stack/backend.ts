import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { checkout, isWritable, makePrivate, wharfDirectory } from "../checkout";
import { refusal } from "../failure";
import { makePassphrase, noted, ownPassphrase, passphraseFile } from "./passphrase";
import type { StackFile } from "./stack-file";
import { allStacksIn, StateFiles } from "./state-files";

const stateDirectory = path.join(wharfDirectory, "state");

/** Backend that the user names; a pipeline whose variable is missing hands an empty one on. */
export function ownBackend(): string | undefined {
  return process.env.PULUMI_BACKEND_URL || undefined;
}

/** URL of the backend that holds the state: the user's, else the directory of the checkout. */
export function backendUrl(): string {
  return ownBackend() ?? pathToFileURL(stateDirectory).href;
}

/**
 * The variables by which Pulumi finds a stack's state and secrets: what the user has set, else files of the checkout.
 * Makes the state's directory and the passphrase where they are missing, readable only by this user.
 * @param scratch directory that takes a missing passphrase in place of the checkout, for a run that leaves no trace
 * @throws Failure where the checkout cannot be written to, or the stack's config holds secrets whose passphrase is not here
 */
export function backendEnvironment(stackFile: StackFile, scratch?: string): Record<string, string> {
  if (scratch === undefined) makePrivate(wharfDirectory);
  const environment: Record<string, string> = {};
  if (ownBackend() === undefined) {
    if (scratch === undefined) makePrivate(stateDirectory);
    environment.PULUMI_BACKEND_URL = backendUrl();
  }
  if (ownPassphrase()) return environment;
  const missing = !existsSync(passphraseFile);
  if (missing && stackFile.holdsSecrets) {
    throw refusal(
      "The stack's config holds secrets, and their passphrase is not here. Set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE to a file that holds it.",
    );
  }
  const file = missing && scratch !== undefined ? path.join(scratch, "passphrase") : passphraseFile;
  if (missing) makePassphrase(file);
  environment.PULUMI_CONFIG_PASSPHRASE_FILE = file;
  return environment;
}

/** Whether no stack can exist yet: the state belongs here, and there is none. */
export function hasNoState(): boolean {
  return ownBackend() === undefined && !existsSync(stateDirectory);
}

/** Names of the stacks whose state is in the checkout, whatever backend is in use. */
export function stacksHere(): string[] {
  return allStacksIn(stateDirectory);
}

/** Names of the stacks, of whatever project, that the backend in use holds; undefined where it is not a file system. */
export function stacksInUse(): string[] | undefined {
  const directory = fileBackend();
  return directory === undefined ? undefined : allStacksIn(directory);
}

/** Whether a stack of this name may exist on another backend than the one in use. */
export function standsElsewhere(stack: string): boolean {
  const here = ownBackend() !== undefined && stacksHere().includes(stack);
  const backend = backendUrl();
  return here || noted().some((one) => one.stack === stack && one.backend !== backend);
}

/** Directory of the state where a backend is a file system, that in use where none is given; undefined for any other backend. */
export function fileBackend(url = backendUrl()): string | undefined {
  if (!url.startsWith("file://")) return undefined;
  const place = url.slice("file://".length).replace(/\?.*$/, "").replace(/^~/, homedir());
  return path.resolve(checkout, decoded(place));
}

/** The states of the backend in use, where their files can be read here. */
export function stateFiles(): StateFiles | undefined {
  const directory = fileBackend();
  return directory === undefined ? undefined : StateFiles.in(directory);
}

/** The path of a URL, in which a character such as # is written as %23; one that is not a URL is left as it is. */
function decoded(place: string): string {
  try {
    return decodeURIComponent(place);
  } catch {
    return place;
  }
}

/**
 * Removes what an engine that was killed left half-written beside the files of a file backend. The library that Pulumi writes
 * them with (gocloud.dev/blob/fileblob) renames a whole file into place, but not the `.attrs` beside it, and every later read of
 * the file ends at one that is empty, with nothing but "EOF". Without it the file is read as it is.
 */
export function repairState(): void {
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
    if (statSync(file, { throwIfNoEntry: false })?.size === 0 && isWritable(path.dirname(file))) {
      rmSync(file, { force: true });
    }
  }
}
