import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let checkout: string;

/** Writes an executable into the checkout. */
function program(name: string, text: string): void {
  mkdirSync(join(checkout, name, ".."), { recursive: true });
  writeFileSync(join(checkout, name), text);
  chmodSync(join(checkout, name), 0o755);
}

// A checkout in which the commands that CI runs do nothing but what a test says; git and the script itself are real.
beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), "wharf-ci-"));
  cpSync(resolve(__dirname, "../.ci/run"), join(checkout, ".ci/run"));
  program("cli/wharf.js", 'require("fs").writeFileSync(".wharf-is-down", process.argv[2]);');
  writeFileSync(join(checkout, ".gitignore"), "bin\n.wharf-is-down\n");
  for (const args of [
    ["init", "--quiet"],
    ["add", "."],
    ["commit", "--quiet", "--message=all"],
  ]) {
    const author = ["-c", "user.name=ci", "-c", "user.email=ci@example.com"];
    expect(spawnSync("git", [...author, ...args], { cwd: checkout }).status).toBe(0);
  }
});

afterEach(() => rmSync(checkout, { recursive: true }));

/** Runs the script; `npm` is a shell script that has the report's path as $report when it stands for `npm test`. */
function ci(npm: string): { status: number | null; lastLine?: string; isDown: boolean } {
  program(
    "bin/npm",
    `#!/bin/sh\nfor argument; do report="\${argument#--outputFile.json=}"; done\ncase "$1 $2" in\n${npm}\nesac\n`,
  );
  const env = { ...process.env, PATH: `${join(checkout, "bin")}:${process.env.PATH}` };
  const { status, stdout } = spawnSync(".ci/run", { cwd: checkout, env, encoding: "utf8" });
  const isDown = existsSync(join(checkout, ".wharf-is-down"));
  return { status, lastLine: stdout.trimEnd().split("\n").at(-1), isDown };
}

/** What stands for `npm test`: it leaves a report of these counts and ends with a code. */
function testing(passed: number, failed: number, exitCode: number, results = "[]"): string {
  const counts = `"numPassedTests":${passed},"numFailedTests":${failed},"numPendingTests":1,"numTodoTests":0`;
  return `"test --") echo '{${counts},"testResults":${results}}' >"$report"; exit ${exitCode} ;;`;
}

describe("what CI runs", () => {
  it("passes where all passes, and takes the lab down", () => {
    expect(ci(testing(7, 0, 0))).toEqual({
      status: 0,
      lastLine: "7 passed, 0 failed, 1 skipped",
      isDown: true,
    });
  });

  const unloaded = '[{"status":"failed","assertionResults":[]}]';
  it.each([
    ["a test fails", testing(6, 1, 1), "6 passed, 1 failed, 1 skipped"],
    ["a file cannot be loaded", testing(7, 0, 1, unloaded), "7 passed, 1 failed, 1 skipped"],
    ["an error is outside of all tests", testing(7, 0, 1), "7 passed, 1 failed, 1 skipped"],
    ["no test runs", '"test --") exit 1 ;;', "0 passed, 1 failed, 0 skipped"],
    [
      "npm start fails",
      `"start ") exit 1 ;;\n${testing(7, 0, 0)}`,
      "7 passed, 1 failed, 1 skipped",
    ],
    [
      "npm start changes the checkout",
      `"start ") echo changed >>Pulumi.dev.yaml ;;\n${testing(7, 0, 0)}`,
      "7 passed, 1 failed, 1 skipped",
    ],
  ])("fails and takes the lab down where %s", (_, npm, lastLine) => {
    expect(ci(npm)).toEqual({ status: 1, lastLine, isDown: true });
  });

  it("starts nothing where the checks fail", () => {
    const lastLine = "0 passed, 1 failed, 0 skipped";
    expect(ci('"run check") exit 1 ;;')).toEqual({ status: 1, lastLine, isDown: false });
  });
});
