import type { Path } from "./fields";
import { keyOf } from "./messages";
import type { Problem } from "./problems";

/** A stack's config or a component's args as they were written, by key: what a rule asks that must know what a person said. */
export type Written = Readonly<Record<string, unknown>>;

/** Whether a value was written at `path`; a default is none. */
export function wrote(written: Written, path: Path): boolean {
  const value = path.reduce<unknown>(
    (part, key) => (part as Record<PropertyKey, unknown> | null | undefined)?.[key],
    written,
  );
  return value !== undefined && value !== null;
}

/** A rule that looks at more than one field of a description, or at what the schema of a field cannot say. */
export interface Rule<D> {
  /** Keys that must have been understood for the rule to make sense. */
  needs: readonly (keyof D & string)[];
  /**
   * The problems of a description; none where the rule is kept.
   * @param description with every default filled in
   * @param written what was written, before any default
   */
  find(description: D, written: Written): Problem[];
}

/** Problems of names that stand twice in the list at `key`. */
export function duplicates(key: string, named: readonly { name: string }[]): Problem[] {
  const firsts = new Map<string, number>();
  return named.flatMap(({ name }, index) => {
    const first = firsts.get(name);
    if (first === undefined) {
      firsts.set(name, index);
      return [];
    }
    return [
      {
        key: keyOf([key, index, "name"]),
        message: `"${name}" stands twice, first in ${keyOf([key, first])}`,
      },
    ];
  });
}
