// The pack as one file of JavaScript, which starts faster than its many modules do.
const { buildSync } = require("esbuild");
const Module = require("node:module");
const path = require("node:path");

/** How every bundle is made; @pulumi/policy stays outside, since one process has one of it. */
const options = {
  absWorkingDir: __dirname,
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  external: [
    "@pulumi/policy",
    // What the review uses, which the package depends on.
    ...["@pulumi/pulumi", "cli-table3", "commander", "node-sarif-builder", "yaml"],
  ],
  logLevel: "silent",
};

/** Runs a source file of this directory and returns what it exports. Nothing is written to disk. */
exports.run = (source) => {
  const { outputFiles } = buildSync({ ...options, entryPoints: [source], write: false });
  const bundled = new Module(path.join(__dirname, source));
  bundled.filename = bundled.id;
  bundled.paths = Module._nodeModulePaths(__dirname);
  bundled._compile(outputFiles[0].text, bundled.id);
  return bundled.exports;
};

/** What the published package holds. */
exports.packageBundles = {
  ...options,
  entryPoints: {
    ...{ index: "index.ts", rules: "rules/index.ts" },
    review: "../cli/review/policies-command.ts",
  },
  outdir: "dist",
  minify: true,
};

// `npm run build`
if (require.main === module) buildSync(exports.packageBundles);
