import { execa } from "execa";
import { resolve } from "node:path";
import { expect, it } from "vitest";

it("the benchmark measures the policy pack beside an empty one", async () => {
  const args = ["bench/start.js", "--short", "--only", "policies"];
  const { exitCode, stdout, stderr } = await execa("node", args, {
    cwd: resolve(__dirname, "../.."),
    reject: false,
  });
  expect(exitCode, stderr).toBe(0);
  const rows = stdout
    .split("\n")
    .filter((line) => line.startsWith("| policies"))
    .map((line) => line.split("|").map((cell) => cell.trim()));
  expect(rows.map(([, what, against]) => [what, against])).toEqual([
    ["policies: start", "empty pack and 1.5 s"],
    ["policies: 2 resources", "empty pack"],
    ["policies: 2 resources, peak memory", "empty pack"],
    ["policies: 10 resources", "empty pack"],
    ["policies: 10 resources, peak memory", "empty pack"],
  ]);
  for (const row of rows) expect(Number(row[4]), row.join(" | ")).toBeGreaterThan(0);
});
