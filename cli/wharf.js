#!/usr/bin/env node
// Packages load two to five times slower once tsx looks at every file, so what the commands that work on a stack load comes
// before it: 0.7 s of the 2 s that such a command takes to start. Help and mistakes need none of it.
const words = process.argv.slice(2);
const worksOnAStack = words.length > 0 && !/^(-|help$|explain$|cost$)/.test(words[0]);
if (worksOnAStack && !words.some((word) => word === "--help" || word === "-h")) {
  for (const name of ["@pulumi/pulumi/automation", "zod", "yaml"]) require(name);
}
// tsx runs TypeScript as it stands, so that a checkout needs no build step.
require("tsx/cjs");
require("./wharf.ts");
