// Where Pulumi enters, when a program in another language uses the package. A package that was installed holds compiled files and its
// schema. In a checkout both are made of the sources, and kept until one of those changes.
const { existsSync, readFileSync } = require("node:fs");
const path = require("node:path");

const installed = () => [
  require("./dist/plugin.js"),
  readFileSync(path.join(__dirname, "dist/schema.json"), "utf8"),
];

const checkout = () => {
  const { keptText, requireBundled } = require("../bundle");
  const schema = keptText("components/plugin/schema.ts", ({ packageSchema }) =>
    packageSchema(__dirname),
  );
  return [requireBundled("components/plugin/host.ts"), schema];
};

const [plugin, schema] = existsSync(path.join(__dirname, "index.ts")) ? checkout() : installed();
module.exports = () => plugin.host(schema);
