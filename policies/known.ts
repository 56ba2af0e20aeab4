/** What @pulumi/policy throws where a rule reads a property that a preview does not know. It does not export the class. */
const unknownErrorName = "UnknownValueError";

/** Whether an error tells that a property is not known yet. */
export function isUnknown(error: unknown): boolean {
  return (error as Error | undefined)?.constructor.name === unknownErrorName;
}

/**
 * What a check finds, and nothing where it reads what a preview does not know yet: an unknown value is not a violation, and says nothing of
 * the values beside it.
 */
export function known<T>(find: () => Iterable<T>): T[] {
  const found: T[] = [];
  try {
    for (const one of find()) found.push(one);
  } catch (error) {
    if (!isUnknown(error)) throw error;
  }
  return found;
}

/** Whether something can be read without meeting what is not known yet. */
export function isKnown(read: () => unknown): boolean {
  return known(() => [read()]).length > 0;
}

/** The entries of a list that are known as far as `find` reads them, each by itself; none where the list is not. */
export function eachKnown<T, U>(list: () => T[] | undefined, find: (entry: T) => Iterable<U>): U[] {
  return known(() => [list() ?? []]).flatMap((entries) =>
    Array.from({ length: entries.length }, (_, index) =>
      known(() => find(entries[index] as T)),
    ).flat(),
  );
}

/**
 * Properties in which null reads as what is not set, at any depth: undefined, and no entry of a list. A state and a program in YAML write
 * null, and a rule that gives a default by destructuring would miss it.
 */
export function withoutNulls<T extends object>(props: T): T {
  if (Array.isArray(props)) return entriesOf(props) as unknown as T;
  return new Proxy(props, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key);
      return typeof key === "string" ? read(value) : value;
    },
  });
}

/** A list without the entries that are null; reading one that is not known throws, as it does in the list. */
function entriesOf(list: readonly unknown[]): readonly unknown[] {
  const isNull = (index: number) => known(() => [list[index] === null])[0] ?? false;
  const kept = Array.from({ length: list.length }, (_, index) => index).filter((at) => !isNull(at));
  return new Proxy(kept, {
    get: (target, key) => {
      const at = typeof key === "string" ? Number(key) : NaN;
      return Number.isInteger(at) ? read(list[target[at]!]) : (Reflect.get(target, key) as unknown);
    },
  });
}

function read(value: unknown): unknown {
  if (value === null) return undefined;
  return typeof value === "object" ? withoutNulls(value) : value;
}
