#!/usr/bin/env node
// The command `wharf-policies`. A package that was installed holds it as one file of JavaScript; a checkout holds its sources.
const { existsSync } = require("node:fs");
const path = require("node:path");

const { policiesCommand } = existsSync(path.join(__dirname, "index.ts"))
  ? require("./bundle").run("../cli/review/policies-command.ts")
  : require("./dist/review.js");

void policiesCommand(__dirname);
