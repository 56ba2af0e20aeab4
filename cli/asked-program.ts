import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { createInterface } from "node:readline";
import type { z } from "zod";
import { Failure } from "./failure";

/**
 * A program of `offline/go` that answers requests, one after the other, by lines of JSON. What it is told goes by its standard input,
 * passwords too: arguments and variables of a process can be read by others. It ends when this process does.
 */
export class AskedProgram<Event extends { event: string }> {
  private readonly process: ChildProcessWithoutNullStreams;
  private readonly lines: AsyncIterator<string>;
  private complaints = "";

  /**
   * @param path the program
   * @param events what its lines hold
   * @param said what it is called, as `The copier`, and why it may simply be asked again, for the message of its early end
   */
  constructor(
    path: string,
    private readonly events: z.ZodType<Event>,
    private readonly said: { name: string; again: string },
  ) {
    this.process = spawn(path, { stdio: ["pipe", "pipe", "pipe"] });
    this.lines = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
    this.process.stderr.on("data", (part: Buffer) => (this.complaints += part.toString()));
    // That it is gone is seen by the end of its lines.
    this.process.stdin.on("error", () => undefined);
    this.process.on("error", (error) => (this.complaints += error.message));
  }

  /**
   * Sends a request and follows what comes until its answer, or the event `failed`.
   * @throws Failure where the program ended without one
   */
  async ask(
    request: object,
    answer: Event["event"],
    follow: (event: Event) => void = () => undefined,
  ): Promise<Event> {
    this.process.stdin.write(`${JSON.stringify(request)}\n`);
    for (;;) {
      const { done, value } = await this.lines.next();
      if (done === true) {
        const { name, again } = this.said;
        throw new Failure(
          `${name} ended before it was done${this.complaints === "" ? "." : `:\n${this.complaints.trim()}`}\nRun the same command again: ${again}.`,
        );
      }
      const told = this.events.parse(JSON.parse(value));
      if (told.event === answer || told.event === "failed") return told;
      follow(told);
    }
  }

  /** Ends it. */
  close(): void {
    this.process.stdin.end();
  }
}
