import type { Path } from "./fields";
import { keyOf, nearest, removeCommand, setCommand, shown } from "./messages";
import type { Problem } from "./problems";

/** What is said of a name that is unknown. */
interface UnknownName {
  /** What the name is not, as the rest of a sentence: `is not a node of the cluster`. */
  predicate: string;
  /** How the sentence ends where no known name is near; by default it lists them: `, which has one, two`. */
  ending?: string;
  /** The command that puts a known name in its place; by default the one that sets the key. */
  set?: (name: string) => string;
  /** The command where no known name is near; none by default. */
  fix?: string;
}

/**
 * The problem of a name that must be one of others; none where it is.
 * @param at the key that holds the name: a path of the description, or the whole key of another namespace such as `aws:region`
 */
export function unknownName(
  at: Path | string,
  name: string,
  known: readonly string[],
  {
    predicate,
    ending = `, which has ${known.join(", ") || "none"}`,
    set = (meant) => setCommand(typeof at === "string" ? [at] : at, meant),
    fix,
  }: UnknownName,
): Problem[] {
  if (known.includes(name)) return [];
  const meant = nearest(name, known);
  return [
    {
      key: typeof at === "string" ? at : keyOf(at),
      message: `${shown(name)} ${predicate}${meant === undefined ? ending : `; did you mean ${meant}?`}`,
      fix: meant === undefined ? fix : set(meant),
    },
  ];
}

/**
 * What is said of a location whose name has the platform's form and that the list of this release lacks: platforms open regions
 * more often than lists are released, so that it is a warning. Undefined where the list has it.
 * @param at the key that names it: a path of the description, or the whole key of another namespace such as `aws:region`
 * @param what a location is on the platform: `location of Artifact Registry`
 */
export function unlistedLocation(
  at: Path | string,
  name: string,
  known: readonly string[],
  what: string,
): string | undefined {
  if (known.includes(name)) return undefined;
  const meant = nearest(name, known);
  const question = meant === undefined ? "" : `; did you mean ${meant}?`;
  return `${typeof at === "string" ? at : keyOf(at)}: ${shown(name)} is not a ${what} that this release knows${question}`;
}

/** What a message says of a value that an earlier entry has. */
export function standsTwice(value: string, first: string): string {
  return `${shown(value)} appears twice, first in ${first}`;
}

/** What is said of a value that appears twice in a list. */
interface Repeated {
  /** Key of an entry that holds the value; none where the entries are the values. */
  attribute?: string;
  /** What of a value must differ from the others; by default all of it. */
  identity?: (value: string) => string;
  /**
   * The message, where more than `appearsTwice` is to be said: of the value, the key of the first entry that has it, and the
   * index.
   */
  message?: (value: string, first: string, index: number) => string;
  /** The command that fixes the entry at an index; by default it removes the entry. */
  fix?: (index: number) => string;
}

/**
 * Problems of values that appear twice in the list at `list`, one for each that repeats an earlier one.
 * @param values those of the entries in their order; undefined for an entry that is not compared
 */
export function repeated(
  list: Path,
  values: readonly (string | undefined)[],
  {
    attribute,
    identity = (value) => value,
    message = standsTwice,
    fix = (index) => removeCommand([...list, index]),
  }: Repeated = {},
): Problem[] {
  const firsts = new Map<string, number>();
  return values.flatMap((value, index) => {
    if (value === undefined) return [];
    const first = firsts.get(identity(value));
    if (first === undefined) {
      firsts.set(identity(value), index);
      return [];
    }
    const entry = [...list, index];
    return [
      {
        key: keyOf(attribute === undefined ? entry : [...entry, attribute]),
        message: message(value, keyOf([...list, first]), index),
        fix: fix(index),
      },
    ];
  });
}
