import { isMap, isScalar, type Document, type Scalar } from "yaml";
import { isBlock, isEmpty } from "../../components/core/fields";
import { keyOf } from "../../components/core/messages";
import { newPath, renamedKeys, type RenamedKey } from "../../components/description/renamed-keys";
import { structured } from "../../components/description/shared";

/** A key of a file that has another name now, both as the file says them. */
export interface Renamed {
  before: string;
  now: string;
}

/**
 * Gives the keys of a stack's file, or of wharf.yaml, the names of today, each in its place and with its comments; what is encrypted
 * stays so. A key that is set under both names keeps them.
 * @param shared whether it is wharf.yaml, which has the keys of a description at its top and without `wharf:`
 */
export function renameKeys(document: Document, { shared = false } = {}): Renamed[] {
  const pathOf = ([first = "", ...rest]: readonly string[]) =>
    shared ? [first, ...rest] : ["config", `wharf:${first}`, ...rest];
  const told = (path: readonly string[]) => keyOf(path).replace(shared ? /^wharf:/ : "", "");
  return renamedKeys.flatMap((key) => {
    const path = pathOf(key.from);
    openText(document, pathOf(key.from.slice(0, 1)), key);
    const block = document.getIn(path.slice(0, -1), true);
    if (!isMap(block)) return [];
    const pair = block.items.find((one) => isScalar(one.key) && one.key.value === path.at(-1));
    if (pair === undefined) return [];
    const before = valueOf(document.getIn(path));
    const value = key.value === undefined ? before : key.value(before);
    const now = pathOf(newPath(key));
    if (value === undefined || !isEmpty(valueOf(document.getIn(now)))) return [];
    block.delete(now.at(-1));
    (pair.key as Scalar).value = now.at(-1);
    if (value !== before) pair.value = document.createNode(value);
    return [{ before: told(key.from), now: told(newPath(key)) }];
  });
}

/** Makes a block of a text of JSON, as which Pulumi sets a whole key, where the key is in it. */
function openText(document: Document, top: string[], { from }: RenamedKey): void {
  const text = document.getIn(top);
  const block = typeof text === "string" ? structured(text) : undefined;
  const found = from.slice(1).reduce<unknown>((part, name) => valueIn(part, name), block);
  if (from.length > 1 && found !== undefined) document.setIn(top, document.createNode(block));
}

function valueIn(block: unknown, name: string): unknown {
  return isBlock(block) ? block[name] : undefined;
}

/** What a node of a document holds. */
function valueOf(node: unknown): unknown {
  return isMap(node) ? (node.toJSON() as unknown) : node;
}
