import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { environments } from "./environment";
import { otherChecks } from "./other-checks";
import { rules } from "./rules";

/** The README of this package, whose table of rules is written by `npm run readme`. */
export const readmePath = path.join(__dirname, "README.md");

const [begin, end] = ["<!-- rules: npm run readme writes this table -->", "<!-- end of rules -->"];

const others = [
  "<!-- checks of other tools: npm run readme writes this table -->",
  "<!-- end of checks of other tools -->",
] as const;

/** A README with the table of rules as they are. */
export function withTable(readme: string): string {
  return withBlock(withBlock(readme, [begin, end], tableOfRules()), others, tableOfOthers());
}

function withBlock(readme: string, [from, to]: readonly [string, string], table: string): string {
  const [before = "", rest = ""] = readme.split(from);
  const [, after = ""] = rest.split(to);
  return `${before}${from}\n\n${table}\n\n${to}${after}`;
}

function tableOfOthers(): string {
  const rows = otherChecks.map(({ tool, id, asks, rules: of = [], whyNot }) => [
    ...[tool, id, asks],
    whyNot ?? of.map((one) => `\`${one}\``).join(", "),
  ]);
  const head = ["Tool", "Check", "Asks for", "Rule, or why not"];
  return tableOf([head, head.map(() => "---"), ...rows]);
}

const tableOf = (rows: string[][]) => rows.map((row) => `| ${row.join(" | ")} |`).join("\n");

function tableOfRules(): string {
  const rows = rules.map(
    ({ name, severity, levels, description, corresponds, general, parameters = {} }) => [
      `\`${name}\``,
      severity,
      general ? "all" : "registries",
      environments.map((one) => letters[levels[one]]).join(" "),
      description,
      Object.keys(parameters)
        .map((one) => `\`${one}\``)
        .join(", "),
      corresponds.join(", "),
    ],
  );
  const head = [
    "Rule",
    "Severity",
    "Scope",
    "Levels",
    "What is right",
    "Parameters",
    "Corresponds to",
  ];
  return tableOf([head, head.map(() => "---"), ...rows]);
}

const letters = { mandatory: "m", advisory: "a", disabled: "-" } as const;

if (require.main === module) writeFileSync(readmePath, withTable(readFileSync(readmePath, "utf8")));
