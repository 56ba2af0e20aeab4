import { ExitCode } from "../failure";
import type { Progress } from "../ui/progress";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** How long the engine may take to say that an interrupt has reached it, in ms; it answers within a few. */
const answerMs = 500;

/** A run of the engine that an interrupt can stop. */
export interface EngineRun {
  /** Aborting it sends the engine SIGINT. */
  signal: AbortSignal;
  /** To be called when the engine says that it was interrupted. */
  heard: () => void;
}

/**
 * Passes an interrupt on to the engine exactly once. In a terminal Ctrl-C reaches the engine by itself, `npm` may send
 * it again, and `kill` reaches only this process; a second interrupt would make the engine drop what it is doing and
 * leave orphans. So the engine's own word decides whether it still has to be told.
 */
export class Interrupts {
  /** Whether the person has asked to stop. */
  received = false;
  private run?: { abort: AbortController; heard: boolean };

  constructor(private readonly progress: Progress) {
    for (const signal of signals) process.on(signal, () => this.receive());
  }

  /** Runs the engine by `work`; an interrupt then stops the engine cleanly in place of this process. */
  async during<T>(work: (run: EngineRun) => Promise<T>): Promise<T> {
    const run = { abort: new AbortController(), heard: false };
    this.run = run;
    try {
      return await work({ signal: run.abort.signal, heard: () => (run.heard = true) });
    } finally {
      this.run = undefined;
    }
  }

  private receive(): void {
    const run = this.run;
    if (run === undefined) {
      this.progress.clear();
      process.exit(ExitCode.Interrupted);
    }
    if (this.received) return;
    this.received = true;
    this.progress.line("Stopping as soon as the current resources are done ...");
    setTimeout(() => {
      if (!run.heard) run.abort.abort();
    }, answerMs).unref();
  }
}
