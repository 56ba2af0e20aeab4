import { setTimeout } from "node:timers/promises";

/** What {@link until} waits for, and how long. */
export interface Wait {
  /** Completes the sentence "The cluster waited in vain for …". */
  what: string;
  /** In milliseconds; a minute by default. */
  timeoutMs?: number;
}

/** How long a condition rests: to ask it is mostly a run of kubectl, a tenth of a second of processor time. */
const pollMs = 400;

/**
 * Returns the first result of `condition` that is neither undefined nor false; an error of it counts as not yet.
 *
 * @throws the last error in a sentence of its own, once the time is over
 */
export async function until<T>(
  { what, timeoutMs = 60_000 }: Wait,
  condition: () => Promise<T | undefined | false>,
): Promise<T> {
  const end = Date.now() + timeoutMs;
  let cause: unknown;
  while (Date.now() < end) {
    try {
      const result = await condition();
      if (result !== undefined && result !== false) return result;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    await setTimeout(pollMs);
  }
  const last = cause instanceof Error ? `: ${cause.message}` : ".";
  throw new Error(`The cluster waited in vain for ${what}${last}`);
}
