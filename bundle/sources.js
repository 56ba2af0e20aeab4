// Which state the sources of the checkout are in.
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");
const { keep, keptFile, read } = require("./kept");

const checkout = path.dirname(__dirname);
const folders = ["bundle", "cli", "components", "offline", "policies"];
const notSources = ["node_modules", "dist"];
/** Two writes within the resolution of a file system's times may look like one, as in Git's index. In milliseconds. */
const settled = 2000;

let asked;

/**
 * Names the sources as they are when a process first asks, by their paths and contents, and the packages that go into a bundle. To
 * read them all takes 35 ms of every start, so the answer is kept for as long as no file has another size or another time of change.
 */
function sourcesHash() {
  return (asked ??= hashOfSources());
}

function hashOfSources() {
  const files = sources();
  const look = createHash("sha256").update(checkout);
  let newest = 0;
  for (const file of files) {
    const { size, mtimeMs, ctimeMs, ino } = fs.statSync(path.join(checkout, file));
    look.update(`${file}\0${size} ${mtimeMs} ${ctimeMs} ${ino}\0`);
    newest = Math.max(newest, ctimeMs, mtimeMs);
  }
  const kept = keptFile(`sources-${short(look)}.txt`);
  const known = read(kept);
  if (known !== undefined) return known;
  const contents = createHash("sha256");
  for (const file of files)
    contents
      .update(`${file}\0`)
      .update(fs.readFileSync(path.join(checkout, file)))
      .update("\0");
  const hash = short(contents);
  if (newest < Date.now() - settled) keep(kept, hash);
  return hash;
}

function short(hash) {
  return hash.digest("hex").slice(0, 16);
}

/** Paths of all sources, relative to the checkout. A copy of the program alone has no commands and no lock file. */
function sources() {
  const found = ["index.ts", "package-lock.json"].filter((name) =>
    fs.existsSync(path.join(checkout, name)),
  );
  const walk = (folder) => {
    for (const entry of fs.readdirSync(path.join(checkout, folder), { withFileTypes: true })) {
      const name = `${folder}/${entry.name}`;
      if (/\.(ts|js|json)$/.test(name)) found.push(name);
      else if (entry.isDirectory() && !notSources.includes(entry.name)) walk(name);
    }
  };
  folders.filter((folder) => fs.existsSync(path.join(checkout, folder))).forEach(walk);
  return found.sort();
}

module.exports = { sourcesHash };
