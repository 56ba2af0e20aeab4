// The folder of the cache that holds what is made of the sources, one file for each state of them.
const { isAscii } = require("node:buffer");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");

/** How long a file of an earlier state of the sources stays, in milliseconds: a week. */
const kept = 7 * 24 * 3600 * 1000;

/** Where a file of a name is kept. The cache is that of offline/cache.ts, which is TypeScript. */
function keptFile(name) {
  return path.join(cacheDirectory(), "compiled", name);
}

function cacheDirectory() {
  const { WHARF_CACHE, XDG_CACHE_HOME, HOME } = process.env;
  if (WHARF_CACHE) return WHARF_CACHE;
  return path.join(XDG_CACHE_HOME || path.join(HOME || os.homedir(), ".cache"), "wharf");
}

/** The text of a file, undefined where there is none. */
function read(file) {
  const bytes = readBytes(file);
  // What is ASCII alone, as compiled code is, takes a quarter of the time so.
  return bytes?.toString(isAscii(bytes) ? "latin1" : "utf8");
}

/** The bytes of a file, undefined where there is none. */
function readBytes(file) {
  try {
    return fs.readFileSync(file);
  } catch {
    return undefined;
  }
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

/** Removes what was written more than a week ago. What is still of use is made again. */
function removeOld() {
  const before = Date.now() - kept;
  try {
    const files = fs.readdirSync(keptFile("."), { withFileTypes: true });
    for (const file of files.filter((entry) => entry.isFile())) {
      const found = keptFile(file.name);
      if (fs.statSync(found).mtimeMs < before) fs.rmSync(found, { force: true });
    }
  } catch {
    // Another process does the same, or may and this one may not.
  }
}

module.exports = { keep, keptFile, read, readBytes, removeOld };
