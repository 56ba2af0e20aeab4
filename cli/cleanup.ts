import { existsSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { passphraseFile } from "./backend";
import { wharfDirectory } from "./checkout";
import { filesWithSecrets } from "./stack-file";
import type { OpenStack } from "./stack";

/**
 * Removes a stack that holds no resources, and what Wharf kept for it: its config file is as it was before, and with
 * the last stack goes `.wharf`. The passphrase stays for as long as a config file holds secrets that it opens.
 * @returns the files with secrets for which the passphrase was kept
 */
export async function forget({ name, file, workspace }: OpenStack): Promise<string[]> {
  await workspace.removeStack(name, { preserveConfig: true });
  const others = await workspace.listStacks();
  file.restore();
  if (others.length > 0) return [];
  const locked = existsSync(passphraseFile) ? filesWithSecrets() : [];
  if (locked.length === 0) {
    rmSync(wharfDirectory, { recursive: true, force: true });
    return [];
  }
  for (const entry of readdirSync(wharfDirectory)) {
    const full = path.join(wharfDirectory, entry);
    if (full !== passphraseFile) rmSync(full, { recursive: true });
  }
  return locked;
}
