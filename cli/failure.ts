/** What the process ends with; the help text of `wharf` lists the same. */
export const ExitCode = { Done: 0, Failed: 1, Refused: 2, Policy: 3, Interrupted: 130 } as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** An end that a person can do something about: its message is all that is printed, without a stack trace. */
export class Failure extends Error {
  override name = "Failure";

  constructor(
    message: string,
    readonly exitCode: ExitCode = ExitCode.Failed,
  ) {
    super(message);
  }
}

/** A refusal before anything was touched: the description or the command line is wrong. */
export function refusal(message: string): Failure {
  return new Failure(message, ExitCode.Refused);
}
