import { execa } from "execa";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";

const project = resolve(__dirname, "..");
const run = (...args: string[]) =>
  execa("npx", ["tsx", "bench/run.ts", ...args], { cwd: project, reject: false });

/** What stands beside Wharf in each kind of row. */
const beside = {
  create: ["terraform", "tutorial script", "bare Pulumi program", "empty Pulumi program"],
  "no-op": ["terraform", "bare Pulumi program", "empty Pulumi program"],
  destroy: ["terraform", "tutorial script", "bare Pulumi program", "empty Pulumi program"],
};

describe("npm run bench", () => {
  it("prints one table whose every row has figures, or says what is missing", async () => {
    const { exitCode, stdout, stderr } = await run("--short");
    expect(exitCode, stderr).toBe(0);
    const lines = stdout.split("\n").filter((line) => line.startsWith("|"));
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
    const [head, rule, ...rows] = lines.map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
    expect(head).toEqual([
      ...["", "beside", "unit", "Wharf", "other"],
      ...["ratio min", "ratio median", "ratio max", "aim"],
    ]);
    expect(rule?.every((cell) => /^-+:?$/.test(cell))).toBe(true);

    const memory = ["peak memory, all processes", "peak memory, largest process"];
    expect(rows.map(([what, against = ""]) => [what, against.replace(/[,:].*/, "")])).toEqual([
      ...Object.entries(beside).flatMap(([what, others]) => others.map((other) => [what, other])),
      ...memory.flatMap((what) => beside.create.map((other) => [what, other])),
      ["push 20 MB", "distribution without TLS and users"],
      ["pull 20 MB", "distribution without TLS and users"],
    ]);
    for (const row of rows) {
      const figures = row.slice(3, 8);
      // Terraform's provider may be out of reach, and then the row says so.
      if (row[1]?.startsWith("terraform") && figures[0] === "-") expect(row[1]).toContain(": ");
      else for (const figure of figures) expect(Number(figure), row.join(" | ")).toBeGreaterThan(0);
    }
  });

  it("refuses rounds that are no number before it starts anything", async () => {
    const { exitCode, stdout, stderr } = await run("--rounds", "many");
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain("--rounds takes a whole number from 1 on, not many.");
  });
});
