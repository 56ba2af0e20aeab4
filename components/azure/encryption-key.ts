import { parseVaultUrl, type VaultUrl } from "./caches/vault-url";

/** What asks for a key of the stack's own, in place of a key's URL. */
export const createKey = "create";

/** The parts of a key's URL; undefined for what is none. */
export function parseKeyUrl(text: string): VaultUrl | undefined {
  return parseVaultUrl("keys", text);
}
