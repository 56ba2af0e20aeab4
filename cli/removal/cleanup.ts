import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { backendUrl, stacksHere, stacksInUse, standsElsewhere } from "../stack/backend";
import { backupPasswords, removeEmpty, wharfDirectory } from "../checkout";
import { substituteImages } from "../stack/docker-host";
import { forgetOpening, noted, passphraseFile } from "../stack/passphrase";
import { filesWithSecrets } from "../stack/stack-file";
import type { OpenStack } from "../stack/stack";
import { readState } from "../stack/state-reading";

/**
 * Removes a stack that holds no resources: its entry in the backend, and what Wharf kept only for it. Its config file is as it
 * was before, unless a stack of the same name exists on another backend. `.wharf` is deleted too where no other stack, on any backend, and no config file needs it.
 * @returns why the passphrase was kept although the checkout holds no state any more, a phrase each
 */
export async function forget({ name, file, workspace }: OpenStack): Promise<string[]> {
  try {
    await workspace.removeStack(name, { preserveConfig: true });
  } catch (error) {
    // A run that was refused may have noted the engine's own provider in the state, and nothing else.
    const { resources } = await readState({ name, workspace });
    if (!resources.every(({ type }) => type.startsWith("pulumi:"))) throw error;
    await workspace.removeStack(name, { preserveConfig: true, force: true });
  }
  if (!standsElsewhere(name)) {
    file.restore();
    substituteImages(name);
  }
  const backend = backendUrl();
  forgetOpening({ backend, stack: name });
  // Where the backend holds none at all, what was handed to a plain `pulumi` has opened none that is left either.
  const left = stacksInUse() ?? (await workspace.listStacks({ all: true }));
  if (left.length === 0) {
    for (const one of noted()) if (one.backend === backend) forgetOpening(one);
  }
  return tidy();
}

/**
 * Removes `.wharf` where nothing needs it: no state in it, no stack of any backend that its passphrase opens, no config file whose
 * secrets it opens. A run that begins meanwhile has noted what it opens before it looks for the passphrase, so what was moved
 * aside is moved back for it.
 * @returns why the passphrase was kept although the checkout holds no state any more, a phrase each
 */
export function tidy(): string[] {
  if (!existsSync(wharfDirectory)) return [];
  if (stacksHere().length > 0) return [];
  if (existsSync(passphraseFile) && needs().length > 0) return needs();
  const aside = path.join(wharfDirectory, `going-${process.pid}`);
  mkdirSync(aside, { mode: 0o700 });
  for (const entry of readdirSync(wharfDirectory)) {
    if (kept.includes(entry) || entry === path.basename(aside)) continue;
    renameSync(path.join(wharfDirectory, entry), path.join(aside, entry));
  }
  if (noted().length > 0) {
    for (const entry of readdirSync(aside)) {
      const back = path.join(wharfDirectory, entry);
      if (!existsSync(back)) renameSync(path.join(aside, entry), back);
    }
  }
  rmSync(aside, { recursive: true, force: true });
  for (const entry of [...kept.map((one) => path.join(wharfDirectory, one)), wharfDirectory]) {
    removeEmpty(entry);
  }
  return [];
}

/** What runs at once find each other by, and the passwords of backups: deleted only when it is empty. */
const kept = ["opened-stacks", "runs", path.basename(backupPasswords)];

/** What the passphrase opens, beside the state of the checkout. */
function needs(): string[] {
  return [
    ...filesWithSecrets().map((file) => `${file} holds secrets that need it`),
    ...noted().map(({ backend, stack }) =>
      stack === "*"
        ? `wharf pulumi-env gave it out for ${backend}`
        : `it opens stack ${stack} of ${backend}`,
    ),
  ];
}
