#!/usr/bin/env node
// tsx runs TypeScript as it stands, so that a checkout needs no build step.
require("tsx/cjs");
require("./wharf.ts");
