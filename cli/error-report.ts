import { CommandError } from "@pulumi/pulumi/automation/errors";
import { ExitCode, Failure } from "./failure";

/**
 * Prints what went wrong, in plain words: on standard error, or with `json` as `{ "error": … }` on standard output.
 * WHARF_DEBUG=1 adds the stack trace.
 * @returns the exit code that it calls for
 */
export function printError(error: unknown, json: boolean): ExitCode {
  const { message, exitCode } = describe(error);
  if (json && exitCode !== ExitCode.Done) {
    process.stdout.write(`${JSON.stringify({ error: message }, null, 2)}\n`);
  } else {
    process.stderr.write(`${message}\n`);
  }
  if (process.env.WHARF_DEBUG === "1" && error instanceof Error) {
    process.stderr.write(`${error.stack}\n`);
  }
  return exitCode;
}

/** What went wrong in plain words, and the exit code that it calls for. */
export function describe(error: unknown): { message: string; exitCode: ExitCode } {
  if (error instanceof Failure) return error;
  // What the offline room throws is written for people.
  if (error instanceof Error && error.name === "OfflineError") {
    return { message: error.message, exitCode: ExitCode.Failed };
  }
  if (error instanceof CommandError) {
    const lines = error.message
      .split("\n")
      .flatMap((line) => /^\s*(?:stderr: )?error: (.*)/.exec(line)?.[1] ?? []);
    const message =
      lines.length > 0 ? lines.join("\n") : "The Pulumi engine stopped without a word.";
    return {
      message: `${message}\nWHARF_DEBUG=1 shows all that it said.`,
      exitCode: ExitCode.Failed,
    };
  }
  const text = error instanceof Error ? error.message : String(error);
  return {
    message: `${text}\nThis was not foreseen. WHARF_DEBUG=1 shows where it happened.`,
    exitCode: ExitCode.Failed,
  };
}
