import { costChange, dollars } from "../../components/cost/lines";
import { expiryLine } from "../ui/expiry";
import { reasonOf, type Change } from "../stack/operations";
import { terminalTable } from "../ui/table";
import {
  exceptionText,
  findingKinds,
  groupsOf,
  violations,
  type FindingKind,
  type StackReview,
} from "./findings";

const actions = ["create", "update", "replace", "delete"] as const;
const levels = ["mandatory", "advisory"] as const;
const signs: Partial<Record<Change["action"], string>> = { create: "+", delete: "-" };

/** Titles of the columns of `summaryRow`. */
export const summaryHead = ["stack", ...actions, ...levels, "a month"];

/** A stack's row of every summary: changes by kind, violations by level, cost. */
export function summaryRow(review: StackReview): string[] {
  const { stack, outcome, changes } = review;
  const shown = (count: number | undefined) =>
    outcome === "reviewed" && count !== undefined ? String(count) : "-";
  return [
    stack,
    ...actions.map((action) => shown(changes?.filter((one) => one.action === action).length)),
    ...levels.map((level) => shown(violations(review, level))),
    costOf(review),
  ];
}

/** What a month would cost, and the change where there is one. */
function costOf({ monthlyCost, monthlyCostBefore }: StackReview): string {
  if (monthlyCost === undefined) return "-";
  const change =
    monthlyCostBefore === undefined || monthlyCostBefore === monthlyCost
      ? ""
      : ` (${costChange(monthlyCostBefore, monthlyCost)})`;
  return `${dollars(monthlyCost)}${change}`;
}

/** What would become of a resource, as a line: `+ create   aws:kms/key:Key registry-key`. */
export function planLine(change: Change): string {
  const { action, type, name } = change;
  return `${signs[action] ?? "!"} ${action.padEnd(8)} ${type} ${name}${reasonOf(change)}`;
}

/** Reviews for a terminal. */
export function reviewTable(reviews: StackReview[]): string {
  const details = reviews.flatMap((review) => {
    const expiry = expiryLine(review.expiresAt, review.stack);
    const lines = [
      ...(expiry === "" ? [] : [`  ${expiry}`]),
      ...(review.certificate === undefined ? [] : [`  ${review.certificate}`]),
      ...reasonLines(review),
      ...problemLines(review),
      ...findingKinds.flatMap((kind) => violationLines(review, kind)),
      ...(review.changes ?? []).map((change) => `  ${planLine(change)}`),
      ...(review.notes ?? []).map((note) => `  note  ${note.replaceAll("\n", "\n        ")}`),
    ];
    return lines.length === 0 ? [] : ["", review.stack, ...lines];
  });
  return [terminalTable(summaryHead, reviews.map(summaryRow)), ...details].join("\n");
}

function reasonLines({ outcome, reason = "", problems }: StackReview): string[] {
  if (outcome === "reviewed") return [];
  if (problems.length > 0) return [`  Not previewed: ${reason}.`];
  return ["  Not previewed:", ...reason.split("\n").map((line) => `    ${line}`.trimEnd())];
}

function problemLines({ file, problems }: StackReview): string[] {
  return problems.flatMap(({ key, message, fix, line }) => [
    `  ${file}:${line}  ${key}  ${message}`,
    ...(fix === undefined ? [] : [`      ${fix}`]),
  ]);
}

function violationLines(review: StackReview, kind: FindingKind): string[] {
  return groupsOf(review, kind).flatMap(
    ({ rule, severity, message, remediation, places, exception }) => [
      `  ${kind}  ${rule}${severity === "" ? "" : ` (${severity})`}`,
      ...message.split("\n").map((text) => `      ${text}`),
      ...(exception === undefined ? [] : [`      ${exceptionText(exception)}`]),
      ...(remediation === "" || exception !== undefined ? [] : [`      To do: ${remediation}`]),
      ...places.map(({ resource, line }) => `      ${review.file}:${line}  ${resource}`.trimEnd()),
    ],
  );
}
