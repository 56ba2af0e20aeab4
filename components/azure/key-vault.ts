import { suffixes } from "./locations";

/** A key or secret of a Key Vault, by its URL. */
export interface VaultUrl {
  /** Name of the vault. */
  vault: string;
  /** Suffix of the vault's host, different in each cloud. */
  suffix: string;
  /** Name of the key or secret. */
  name: string;
  /** Version, where the URL names one: newer ones are then not used. */
  version: string | undefined;
}

const hosts = Object.values(suffixes)
  .map(({ keyVault }) => keyVault.replaceAll(".", "\\."))
  .join("|");

/** The parts of the URL of a vault's key or secret; undefined for anything else. */
export function parseVaultUrl(kind: "keys" | "secrets", text: string): VaultUrl | undefined {
  const form = new RegExp(
    `^https://([a-z][a-z0-9-]{1,22}[a-z0-9])\\.(${hosts})/${kind}/([a-z0-9-]{1,127})(?:/([0-9a-f]{32}))?/?$`,
    "i",
  );
  const [, vault, suffix, name, version] = form.exec(text) ?? [];
  return vault === undefined || suffix === undefined || name === undefined
    ? undefined
    : { vault, suffix, name, version };
}

/** Value of `encryption.key` that has a key created, instead of a key's URL. */
export const createKey = "create";

/** The parts of a key's URL; undefined for anything else. */
export function parseKeyUrl(text: string): VaultUrl | undefined {
  return parseVaultUrl("keys", text);
}
