import {
  exceptionText,
  findingKinds,
  groupsOf,
  violations,
  type FindingGroup,
  type StackReview,
} from "./findings";
import { planLine, summaryHead, summaryRow } from "./table";

/** What looked at the stacks. */
export type Kind = "review" | "audit";

/** Marks the comment that is edited in place of adding another; the pipelines look for it. */
const markerOf = (kind: Kind) => `<!-- wharf-${kind} -->`;

// GitHub takes 65,536 characters in a comment, GitLab more.
const longest = 60_000;
/** Changes of a stack that are listed one by one. */
const listedChanges = 100;

/** Reviews as Markdown for one comment of a pull request. What is longer than a comment may be leaves the lists of changes out. */
export function reviewMarkdown(reviews: StackReview[], kind: Kind): string {
  const whole = rendered(reviews, kind, true);
  if (whole.length <= longest) return whole;
  const short = rendered(reviews, kind, false);
  const left = `\n\nLonger than a comment may be: \`npx wharf ${kind}\` shows the rest.\n`;
  return short.length <= longest ? short : short.slice(0, longest - left.length) + left;
}

function rendered(reviews: StackReview[], kind: Kind, withChanges: boolean): string {
  const rows = [
    summaryHead.map((title) => title[0]!.toUpperCase() + title.slice(1)),
    summaryHead.map((_, column) => (column === 0 ? ":--" : "--:")),
    ...reviews.map(rowOf),
  ];
  return [
    markerOf(kind),
    `## Wharf ${kind}: ${headline(reviews)}`,
    "",
    ...rows.map((cells) => `| ${cells.join(" | ")} |`),
    ...reviews.flatMap((review) => details(review, withChanges)),
    "",
  ].join("\n");
}

function rowOf(review: StackReview): string[] {
  const [stack = "", ...cells] = summaryRow(review);
  const { outcome } = review;
  const bad = outcome === "refused" || outcome === "failed" || violations(review, "mandatory") > 0;
  return [
    `${bad ? "❌" : outcome === "left-out" ? "➖" : "✅"} ${escaped(stack)}`,
    ...cells.map(escaped),
  ];
}

function headline(reviews: StackReview[]): string {
  const [mandatory = 0, , excepted = 0] = findingKinds.map((kind) =>
    reviews.reduce((sum, review) => sum + violations(review, kind), 0),
  );
  const refused = reviews.filter(({ outcome }) => outcome !== "reviewed").length;
  return [
    counted(reviews.length, "stack"),
    ...(refused === 0 ? [] : [`${refused} not looked at in full`]),
    mandatory === 0 ? "no mandatory violation" : counted(mandatory, "mandatory violation"),
    ...(excepted === 0 ? [] : [`${excepted} excepted`]),
  ].join(", ");
}

function counted(number: number, one: string): string {
  return `${number} ${one}${number === 1 ? "" : "s"}`;
}

/** The sections of a stack, an empty line between them; nothing where there is nothing to tell. */
function details(review: StackReview, withChanges: boolean): string[] {
  const { stack, file, outcome, reason = "", problems } = review;
  const told = outcome !== "reviewed" && problems.length === 0;
  const sections = [
    ...(told ? [["Not looked at in full:"], fenced(reason)] : []),
    problems.map(
      ({ key, message, fix, line }) =>
        `- ${code(`${file}:${line}`)} ${code(key)} ${escaped(message)}${fix === undefined ? "" : `: ${code(fix)}`}`,
    ),
    ...findingKinds.flatMap((kind) => {
      const groups = groupsOf(review, kind);
      const title = `**${kind[0]!.toUpperCase()}${kind.slice(1)}**`;
      return groups.length === 0 ? [] : [[title], groups.map((group) => violation(group, file))];
    }),
    ...(withChanges ? changes(review) : []),
    ...(withChanges ? notes(review) : []),
  ].filter((section) => section.length > 0);
  if (sections.length === 0) return [];
  return ["", `### ${escaped(stack)}`, ...sections.flatMap((section) => ["", ...section])];
}

function violation(group: FindingGroup, file: string): string {
  const { rule, severity, message, remediation, places, exception } = group;
  const where = places.map(({ resource, line }) =>
    [resource, `${file}:${line}`]
      .filter((part) => part !== "")
      .map(code)
      .join(" "),
  );
  return [
    `- ${code(rule)}${severity === "" ? "" : ` (${escaped(severity)})`}: ${escaped(message)}`,
    ...(exception === undefined
      ? remediation === ""
        ? []
        : [` *To do:* ${escaped(remediation)}`]
      : // As code, since GitHub tells whoever is named after an @.
        [` ${exceptionText({ ...exception, reason: escaped(exception.reason) }, code)}`]),
    ` At ${where.join(", ")}.`,
  ].join("");
}

function changes({ changes: all = [] }: StackReview): string[][] {
  if (all.length === 0) return [];
  const listed = all.slice(0, listedChanges).map(planLine);
  const more = all.length - listed.length;
  return [
    [`<details><summary>${counted(all.length, "change")}</summary>`],
    fenced([...listed, ...(more > 0 ? [`  and ${more} more`] : [])].join("\n"), "diff"),
    ["</details>"],
  ];
}

function notes({ notes: all = [] }: StackReview): string[][] {
  if (all.length === 0) return [];
  return [
    [`<details><summary>${counted(all.length, "note")}</summary>`],
    all.map((note) => `- ${escaped(note)}`),
    ["</details>"],
  ];
}

/** A block of text as it is; its fence is longer than any within. */
function fenced(text: string, language = ""): string[] {
  const fence = "`".repeat(Math.max(3, ...runs(text).map((length) => length + 1)));
  return [`${fence}${language}`, text, fence];
}

/** Text in a monospaced font; its marks are longer than any within (CommonMark, "Code spans"). */
function code(text: string): string {
  const marks = "`".repeat(Math.max(1, ...runs(text).map((length) => length + 1)));
  const pad = text.startsWith("`") || text.endsWith("`") ? " " : "";
  return `${marks}${pad}${text.replace(/\s*\n\s*/g, " ")}${pad}${marks}`;
}

/** Lengths of the runs of ` in a text. */
function runs(text: string): number[] {
  return (text.match(/`+/g) ?? []).map((run) => run.length);
}

/** Text without a meaning in Markdown or HTML, on one line. */
function escaped(text: string): string {
  return text.replace(/\s*\n\s*/g, " ").replace(/[\\`*_{}[\]<>#|~]/g, (mark) => `\\${mark}`);
}
