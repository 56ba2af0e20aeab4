import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { environments } from "./environment";
import { rules } from "./rules";

/** The README of this package, whose table of rules is written by `npm run readme`. */
export const readmePath = path.join(__dirname, "README.md");

const [begin, end] = ["<!-- rules: npm run readme writes this table -->", "<!-- end of rules -->"];

/** A README with the table of rules as they are. */
export function withTable(readme: string): string {
  const [before = "", rest = ""] = readme.split(begin);
  const [, after = ""] = rest.split(end);
  return `${before}${begin}\n\n${tableOfRules()}\n\n${end}${after}`;
}

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
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

const letters = { mandatory: "m", advisory: "a", disabled: "-" } as const;

if (require.main === module) writeFileSync(readmePath, withTable(readFileSync(readmePath, "utf8")));
