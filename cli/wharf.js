#!/usr/bin/env node
// Packages load two to five times slower once tsx looks at every file, so what the commands that work on a stack load comes
// before it: 0.7 s of the 2 s that such a command takes to start. Help and mistakes need none of it.
const words = process.argv.slice(2);
const worksOnAStack = words.length > 0 && !/^(-|help$|explain$|cost$)/.test(words[0]);
if (worksOnAStack && !words.some((word) => word === "--help" || word === "-h")) {
  settleHome();
  for (const name of ["@pulumi/pulumi/automation", "zod", "yaml"]) require(name);
}
// tsx runs TypeScript as it stands, so that a checkout needs no build step.
require("tsx/cjs");
require("./wharf.ts");

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
      "HOME is not set, and the system knows no home directory of this user. Name one that may be written:\n  export HOME=/path/to/a/directory",
    );
    process.exit(1);
  }
}
