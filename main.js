// Where Pulumi enters: index.ts by way of tsx, which strips types in place of checking them. The check costs 1.6 s at
// every preview and belongs to `npm run check`.

// Pulumi notes a stack trace for every input of every resource, which is half of a large preview, and a person is shown none.
if (process.env.WHARF_DEBUG !== "1") Error.stackTraceLimit = 0;

// Packages load two to five times slower once tsx looks at every file, so the largest come before it.
for (const name of ["zod", "yaml", "docker-modem"]) require(name);
require("tsx/cjs");
module.exports = require("./index.ts");
