import { suffixes } from "./locations";

/** What asks for a key of the stack's own, in place of a key's URL. */
export const createKey = "create";

/** A key of a Key Vault, as its URL says it. */
export interface KeyUrl {
  /** Name of the vault. */
  vault: string;
  /** Suffix of the vault's host, by which clouds differ. */
  suffix: string;
  /** Version, where the URL names one: the key is then not rotated. */
  version: string | undefined;
}

const hosts = Object.values(suffixes)
  .map(({ keyVault }) => keyVault.replaceAll(".", "\\."))
  .join("|");
const keyUrl = new RegExp(
  `^https://([a-z][a-z0-9-]{1,22}[a-z0-9])\\.(${hosts})/keys/[a-z0-9-]{1,127}(?:/([0-9a-f]{32}))?/?$`,
  "i",
);

/** The parts of a key's URL; undefined for what is none. */
export function parseKeyUrl(text: string): KeyUrl | undefined {
  const [, vault, suffix, version] = keyUrl.exec(text) ?? [];
  return vault === undefined || suffix === undefined ? undefined : { vault, suffix, version };
}
