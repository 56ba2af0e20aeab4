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
