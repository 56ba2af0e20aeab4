// Where Pulumi enters. A package that was installed holds the pack as one file of JavaScript. A checkout holds its sources, which are
// bundled here: that takes a tenth of the time that Pulumi's own ts-node would.
const { existsSync } = require("node:fs");
const path = require("node:path");

if (existsSync(path.join(__dirname, "index.ts"))) require("./bundle").run("index.ts");
else require("./dist/index.js");
