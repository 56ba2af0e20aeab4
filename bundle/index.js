// How TypeScript runs here without a build step: an entry and all that it imports of the checkout, as one file of JavaScript by
// esbuild, kept in the cache under a hash of the sources. A few hundred modules by way of a loader take 1.3 s of processor time at
// every start, the one file takes 0.1 s, and making it takes 1 s after a change (measured on two cores). This folder uses Node.js
// alone, since it loads all else.
const Module = require("node:module");
const path = require("node:path");
const { keep, keptFile, read, removeOld } = require("./kept");
const { loadLate } = require("./late");
const { runScript } = require("./script");
const { sourcesHash } = require("./sources");
const { traceSources } = require("./traces");

const checkout = path.dirname(__dirname);

/** The command, which brings all packages along but these; what others need is said at `compile`. */
const command = "cli/wharf.ts";
/** Packages that stay outside of every bundle: they find files or programs of theirs beside them. */
const outside = ["esbuild", "dockerode", "docker-modem", "*.node"];

/**
 * Loads a TypeScript file of the checkout and returns what it exports. Its modules see `__dirname` of the entry, and find packages as
 * the entry does. Types are stripped, not checked: `npm run check` checks them. Stack traces name the sources.
 *
 * @param {string} entry path of the file, relative to the checkout
 * @param {string} [use] what the process is for, such as the name of a command: what V8 made of the file is kept for each
 */
function requireBundled(entry, use = "") {
  const file = path.join(checkout, entry);
  const kept = keptFor(entry, "js");
  // Node.js 22 and later keep the machine code of packages too.
  Module.enableCompileCache?.(keptFile("node"));
  loadLate();
  const module_ = new Module(file, module);
  module_.filename = file;
  module_.paths = Module._nodeModulePaths(path.dirname(file));
  const name = path.basename(kept);
  traceSources(name, kept);
  runScript(
    module_,
    read(kept) ?? compile(entry, kept),
    name,
    use === "" ? kept : `${kept}.${use}`,
  );
  return module_.exports;
}

/**
 * Returns a text that takes long to make of the sources. It is kept as their compiled form is, until one of them changes.
 *
 * @param {string} entry path of the TypeScript file that makes it, relative to the checkout
 * @param {(exported: any) => string} make gets what that file exports
 */
function keptText(entry, make) {
  const kept = keptFor(entry, "txt");
  const found = read(kept);
  if (found !== undefined) return found;
  const text = make(requireBundled(entry));
  keep(kept, text);
  return text;
}

/** Where the cache keeps what is made of an entry of the checkout and the sources as they are now. */
function keptFor(entry, extension) {
  return keptFile(`${entry.replace(/\W/g, "-")}-${sourcesHash()}.${extension}`);
}

/**
 * Compiles the entry and keeps the result and its source map; where the cache cannot be written, the next start compiles again. The
 * map names sources relative to the checkout, since checkouts with the same sources share it.
 */
function compile(entry, kept) {
  const { outputFiles } = require("esbuild").buildSync({
    entryPoints: [path.join(checkout, entry)],
    outfile: path.join(checkout, path.basename(kept)),
    write: false,
    bundle: true,
    external: [
      ...outside,
      // Only where it is used, see late.js.
      "typescript",
      "@npmcli/arborist",
      // What Pulumi starts has loaded its SDK before, and there must be one of it. The command has it in its file with all the rest,
      // where it takes a third of the time (measured).
      ...(entry === command ? [] : ["@pulumi/*", "@grpc/*", "google-protobuf", "@kubernetes/*"]),
    ],
    platform: "node",
    format: "cjs",
    target: "node20",
    // An import() of a package is a require of it too, as in the compiled package.
    supported: { "dynamic-import": false },
    // Names of sources are those within the checkout, wherever its packages are.
    preserveSymlinks: true,
    minifyWhitespace: true,
    // Node.js prints the whole line that an error comes from.
    lineLimit: 160,
    legalComments: "none",
    sourcemap: "external",
    sourcesContent: false,
    logLevel: "silent",
  });
  const [map, code] = outputFiles;
  removeOld();
  keep(`${kept}.map`, map.text);
  keep(kept, code.text);
  return code.text;
}

/**
 * What this Node.js lacks, as a sentence; undefined where it lacks nothing. Some packages are ES modules alone, which `require` loads
 * from 20.19 and 22.12 on.
 */
function nodeProblem() {
  if (process.features.require_module) return undefined;
  return `Wharf needs Node.js 20.19, 22.12 or newer; this is ${process.versions.node}. Install the LTS release from https://nodejs.org.`;
}

module.exports = { keptText, nodeProblem, requireBundled };
