/**
 * Something that Wharf needs of this machine or its network is missing. The message is a plain sentence, followed where there is
 * one by the command that helps, on a line of its own; it is meant to be shown as it stands, without a stack trace.
 */
export class OfflineError extends Error {
  /** The one command that helps. */
  readonly command?: string;

  constructor(sentence: string, command?: string) {
    super(command === undefined ? sentence : `${sentence}\n  ${command}`);
    this.name = "OfflineError";
    this.command = command;
  }
}

/** The sentence of an error of unknown kind. */
export function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
