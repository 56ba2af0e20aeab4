import { ratios, spread } from "./statistics";

/** A row of the table: one measurement of Wharf beside the same of something else, round by round. */
export interface Row {
  /** What was done, such as `create`. */
  what: string;
  /** What Wharf is compared with. */
  against: string;
  unit: "s" | "ms" | "MiB" | "KiB" | "MB/s" | "1/s";
  /** Wharf's figures and the other's; or in a few words why there are none. */
  figures: { wharf: number[]; other: number[] } | string;
  /** Bound that the median ratio is to keep. */
  aim?: { atMost: number } | { atLeast: number } | { below: number };
}

const heads = [
  ...["", "beside", "unit", "Wharf", "other"],
  ...["ratio min", "ratio median", "ratio max", "aim"],
];
const digits = { s: 2, ms: 2, MiB: 0, KiB: 1, "MB/s": 1, "1/s": 1 };

/** The rows as one table in Markdown, columns aligned; medians, and ratios of Wharf to the other. */
export function formatTable(rows: Row[]): string {
  const cells = [heads, ...rows.map(cellsOf)];
  const widths = heads.map((_, column) =>
    Math.max(3, ...cells.map((line) => line[column]?.length ?? 0)),
  );
  const line = (texts: string[]) =>
    `| ${texts.map((text, column) => (isNumeric(column) ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0))).join(" | ")} |`;
  const rule = `| ${widths.map((width, column) => "-".repeat(width - 1) + (isNumeric(column) ? ":" : "-")).join(" | ")} |`;
  const [head = [], ...body] = cells;
  return [line(head), rule, ...body.map(line)].join("\n");
}

/** Columns of figures are aligned to the right. */
function isNumeric(column: number): boolean {
  return column >= 3 && column <= 7;
}

function cellsOf({ what, against, unit, figures, aim }: Row): string[] {
  if (typeof figures === "string") {
    return [what, `${against}: ${figures}`, unit, "-", "-", "-", "-", "-", "-"];
  }
  const median = (values: number[]) => spread(values).median.toFixed(digits[unit]);
  const ratio = ratios(figures.wharf, figures.other);
  return [
    ...[what, against, unit, median(figures.wharf), median(figures.other)],
    ...[ratio.minimum, ratio.median, ratio.maximum].map(ratioText),
    aim === undefined ? "" : `${boundOf(aim)}: ${keeps(ratio.median, aim) ? "kept" : "missed"}`,
  ];
}

/** Two decimals; of what is next to nothing, two digits that say how little it is. */
function ratioText(ratio: number): string {
  return ratio > 0 && ratio < 0.01 ? ratio.toPrecision(2) : ratio.toFixed(2);
}

function boundOf(aim: NonNullable<Row["aim"]>): string {
  if ("atMost" in aim) return `at most ${aim.atMost}`;
  return "atLeast" in aim ? `at least ${aim.atLeast}` : `below ${aim.below}`;
}

function keeps(median: number, aim: NonNullable<Row["aim"]>): boolean {
  if ("atMost" in aim) return median <= aim.atMost;
  return "atLeast" in aim ? median >= aim.atLeast : median < aim.below;
}
