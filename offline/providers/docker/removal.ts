import { ask, isNotFound } from "./engine";

// As long as the official plugin waits for the last container to let go of a volume or a network.
const timeout = 30_000;
const interval = 250;

/**
 * Removes what containers use, as soon as none does: a container that is being removed lets go of it
 * a little later. What is gone already is removed. Throws a sentence that begins with `what` failed.
 */
export async function removeWhenFree(what: string, remove: () => Promise<unknown>): Promise<void> {
  const deadline = Date.now() + timeout;
  for (;;) {
    try {
      await ask(what, remove);
      return;
    } catch (error) {
      if (isNotFound(error)) {
        return;
      }
      const inUse = error instanceof Error && /is in use|has active endpoints/.test(error.message);
      if (!inUse || Date.now() > deadline) {
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, interval));
    }
  }
}
