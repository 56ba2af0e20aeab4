// Where Pulumi enters, with the program of index.ts.

// Pulumi notes a stack trace for every input of every resource, which is half of a large preview, and a person is shown none.
if (process.env.WHARF_DEBUG !== "1") Error.stackTraceLimit = 0;

const { nodeProblem, requireBundled } = require("./bundle");

const problem = nodeProblem();
if (problem !== undefined) throw new Error(problem);
module.exports = requireBundled("index.ts");
