import { exceptionText, type StackReview } from "./findings";

/**
 * GitHub's workflow commands that mark the lines of stacks' files, a line each ("Workflow commands for GitHub Actions"): an error
 * for what stops a change, a notice for what is excepted or left out, a warning for the rest. GitHub shows ten of each in a step.
 */
export function annotations(reviews: StackReview[]): string {
  return reviews
    .flatMap(({ file, findings, problems, outcome, reason }) => [
      ...problems.map(({ key, message, line }) => command("error", file, line, key, message)),
      ...(outcome === "reviewed" || problems.length > 0
        ? []
        : [
            command(
              outcome === "left-out" ? "notice" : "error",
              ...([file, 1, "Not looked at in full", reason ?? ""] as const),
            ),
          ]),
      ...findings.map(({ rule, level, message, line, exception }) =>
        exception === undefined
          ? command(level === "mandatory" ? "error" : "warning", file, line, rule, message)
          : command("notice", file, line, rule, `${message} ${exceptionText(exception)}`),
      ),
    ])
    .map((line) => `${line}\n`)
    .join("");
}

function command(kind: string, file: string, line: number, title: string, text: string): string {
  const properties = `file=${property(file)},line=${line},title=${property(title)}`;
  return `::${kind} ${properties}::${data(text)}`;
}

/** Escapes a message as the runner takes it back (actions/toolkit, packages/core/src/command.ts). */
function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
