import type { Path } from "./fields";
import type { Problem } from "./problems";

/** A stack's config or a component's args as they were written, by key: what a rule asks that must know what a person said. */
export type Written = Readonly<Record<string, unknown>>;

/** The value that was written at `path`; undefined where there is none. */
export function valueAt(written: Written, path: Path): unknown {
  return path.reduce<unknown>(
    (part, key) => (part as Record<PropertyKey, unknown> | null | undefined)?.[key],
    written,
  );
}

/** Whether a value was written at `path`; a default is none. */
export function wrote(written: Written, path: Path): boolean {
  const value = valueAt(written, path);
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
