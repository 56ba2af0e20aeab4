import Table from "cli-table3";

/** Narrowest terminal that a table is laid out for, in characters. */
const narrowest = 80;
/** Widest that a table becomes: longer lines are hard to read. */
const widest = 140;

/**
 * A table for a terminal: the last column takes the room that the others leave, its words wrapped. Without a terminal it is
 * laid out for 100 characters.
 * @param head titles of the columns
 */
export function terminalTable(head: string[], rows: string[][]): string {
  const columns = process.stdout.columns ?? 100;
  const width = Math.min(Math.max(columns, narrowest), widest);
  const fixed = head
    .slice(0, -1)
    .map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)) + 2);
  const last = Math.max(20, width - fixed.reduce((sum, one) => sum + one, 0) - 1);
  const table = new Table({
    head,
    colWidths: [...fixed, last],
    wordWrap: true,
    // Colours only where the output is looked at: a file should hold plain text.
    style: { head: process.stdout.isTTY ? ["bold"] : [], border: [], compact: true },
    chars: {
      ...{ top: "", "top-mid": "", "top-left": "", "top-right": "" },
      ...{ bottom: "", "bottom-mid": "", "bottom-left": "", "bottom-right": "" },
      ...{ left: "", "left-mid": "", mid: "", "mid-mid": "", right: "", "right-mid": "" },
      middle: " ",
    },
  });
  table.push(...rows);
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}
