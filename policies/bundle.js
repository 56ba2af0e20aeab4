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
  external: ["@pulumi/policy"],
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

// `npm run build`: what the published package holds.
if (require.main === module) {
  buildSync({
    ...options,
    entryPoints: { index: "index.ts", rules: "rules/index.ts" },
    outdir: "dist",
    minify: true,
  });
}
