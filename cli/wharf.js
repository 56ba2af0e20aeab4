#!/usr/bin/env node
const { existsSync } = require("node:fs");
const path = require("node:path");
const { nodeProblem, requireBundled } = require("../bundle");

const problem = nodeProblem();
if (problem !== undefined) {
  console.error(problem);
  process.exit(1);
}
settleHome();
requireBundled("cli/wharf.ts", commandName());

/** The command that is named first, if it is one: each uses other parts of the program. */
function commandName() {
  const [name] = process.argv.slice(2);
  const file = path.join(__dirname, "commands", `${name}.ts`);
  return /^[a-z-]+$/.test(name) && existsSync(file) ? name : "";
}

/**
 * Sets HOME where it is not set or empty, to what the system's user database says. Pulumi's SDK asks for it while it loads, Go and
 * Docker's client when they start, and none of them looks further.
 */
function settleHome() {
  if (process.env.HOME) return;
  try {
    process.env.HOME = require("node:os").userInfo().homedir;
  } catch {
    // A number without a user, as containers are started with.
    console.error(
      "HOME is not set, and this user has no home directory. Name a writable directory:\n  export HOME=/path/to/a/directory",
    );
    process.exit(1);
  }
}
