import { RunError } from "@pulumi/pulumi/errors";

/** One thing that is wrong with a description or with the place where it is to run. */
export interface Problem {
  /** The key as the user writes it: `wharf:endpoint.port`, `wharf:users[2].name`. */
  key: string;
  /** The value seen and what is allowed, as the rest of a sentence whose subject is the key. */
  message: string;
  /** The command that fixes it, where there is one. */
  fix?: string;
}

/** What the first line of every report ends with; `wharf` tells a refusal from a failure by it. */
export const nothingChanged = "Nothing was changed.";

/** A description that is wrong. A RunError, so that Pulumi prints its message without a stack trace. */
export class DescriptionError extends RunError {
  /**
   * @param subject what the problems are of, as the head line begins: `The description of stack dev`
   */
  constructor(
    subject: string,
    public readonly problems: Problem[],
  ) {
    super(report(subject, problems));
    // A report needs no trace. Pulumi renders one even of errors that it prints without, and util.inspect of Node 20 and later
    // takes half a minute over the frame `node_modules/@pulumi/resource.ts` in it, looking for the slash after a package's name.
    this.stack = undefined;
  }
}

/** A head line, then each key with its message and, below it, the command that fixes it. */
function report(subject: string, problems: Problem[]): string {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  const width = Math.max(...problems.map(({ key }) => key.length)) + 3;
  const lines = problems.flatMap(({ key, message, fix }) => [
    `  ${key.padEnd(width)}${message}`,
    ...(fix === undefined ? [] : [`  ${"".padEnd(width)}${fix}`]),
  ]);
  return [`${subject} has ${count}. ${nothingChanged}`, "", ...lines, ""].join("\n");
}
