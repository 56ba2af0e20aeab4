import { isDeepStrictEqual } from "node:util";
import { isBlock } from "../../components/core/fields";
import { isNamedList } from "../../components/description/shared";
import { terminalTable } from "../ui/table";

/** One key in which two configs differ. */
export interface Difference {
  /** Path of the key, an entry of a list by its name: `wharf:repositories[shop/api].retention.keepLast`. */
  key: string;
  /** Value on the one side; left out where it has none. */
  a?: unknown;
  /** Value on the other side; left out where it has none. */
  b?: unknown;
}

/**
 * Where two values differ, part by part: blocks by key, lists whose entries have names by name, other lists as a whole, as is an
 * entry that only one side has.
 */
export function differences(a: unknown, b: unknown, key = ""): Difference[] {
  if (isDeepStrictEqual(a, b)) return [];
  // A side that has none counts as an empty one, so that what only the other side has is told part by part.
  if ((isBlock(a) || a === undefined) && (isBlock(b) || b === undefined)) {
    const [left, right] = [a ?? {}, b ?? {}];
    const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])].sort();
    return keys.flatMap((part) =>
      differences(left[part], right[part], key === "" ? part : `${key}.${part}`),
    );
  }
  if (isEntries(a) && isEntries(b) && (isNamedList(a) || isNamedList(b))) {
    const [left, right] = [byName(a), byName(b)];
    const names = [...new Set([...Object.keys(left), ...Object.keys(right)])];
    return names.flatMap((name) => {
      const [one, other] = [left[name], right[name]];
      const entry = `${key}[${name}]`;
      return one === undefined || other === undefined
        ? difference(entry, one, other)
        : differences(one, other, entry);
    });
  }
  return difference(key, a, b);
}

function difference(key: string, a: unknown, b: unknown): Difference[] {
  return [{ key, ...(a !== undefined && { a }), ...(b !== undefined && { b }) }];
}

/** Whether a value is a list of named entries, or none. */
function isEntries(value: unknown): value is { name: string }[] | undefined {
  return value === undefined || (Array.isArray(value) && value.length === 0) || isNamedList(value);
}

function byName(entries: { name: string }[] | undefined): Record<string, object> {
  return Object.fromEntries((entries ?? []).map(({ name, ...rest }) => [name, { name, ...rest }]));
}

/** Differences as a table, the two sides under their names. */
export function differenceTable(found: Difference[], a: string, b: string): string {
  return terminalTable(
    ["key", a, b],
    found.map((one) => [one.key, shown(one.a), shown(one.b)]),
  );
}

function shown(value: unknown): string {
  if (value === undefined) return "-";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
