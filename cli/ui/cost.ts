import type { Estimate } from "../../components/cost/estimate";
import { type CostLine, dollars, monthlyPrice } from "../../components/cost/lines";
import { command } from "../stack/stack";

/** Spaces between two columns. */
const gap = "  ";

/** A row of the tree: its name, and what is in the columns or, where only its use will tell, across them. */
interface Row {
  name: string;
  cells?: [quantity: string, unit: string, cost: string, mark: string];
  across?: string;
}

/** An estimate as a tree, in the manner of infracost: each thing with its lines, totals, and when the prices are of. */
export function costTree(estimate: Estimate): string {
  const { items, baselineDollars, usageDollars, monthlyDollars, region, pricesAsOf } = estimate;
  if (items.length === 0) {
    return "Nothing is charged: the registry runs on your own machines.";
  }
  const total: Row = { name: "OVERALL TOTAL", cells: ["", "", dollars(monthlyDollars), ""] };
  const rows = items.flatMap(({ name, lines }) => [
    { name },
    ...lines.map((line, index) => rowOf(line, index === lines.length - 1)),
  ]);
  const head: Row = { name: "Name", cells: ["Monthly Qty", "Unit", "Monthly Cost", ""] };
  const all: Row[] = [head, ...rows, total];
  const width = widths(all);
  const groups = items.map(({ lines }) => lines.length + 1);
  const starts = groups.map((_, i) => groups.slice(0, i).reduce((sum, one) => sum + one, 0));
  const body = rows.flatMap((row, index) => [
    ...(starts.includes(index) && index > 0 ? [""] : []),
    laidOut(row, width),
  ]);
  return [
    laidOut(head, width),
    "",
    ...body,
    "",
    laidOut(total, width),
    "",
    `* as expected by wharf:usage. Baseline ${dollars(baselineDollars)}, usage ${dollars(usageDollars)}.`,
    `Prices of ${region} in US dollars without tax, as of ${pricesAsOf}; other regions differ.`,
  ].join("\n");
}

function rowOf(line: CostLine, last: boolean): Row {
  const name = `${last ? "└─" : "├─"} ${line.name}`;
  const { quantity, unit, unitPrice, monthlyDollars, usageBased } = line;
  if (quantity === undefined) {
    // One minute, digest or version; GB and 10k requests stay as they are.
    const one = /^[a-z]/.test(unit) ? unit.replace(/s$/, "") : unit;
    return { name, across: `Monthly cost depends on usage: ${dollars(unitPrice)} per ${one}` };
  }
  const amount = quantity.toLocaleString("en-US", { maximumFractionDigits: 2 });
  return { name, cells: [amount, unit, dollars(monthlyDollars), usageBased ? "*" : ""] };
}

/** Widths of the name and of the three columns beside it; the last grows until every sentence across them fits. */
function widths(rows: Row[]): [number, number, number, number] {
  const widest = (texts: string[]) => Math.max(...texts.map((text) => text.length));
  const name = widest(rows.map((row) => row.name));
  const column = (i: number) => widest(rows.map(({ cells }) => cells?.[i] ?? ""));
  const [quantity, unit, cost] = [column(0), column(1), column(2)];
  const across = widest(rows.map((row) => row.across ?? ""));
  const missing = across - (quantity + unit + cost + 2 * gap.length);
  return [name, quantity, unit, cost + Math.max(0, missing)];
}

function laidOut({ name, cells, across }: Row, width: [number, number, number, number]): string {
  const [quantity = "", unit = "", cost = "", mark = ""] = cells ?? [];
  const columns =
    across ??
    [quantity.padStart(width[1]), unit.padEnd(width[2]), cost.padStart(width[3]), mark].join(gap);
  return `${name.padEnd(width[0])}${gap}${columns}`.trimEnd();
}

/**
 * What a month costs, and how that differs from what is deployed, as a sentence; empty where nothing is charged before and after.
 * @param described US dollars by the description; undefined where it has problems
 * @param standing US dollars by the outputs of the stack; undefined where it is not up
 */
export function costLine(
  described: number | undefined,
  standing: number | undefined,
  stack: string,
): string {
  const price = described === undefined ? undefined : monthlyPrice(described, standing);
  return price === undefined ? "" : `${price}; for what: ${command("cost", stack)}`;
}
