import { isBlock, isEmpty } from "../core/fields";
import { keyOf, removeCommand } from "../core/messages";
import type { Problem } from "../core/problems";

// Names of keys that changed. The old ones are accepted in the release that brings the new ones, with a notice. The next release
// removes them, with this file and what calls it.

/** A key that has another name than before. */
export interface RenamedKey {
  /** Path of the key before, without `wharf:`. */
  from: readonly string[];
  /** Its name now; the block that it is in stays the same. */
  to: string;
  /** The value under the new name, where that is another; undefined where a value is not one of the old key. */
  value?: (old: unknown) => unknown;
}

/** Every key that has another name than before, in the order of docs/config.md. */
export const renamedKeys: readonly RenamedKey[] = [
  { from: ["caches"], to: "pullThroughCaches" },
  // The key of a service account, a text; the block of that name says how to log in to an Azure storage account.
  {
    from: ["storage", "credentials"],
    to: "serviceAccountKey",
    value: (old) => (isSecureOrText(old) ? old : undefined),
  },
  { from: ["engine"], to: "distribution" },
  { from: ["kubernetes", "pullSecrets", "in"], to: "namespaces" },
  {
    from: ["aws", "registrySettings"],
    to: "managePrivateRegistry",
    // Another word stays as it is, and the schema refuses it under the new name.
    value: (old) => (old === "own" ? true : old === "leave" ? false : old),
  },
  { from: ["gcp", "virtuals"], to: "virtualRepositories" },
  { from: ["azure", "caches"], to: "pullThroughCaches" },
];

type Block = Record<string, unknown>;

/** Values under their new names. */
export interface Renaming {
  values: Block;
  /** Keys that had their old name. */
  renamed: RenamedKey[];
  /** Keys that are set under both names, of which the old one is left out. */
  problems: Problem[];
}

/**
 * Values of a description, of which some may have their old names, under the new ones. An empty value counts as none, since
 * Pulumi.yaml gives every key of today one.
 * @param values by key, without `wharf:`
 */
export function withNewNames(values: Block): Renaming {
  let current = values;
  const renamed: RenamedKey[] = [];
  const problems: Problem[] = [];
  for (const key of renamedKeys) {
    const parents = key.from.slice(0, -1);
    const block = blockAt(current, parents);
    const name = key.from.at(-1) as string;
    if (block === undefined || !(name in block)) continue;
    const { [name]: old, ...rest } = block;
    const value = key.value === undefined ? old : key.value(old);
    if (value === undefined) continue;
    const both = !isEmpty(rest[key.to]);
    if (both) problems.push(setTwice(key));
    else renamed.push(key);
    current = withBlock(current, parents, both ? rest : { ...rest, [key.to]: value });
  }
  return { values: current, renamed, problems };
}

/** Keys, without `wharf:`, under their new names: those of which Pulumi holds a part encrypted. */
export function newNamesOf(keys: Iterable<string>): Set<string> {
  return new Set(
    [...keys].map(
      (key) => renamedKeys.find(({ from }) => from.length === 1 && from[0] === key)?.to ?? key,
    ),
  );
}

/** Path of a renamed key as it is now. */
export function newPath({ from, to }: RenamedKey): string[] {
  return [...from.slice(0, -1), to];
}

/**
 * What a person is told whose description has old names, once for all of them.
 * @param renamed at least one
 * @param stack name of the stack
 */
export function renamingNotice(renamed: readonly RenamedKey[], stack: string): string {
  const names = renamedKeys
    .filter((key) => renamed.includes(key))
    .map((key) => `${keyOf(key.from)} is now ${keyOf(newPath(key))}`);
  return [
    `${names.join(", ")}. The old ${names.length === 1 ? "name is" : "names are"} accepted in this release only.`,
    `Rename ${names.length === 1 ? "it" : "them"}: npx wharf env rename ${stack}`,
  ].join(" ");
}

function setTwice(key: RenamedKey): Problem {
  return {
    key: keyOf(key.from),
    message: `is the old name of ${keyOf(newPath(key))}, which is set as well; keep one of them`,
    fix: removeCommand(key.from),
  };
}

function blockAt(values: Block, path: readonly string[]): Block | undefined {
  const at = path.reduce<unknown>(
    (block, name) => (isBlock(block) ? block[name] : undefined),
    values,
  );
  return isBlock(at) ? at : undefined;
}

function withBlock(values: Block, [name, ...rest]: readonly string[], block: Block): Block {
  return name === undefined
    ? block
    : { ...values, [name]: withBlock(values[name] as Block, rest, block) };
}

/** A text, or one that Pulumi encrypted, as a stack's file holds it. */
function isSecureOrText(value: unknown): boolean {
  return typeof value === "string" || (isBlock(value) && Object.keys(value).join() === "secure");
}
