// How TypeScript runs here without a build step: an entry and all that it imports of the checkout, as one file of JavaScript by
// esbuild, kept in the cache under a hash of the sources. A few hundred modules by way of a loader take 1.3 s of processor time at
// every start, the one file takes 0.1 s, and making it takes 1 s after a change (measured on two cores). This file uses Node.js
// alone, since it loads all else.
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const Module = require("node:module");
const os = require("node:os");
const path = require("node:path");

const debug = process.env.WHARF_DEBUG === "1";
const folders = ["cli", "components", "offline", "policies"];
const notSources = ["node_modules", "dist"];
/** A source map that knows no source. */
const unmapped = '{ "version": 3, "sources": [], "mappings": "" }';

/**
 * Loads a TypeScript file of the checkout and returns what it exports. Its modules see `__dirname` of the entry, and find packages as
 * the entry does. Types are stripped, not checked: `npm run check` checks them. Stack traces name the sources.
 *
 * @param {string} entry path of the file, relative to the checkout
 */
function requireBundled(entry) {
  const file = path.join(__dirname, entry);
  const cache = path.join(cacheDirectory(), "compiled");
  const kept = keptFile(entry, "js");
  // Node.js 22 and later keep the machine code of packages too.
  Module.enableCompileCache?.(path.join(cache, "node"));
  loadLate();
  const module_ = new Module(file, module);
  module_.filename = file;
  module_.paths = Module._nodeModulePaths(path.dirname(file));
  traceSources(file, kept);
  module_._compile(read(kept) ?? compile(file, kept), file);
  return module_.exports;
}

/**
 * Returns a text that takes long to make of the sources. It is kept as their compiled form is, until one of them changes.
 *
 * @param {string} entry path of the TypeScript file that makes it, relative to the checkout
 * @param {(exported: any) => string} make gets what that file exports
 */
function keptText(entry, make) {
  const kept = keptFile(entry, "txt");
  const found = read(kept);
  if (found !== undefined) return found;
  const text = make(requireBundled(entry));
  keep(kept, text);
  return text;
}

/** Where the cache keeps what is made of an entry of the checkout and the sources as they are now. */
function keptFile(entry, extension) {
  const hash = contentHash(path.join(__dirname, entry));
  const name = `${entry.replace(/\W/g, "-")}-${hash}.${extension}`;
  return path.join(cacheDirectory(), "compiled", name);
}

/**
 * Has the stack traces of errors name the sources of a bundle, by line and column. In place of what Pulumi's own process sets up to
 * that end, which names the TypeScript of Pulumi's SDK too: over such a path util.inspect of Node.js takes half a minute.
 *
 * @param file the name that the bundle runs under
 * @param kept where the bundle is kept, with its source map beside it
 */
function traceSources(file, kept) {
  let map;
  const named = (frame) => {
    const [line, column] = [frame.getLineNumber(), frame.getColumnNumber()];
    if (frame.getFileName() !== file || line === null) return frame.toString();
    map ??= new Module.SourceMap(JSON.parse(read(`${kept}.map`) ?? unmapped));
    const { originalSource, originalLine, originalColumn } = map.findEntry(line - 1, column - 1);
    if (originalSource === undefined) return frame.toString();
    const source = path.join(__dirname, originalSource);
    return frame
      .toString()
      .replace(`${file}:${line}:${column}`, `${source}:${originalLine + 1}:${originalColumn + 1}`);
  };
  Error.prepareStackTrace = (error, frames) => {
    if (isNote(frames[0])) return noteNoMore(frames[0].getFileName());
    if (isPosition(frames[0])) return "";
    return [
      Error.prototype.toString.call(error),
      ...frames.map((frame) => `    at ${named(frame)}`),
    ].join("\n");
  };
}

/** Whether a trace is one that Pulumi's SDK notes for an input of a resource, in case its promise never ends. */
function isNote(frame) {
  if (debug || process.env.PULUMI_DEBUG_PROMISE_LEAKS) return false;
  return frame?.getFunctionName() === "debuggablePromise";
}

/**
 * Whether a trace is one from which Pulumi's SDK notes where a resource was declared. To find the line in the sources takes a third of
 * a second of every run, and the engine only puts it into the state.
 */
function isPosition(frame) {
  if (debug || frame?.getFunctionName() !== "callsites") return false;
  return frame.getFileName()?.endsWith(path.join("@pulumi", "pulumi", "resource.js")) ?? false;
}

/**
 * Has the SDK note empty traces from now on: there is one for every input of every resource, which is half of what a program with
 * hundreds of resources takes, and nobody is shown them.
 *
 * @param file the SDK's file that notes them
 * @returns the trace to note this time
 */
