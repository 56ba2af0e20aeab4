import type { Issuer } from "./issuers";

/** Whether a condition in CEL holds only for tokens of named owners or projects. */
export function limits(
  condition: string,
  issuer: Issuer,
  mapping: Readonly<Record<string, string>>,
): boolean {
  return split(condition, "||").every((either) =>
    split(either, "&&").some((clause) => {
      const inner = withoutParentheses(clause);
      return inner === clause
        ? limitsAlone(clause, issuer, mapping)
        : limits(inner, issuer, mapping);
    }),
  );
}

const operand = String.raw`(?:assertion|attribute|google)(?:\.\w+|\['[^']+'\]|\["[^"]+"\])`;
const literal = String.raw`(?:'[^']+'|"[^"]+")`;
/** The forms of a clause that asks a claim for a value: equal, one of, beginning with, of a pattern that begins with letters. */
const forms = [
  new RegExp(String.raw`^(${operand})\s*==\s*${literal}$`),
  new RegExp(String.raw`^${literal}\s*==\s*(${operand})$`),
  new RegExp(String.raw`^(${operand})\s+in\s+\[\s*${literal}(?:\s*,\s*${literal})*\s*\]$`),
  new RegExp(String.raw`^(${operand})\.startsWith\(\s*${literal}\s*\)$`),
  new RegExp(String.raw`^(${operand})\.matches\(\s*['"]\^?[\w/:-]{2}[^'"]*['"]\s*\)$`),
];

function limitsAlone(
  clause: string,
  issuer: Issuer,
  mapping: Readonly<Record<string, string>>,
): boolean {
  const asked = forms.map((form) => form.exec(clause)?.[1]).find((one) => one !== undefined);
  if (asked === undefined) return false;
  const claim = claimOf(asked, mapping);
  // What a claim means that its issuer does not document cannot be told from here.
  return claim === undefined || isNaming(claim, issuer);
}

function isNaming(claim: string, { projects, owners = [], isOwn, name }: Issuer): boolean {
  return name === "the issuer" || isOwn === true || claim in projects || owners.includes(claim);
}

/** The claim that an operand reads: its own, or by the mapping of attributes that the provider sets. */
function claimOf(asked: string, mapping: Readonly<Record<string, string>>): string | undefined {
  const [root, name] = partsOf(asked);
  return root === "assertion" ? name : assertedIn(mapping[`${root}.${name}`] ?? "");
}

/** The claim that a mapping takes as it is. */
function assertedIn(mapped: string): string | undefined {
  const [root, name] = partsOf(mapped.trim());
  return root === "assertion" ? name : undefined;
}

/** What an operand reads, and which name of it: `assertion.sub`, `assertion['a.b/c']`. */
function partsOf(operandText: string): [root?: string, name?: string] {
  const [, root, dotted, single, double] =
    /^(\w+)(?:\.(\w+)|\['([^']+)'\]|\["([^"]+)"\])$/.exec(operandText) ?? [];
  return [root, dotted ?? single ?? double];
}

/** The parts of a condition between an operator outside of parentheses and strings. */
function split(condition: string, operator: string): string[] {
  const parts = [""];
  let depth = 0;
  let quote = "";
  for (let at = 0; at < condition.length; at += 1) {
    const letter = condition[at]!;
    if (quote !== "") quote = letter === quote ? "" : quote;
    else if (letter === "'" || letter === '"') quote = letter;
    else if ("([".includes(letter)) depth += 1;
    else if (")]".includes(letter)) depth -= 1;
    else if (depth === 0 && condition.startsWith(operator, at)) {
      parts.push("");
      at += operator.length - 1;
      continue;
    }
    parts[parts.length - 1] += letter;
  }
  return parts.map((one) => one.trim());
}

function withoutParentheses(clause: string): string {
  return /^\(.*\)$/s.test(clause) ? clause.slice(1, -1).trim() : clause;
}
