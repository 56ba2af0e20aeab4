// How TypeScript runs here without a build step: an entry and all that it imports of the checkout, as one file of JavaScript by
// esbuild, kept in the cache under a hash of the sources. A few hundred modules by way of a loader take 1.3 s of processor time at
// every start, the one file takes 0.1 s, and making it takes 1 s after a change (measured on two cores). This file uses Node.js
// alone, since it loads all else.
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const Module = require("node:module");
const os = require("node:os");
const path = require("node:path");
const { pathToFileURL } = require("node:url");

const debug = process.env.WHARF_DEBUG === "1";
const folders = ["cli", "components", "offline", "policies"];
const notSources = ["node_modules", "dist"];

/**
 * Loads a TypeScript file of the checkout and returns what it exports. Its modules see `__dirname` of the entry, and find packages as
 * the entry does. Types are stripped, not checked: `npm run check` checks them. With WHARF_DEBUG=1 stack traces name the sources.
 *
 * @param {string} entry path of the file, relative to the checkout
 */
function requireBundled(entry) {
  const file = path.join(__dirname, entry);
  const cache = path.join(cacheDirectory(), "compiled");
  const kept = path.join(cache, `${entry.replace(/\W/g, "-")}-${contentHash(file)}.js`);
  if (debug) process.setSourceMapsEnabled(true);
  // Node.js 22 and later keep the machine code of packages too.
  Module.enableCompileCache?.(path.join(cache, "node"));
  const module_ = new Module(file, module);
  module_.filename = file;
  module_.paths = Module._nodeModulePaths(path.dirname(file));
  module_._compile(read(kept) ?? compile(file, kept), file);
  return module_.exports;
}

/**
 * What this Node.js lacks, as a sentence; undefined where it lacks nothing. Some packages are ES modules alone, which `require` loads
 * from 20.19 and 22.12 on.
 */
function nodeProblem() {
  if (process.features.require_module) return undefined;
  return `Wharf needs Node.js 20.19, 22.12 or newer; this is ${process.versions.node}. Install the LTS release from https://nodejs.org.`;
}

/** The cache of offline/cache.ts, which is TypeScript. */
function cacheDirectory() {
  const { WHARF_CACHE, XDG_CACHE_HOME, HOME } = process.env;
  if (WHARF_CACHE) return WHARF_CACHE;
  return path.join(XDG_CACHE_HOME || path.join(HOME || os.homedir(), ".cache"), "wharf");
}

/** Names the sources as they are now: their paths and contents, and esbuild's version. */
function contentHash(entry) {
  const hash = createHash("sha256").update(require("esbuild/package.json").version);
  // A copy of the program alone has no commands.
  const present = folders.filter((folder) => fs.existsSync(path.join(__dirname, folder)));
  const sources = present.flatMap((folder) =>
    fs
      .readdirSync(path.join(__dirname, folder), { recursive: true })
      .filter((name) => /\.(ts|json)$/.test(name))
      .filter((name) => !name.split(path.sep).some((part) => notSources.includes(part)))
      .map((name) => path.join(folder, name)),
  );
  for (const source of [...sources.sort(), path.relative(__dirname, entry)]) {
    hash.update(source).update("\0");
    hash.update(fs.readFileSync(path.join(__dirname, source))).update("\0");
  }
  return hash.digest("hex").slice(0, 16);
}

function read(file) {
  try {
    return fs.readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

/** Compiles the entry and keeps the result; where the cache cannot be written, the next start compiles again. */
function compile(entry, kept) {
  const { outputFiles } = require("esbuild").buildSync({
    entryPoints: [entry],
    outfile: kept,
    write: false,
    bundle: true,
    // The program shares Pulumi's SDK with the language host, and the rest of the packages gains nothing.
    packages: "external",
    platform: "node",
    format: "cjs",
    target: "node20",
    sourcemap: "external",
    logLevel: "silent",
  });
  const [map, { text }] = outputFiles;
  // Node.js takes a path here, and no URL with `file:`.
  const code = `${text}\n//# sourceMappingURL=${pathToFileURL(map.path).pathname}\n`;
  try {
    fs.mkdirSync(path.dirname(kept), { recursive: true });
    writeWhole(map.path, map.text);
    writeWhole(kept, code);
  } catch {
    // A cache of another user's, or a full disk.
  }
  return code;
}

/** Other processes start at the same time, and must not read half a file. */
function writeWhole(file, contents) {
  const partial = `${file}.${process.pid}`;
  fs.writeFileSync(partial, contents);
  fs.renameSync(partial, file);
}

module.exports = { nodeProblem, requireBundled };
