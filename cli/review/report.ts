import { writeFileSync } from "node:fs";
import { ExitCode } from "../failure";
import { annotations } from "./annotations";
import { violations, type StackReview } from "./findings";
import { reviewMarkdown, type Kind } from "./markdown";
import { sarif } from "./sarif";
import { reviewTable } from "./table";

/** In what form reviews are told. */
export interface ReportOptions {
  /** Prints JSON. */
  json?: boolean;
  /** Prints Markdown in place of a table. */
  markdown?: boolean;
  /** File that SARIF is written to as well. */
  sarif?: string;
}

/** Tells reviews in the form that was asked for; in GitHub Actions marks the lines as well. */
export function report(reviews: StackReview[], kind: Kind, options: ReportOptions): void {
  const { json, markdown, sarif: file } = options;
  if (file !== undefined) writeFileSync(file, sarif(reviews, kind));
  const text = json
    ? JSON.stringify(reviews, null, 2)
    : markdown
      ? reviewMarkdown(reviews, kind)
      : reviewTable(reviews);
  process.stdout.write(`${text.trimEnd()}\n`);
  // On standard error, where GitHub reads them as well, so that standard output has only the result.
  if (process.env.GITHUB_ACTIONS === "true") process.stderr.write(annotations(reviews));
}

/** A wrong description first, then a violation that is mandatory, then a stack that could not be looked at in full. */
export function exitCodeOf(reviews: StackReview[]): ExitCode {
  if (reviews.some(({ outcome }) => outcome === "refused")) return ExitCode.Refused;
  if (reviews.some((one) => violations(one, "mandatory") > 0)) return ExitCode.Policy;
  return reviews.some(({ outcome }) => outcome === "failed") ? ExitCode.Failed : ExitCode.Done;
}
