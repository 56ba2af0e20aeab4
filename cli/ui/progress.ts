import { clearLine, cursorTo } from "node:readline";
import { styleText } from "node:util";
import { unhurried, type Announce, duration } from "../../offline/announce";

/** Shows what a command does: one step at a time, each ending in one line that stays. */
export interface Progress extends Announce {
  /** Whether the running step has a line that is redrawn; where not, `update` prints a line each time. */
  readonly live: boolean;
  /** Prints a line that stays, above the step that runs. */
  line(text: string): void;
  /** Ends the running step without a line of its own. */
  clear(): void;
}

/** A line that stays: a tick, what was done, the result in a column of its own. */
function finished(step: string, detail: string): string {
  return `✔ ${step.padEnd(13)} ${detail}`;
}

/** One plain line for each thing that happens, for files, pipes and screen readers; a count is printed now and then. */
class PlainProgress implements Progress {
  readonly live = false;
  private step = "";
  private last = "";
  private readonly isTold: (detail: string | undefined) => boolean;

  constructor(
    private readonly output: Pick<NodeJS.WriteStream, "write">,
    now: () => number,
  ) {
    this.isTold = unhurried(now);
  }

  start(step: string, detail?: string): void {
    this.step = step;
    this.isTold(undefined);
    if (detail !== undefined) this.print(`… ${step.padEnd(13)} ${detail}`);
  }

  update(detail: string): void {
    if (this.isTold(detail)) this.print(`… ${this.step.padEnd(13)} ${detail}`);
  }

  done(step: string, detail: string): void {
    this.print(finished(step, detail));
  }

  line(text: string): void {
    this.print(text);
  }

  clear(): void {
    this.last = "";
  }

  private print(text: string): void {
    if (text !== this.last) this.output.write(`${text}\n`);
    this.last = text;
  }
}

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const frameMs = 100;
/** Steps that take longer than this show for how long they have run. */
const patienceMs = 3000;

/** A live line that the step's result replaces. Ctrl-C stays a signal: the terminal is never put into raw mode. */
class TerminalProgress implements Progress {
  readonly live = true;
  private running?: { step: string; detail: string; since: number; timer: NodeJS.Timeout };
  private frame = 0;

  constructor(private readonly output: NodeJS.WriteStream) {}

  start(step: string, detail = ""): void {
    this.clear();
    const timer = setInterval(() => this.draw(), frameMs).unref();
    this.running = { step, detail, since: performance.now(), timer };
    this.draw();
  }

  update(detail: string): void {
    if (this.running === undefined) return;
    this.running.detail = detail;
    this.draw();
  }

  done(step: string, detail: string): void {
    this.clear();
    this.output.write(`${finished(step, detail).replace("✔", styleText("green", "✔"))}\n`);
  }

  line(text: string): void {
    this.erase();
    this.output.write(`${text}\n`);
    this.draw();
  }

  clear(): void {
    if (this.running === undefined) return;
    clearInterval(this.running.timer);
    this.running = undefined;
    this.erase();
  }

  private draw(): void {
    if (this.running === undefined) return;
    const { step, detail, since } = this.running;
    const elapsedMs = performance.now() - since;
    const elapsed = elapsedMs > patienceMs ? ` (${duration(elapsedMs)})` : "";
    const text = `${step.padEnd(13)} ${detail}`;
    // A line that wraps cannot be erased as one.
    const room = Math.max(20, this.output.columns - elapsed.length - 4);
    this.erase();
    this.frame = (this.frame + 1) % frames.length;
    this.output.write(
      `${styleText("cyan", frames[this.frame] ?? "")} ${text.length > room ? `${text.slice(0, room - 1)}…` : text}${styleText("dim", elapsed)}`,
    );
  }

  private erase(): void {
    cursorTo(this.output, 0);
    clearLine(this.output, 0);
  }
}

/**
 * Progress for `output`: live in a terminal, plain lines elsewhere and where NO_COLOR is set (https://no-color.org).
 *
 * @param now the time in milliseconds, by which plain lines are held back
 */
export function createProgress(
  output: NodeJS.WriteStream,
  now: () => number = () => performance.now(),
): Progress {
  const live = output.isTTY && !process.env.NO_COLOR && process.env.TERM !== "dumb";
  return live ? new TerminalProgress(output) : new PlainProgress(output, now);
}

/** The same progress without the lines that stay, for commands whose result is all that matters. */
export function passing(progress: Progress): Progress {
  return {
    live: progress.live,
    start: (step, detail) => progress.start(step, detail),
    update: (detail) => progress.update(detail),
    done: () => progress.clear(),
    line: (text) => progress.line(text),
    clear: () => progress.clear(),
  };
}
