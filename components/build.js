// `npm run build`: the files of the published package, but for the declarations, which the TypeScript compiler writes. It does not
// check the types again, which takes half of its time: `npm run check` has done so.
const { buildSync } = require("esbuild");
const { rmSync, writeFileSync } = require("node:fs");
const path = require("node:path");
const { keptText } = require("../bundle");

const dist = path.join(__dirname, "dist");
rmSync(dist, { recursive: true, force: true });
buildSync({
  absWorkingDir: __dirname,
  entryPoints: { index: "index.ts", plugin: "plugin/host.ts" },
  bundle: true,
  // What package.json depends on; a program has one of Pulumi's SDK.
  packages: "external",
  platform: "node",
  format: "cjs",
  target: "node20",
  outdir: "dist",
  logLevel: "warning",
});
const schema = keptText("components/plugin/schema.ts", ({ packageSchema }) =>
  packageSchema(__dirname),
);
writeFileSync(path.join(dist, "schema.json"), schema);
