/** What @pulumi/policy throws where a rule reads a property that a preview does not know. It does not export the class. */
const unknownErrorName = "UnknownValueError";

/**
 * What a check finds, and nothing where it reads what a preview does not know yet: an unknown value is no violation, and says nothing of
 * the values beside it.
 */
export function known<T>(find: () => Iterable<T>): T[] {
  const found: T[] = [];
  try {
    for (const one of find()) found.push(one);
  } catch (error) {
    if ((error as Error).constructor.name !== unknownErrorName) throw error;
  }
  return found;
}

/** The entries of a list that are known as far as `find` reads them, each by itself; none where the list is not. */
export function eachKnown<T, U>(list: () => T[] | undefined, find: (entry: T) => Iterable<U>): U[] {
  return known(() => [list() ?? []]).flatMap((entries) =>
    Array.from({ length: entries.length }, (_, index) =>
      known(() => find(entries[index] as T)),
    ).flat(),
  );
}
