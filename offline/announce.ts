/**
 * How the offline room tells what it does; whoever calls it decides how that looks. Steps do not overlap: a `start` is followed by
 * any number of `update`s and one `done`, or by an error. A step that takes no time is only `done`.
 */
export interface Announce {
  /** A step begins; the detail says how long it usually takes where that is more than a few seconds. */
  start(step: string, detail?: string): void;
  /** Progress inside the step that was started last. */
  update(detail: string): void;
  /** The step has ended well. */
  done(step: string, detail: string): void;
}

/** How often a count that goes up is told where every telling is a line that stays, in milliseconds. */
const countEveryMs = 15_000;

/**
 * Chooses which updates become lines where lines stay, as in a log: words that are new at once, and the same words with other
 * numbers in them, such as how many packages are compiled, every fifteen seconds. A build of Pulumi counts to 2,800.
 *
 * @param now the time in milliseconds
 * @returns whether to tell an update; `undefined` in place of one says that another step begins
 */
export function unhurried(now: () => number): (detail: string | undefined) => boolean {
  let words: string | undefined;
  let told = 0;
  return (detail) => {
    const before = words;
    words = detail?.replace(/\d+/g, "0");
    if (detail === undefined || (words === before && now() - told < countEveryMs)) return false;
    told = now();
    return true;
  };
}

/** A duration as people read it: `45 s`, `3 min 20 s`. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(1, Math.round(milliseconds / 1000));
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `${seconds} s` : `${minutes} min ${seconds % 60} s`;
}
