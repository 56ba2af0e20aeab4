// Where Pulumi enters, with the program of index.ts.

const { nodeProblem, requireBundled } = require("./bundle");

const problem = nodeProblem();
if (problem !== undefined) throw new Error(problem);
module.exports = requireBundled("index.ts");