function noteNoMore(file) {
  const sdk = require.cache[file]?.exports;
  const { debuggablePromise } = sdk;
  sdk.debuggablePromise = (...of) => {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      return debuggablePromise(...of);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  };
  return "";
}

/**
 * Has packages loaded when something of them is used, not when something requires them. Pulumi's SDK requires the TypeScript compiler
 * and npm's arborist as it starts, to serialize functions, and Docker's client requires SSH and BuildKit's protocol: a third of the
 * time in which a command starts (measured), and few runs use one of them.
 */
function loadLate() {
  const late = [
    ["typescript", "@pulumi/pulumi"],
    ["@npmcli/arborist", "@pulumi/pulumi"],
    ["docker-modem/lib/ssh.js", "dockerode"],
    ["dockerode/lib/session.js", "dockerode"],
  ];
  for (const [name, requiredBy] of late) {
    const file = resolved(name, requiredBy);
    if (file === undefined || require.cache[file] !== undefined) continue;
    const module_ = new Module(file, module);
    module_.filename = file;
    module_.loaded = true;
    module_.exports = whenUsed(() => {
      delete require.cache[file];
      return require(file);
    });
    require.cache[file] = module_;
  }
}

function resolved(name, requiredBy) {
  try {
    return require.resolve(name, { paths: [require.resolve(`${requiredBy}/package.json`)] });
  } catch {
    // It is not there for people who installed without what only developers need.
    return undefined;
  }
}

/** What `load` returns, which is called at the first use of any part. */
function whenUsed(load) {
  let loaded;
  const real = () => (loaded ??= load());
  return new Proxy(function () {}, {
    // Compiled TypeScript asks for this mark at once, and copies every part where it is not there.
    get: (_, key) => (key === "__esModule" && loaded === undefined ? true : real()[key]),
    has: (_, key) => key in real(),
    apply: (_, self, args) => Reflect.apply(real(), self, args),
    construct: (_, args) => Reflect.construct(real(), args),
  });
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

/** Names the sources as they are now: their paths and contents, this file, and the packages that go into the bundle. */
function contentHash(entry) {
  const hash = createHash("sha256").update(fs.readFileSync(__filename));
  // A copy of the program alone has no commands and no lock file.
  const present = folders.filter((folder) => fs.existsSync(path.join(__dirname, folder)));
  const sources = present.flatMap((folder) =>
    fs
      .readdirSync(path.join(__dirname, folder), { recursive: true })
      .filter((name) => /\.(ts|json)$/.test(name))
      .filter((name) => !name.split(path.sep).some((part) => notSources.includes(part)))
      .map((name) => path.join(folder, name)),
  );
  const others = [path.relative(__dirname, entry), "index.ts", "package-lock.json"];
  for (const source of [...sources.sort(), ...others]) {
    if (!fs.existsSync(path.join(__dirname, source))) continue;
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

/**
 * Compiles the entry and keeps the result and its source map; where the cache cannot be written, the next start compiles again. The
 * map names sources relative to the checkout, since checkouts with the same sources share it.
 */
function compile(entry, kept) {
  const { outputFiles } = require("esbuild").buildSync({
    entryPoints: [entry],
    outfile: path.join(__dirname, path.basename(kept)),
    write: false,
    bundle: true,
    // Pulumi's packages share their SDK, and these others find files or programs of theirs beside them. The rest goes into the file:
    // zod alone is 282 modules.
    external: [
      "@pulumi/*",
      "@grpc/*",
      "@kubernetes/*",
      "dockerode",
      "docker-modem",
      "esbuild",
      "google-protobuf",
    ],
    platform: "node",
    format: "cjs",
    target: "node20",
    // An import() of a package is a require of it too, as in the compiled package.
    supported: { "dynamic-import": false },
    // Names of sources are those within the checkout, wherever its packages are.
    preserveSymlinks: true,
    sourcemap: "external",
    logLevel: "silent",
  });
  const [map, code] = outputFiles;
  keep(`${kept}.map`, map.text);
  keep(kept, code.text);
  return code.text;
}

/** Writes a file of the cache, where that can be written: it may be another user's, or the disk full. */
function keep(file, contents) {
  // Other processes start at the same time, and must not read half a file.
  const partial = `${file}.${process.pid}`;
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(partial, contents);
    fs.renameSync(partial, file);
  } catch {
    // What is not kept is made again.
  }
}

module.exports = { keptText, loadLate, nodeProblem, requireBundled };
