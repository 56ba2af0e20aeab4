import { confirm, isCancel, text } from "@clack/prompts";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { forgetEngines, noteEngine } from "../stack/engine-lock";
import { expiryLine } from "./expiry";
import { ExitCode, Failure, refusal } from "../failure";
import { withProgram } from "../stack/inline-program";
import { Interrupts, type EngineRun } from "../stack/interrupts";
import { Operations } from "../stack/operations";
import { createProgress, passing, type Progress } from "./progress";
import type { OpenStack } from "../stack/stack";

/** Options that every command takes. */
export interface CommonOptions {
  /** Name of the stack. */
  stack: string;
  /** Prints one JSON value on standard output; progress goes to standard error. */
  json?: boolean;
  /** Does not ask. */
  yes?: boolean;
}

/** What every run of the engine is given, in the words of the Automation API. */
export interface EngineOptions {
  onEvent: Operations["onEvent"];
  signal: EngineRun["signal"];
  /** Copy of the stack's config file, since the engine writes the salt of the secrets into the one that it is given. */
  configFile: string;
  /**
   * False: the Automation API reads the summary of a run that shows secrets by `pulumi stack history`, which accepts no other config
   * file and would write the salt into the one that Git tracks.
   */
  showSecrets: false;
  /** What `up` and `preview` run; the engine asks the others for no program. */
  program: PulumiFn;
}

/** One run of a command: its options, and how it speaks to the person or program that started it. */
export class Session {
  readonly progress: Progress;
  private readonly interrupts: Interrupts;

  /**
   * @param options options of the command
   * @param asks whether the command only asks: its result is then the only output on standard output
   */
  constructor(
    readonly options: CommonOptions,
    { asks = false } = {},
  ) {
    const progress = createProgress(options.json || asks ? process.stderr : process.stdout);
    this.progress = asks ? passing(progress) : progress;
    this.interrupts = new Interrupts(this.progress);
  }

  /** Prints text for a person; nothing with `--json`. */
  print(text: string): void {
    this.progress.clear();
    if (!this.options.json) process.stdout.write(`${text}\n`);
  }

  /** Prints the result for a program; nothing without `--json`. */
  answer(value: unknown): void {
    this.progress.clear();
    if (this.options.json) process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
  }

  /** Says how long a lab has left, beside the command's own result; nothing where the stack never expires, and with `--json`. */
  noteExpiry(expiresAt: string | undefined): void {
    const line = expiryLine(expiresAt, this.options.stack);
    if (line !== "" && !this.options.json) this.progress.line(line);
  }

  /**
   * To be called first by a command that will ask: it should not fail at its question, minutes later.
   * @throws Failure where there is neither `--yes` nor a terminal to ask in.
   */
  mustBeAnswerable(): void {
    const { yes, json } = this.options;
    if (yes || (process.stdin.isTTY && process.stdout.isTTY && !json)) return;
    throw refusal(
      "This command asks before it acts, but there is no terminal. Add --yes to agree.",
    );
  }

  /**
   * Asks before something is done; `--yes` is the answer where it is given.
   * @throws Failure where the person declines.
   */
  async agree(question: string): Promise<void> {
    if (this.options.yes) return;
    this.progress.clear();
    const agreed = await confirm({ message: question, initialValue: false });
    if (isCancel(agreed)) throw new Failure("Nothing was changed.", ExitCode.Interrupted);
    if (!agreed) throw new Failure("Nothing was changed.", ExitCode.Done);
  }

  /**
   * Asks for a word to be typed before something is done that cannot be taken back; `--yes` is the answer where it is given.
   * @throws Failure where the person types another, or nothing.
   */
  async agreeByTyping(question: string, word: string): Promise<void> {
    if (this.options.yes) return;
    this.progress.clear();
    const typed = await text({ message: question, placeholder: word });
    if (isCancel(typed)) throw new Failure("Nothing was changed.", ExitCode.Interrupted);
    if (typed !== word) {
      throw new Failure(`"${typed}" is not ${word}. Nothing was changed.`, ExitCode.Done);
    }
  }

  /**
   * Runs an operation of the engine on a stack, following it by its events.
   * @param opened the stack; every run is given the copy of its config file
   * @param next what to do where it fails, a sentence
   * @returns what it did, by resource
   * @throws Failure with what a person should read where it fails or is interrupted
   */
  async follow(
    { configFile, stack }: Pick<OpenStack, "configFile" | "stack">,
    next: string,
    operate: (options: EngineOptions) => Promise<unknown>,
  ): Promise<Operations> {
    let operations: Operations | undefined;
    try {
      await this.interrupts.during((run) => {
        operations = new Operations(this.progress, run);
        const { onEvent: follow } = operations;
        let begun = false;
        const onEvent: typeof follow = (event) => {
          // Where the engine locks the stack, it has done so before it tells anything.
          if (!begun) noteEngine();
          begun = true;
          follow(event);
        };
        const { signal } = run;
        return withProgram(stack.workspace.envVars, (program) =>
          operate({ onEvent, signal, configFile, showSecrets: false, program }),
        );
      });
    } catch (error) {
      this.progress.clear();
      if (this.interrupts.received) throw new Failure(`Stopped. ${next}`, ExitCode.Interrupted);
      throw operations?.failure(next, remedy(this.options.stack)) ?? error;
    } finally {
      forgetEngines();
    }
    return operations as unknown as Operations;
  }
}

/** Where a refused description is fixed; the commands that the report names need a `pulumi` and an existing stack. */
function remedy(stack: string): string {
  return `Edit Pulumi.${stack}.yaml, or use the commands above where the stack is up; eval "$(npx wharf pulumi-env)" puts pulumi on the PATH.`;
}
