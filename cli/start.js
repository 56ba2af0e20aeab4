// `npm start`: a fresh clone has no dependency yet, so this file uses only Node.js until `npm ci` has run.
const { spawnSync } = require("node:child_process");
const { existsSync, statSync } = require("node:fs");
const path = require("node:path");
const { nodeProblem } = require("../bundle");

const checkout = path.resolve(__dirname, "..");
const lockFile = path.join(checkout, "package-lock.json");
// npm writes this file last, so that it is older than the lock file wherever an install is due or broke off.
const installed = path.join(checkout, "node_modules", ".package-lock.json");

const problem = nodeProblem();
if (problem !== undefined) {
  console.error(problem);
  process.exit(1);
}

if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lockFile).mtimeMs) {
  console.log("Installing the dependencies (npm ci) ...");
  const npm = spawnSync("npm", ["ci", "--no-audit", "--no-fund"], {
    cwd: checkout,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (npm.status !== 0) {
    console.error(
      "The dependencies could not be installed; npm says why above. Then run npm start again.",
    );
    process.exit(npm.status ?? 1);
  }
}

process.argv.splice(2, 0, "up", "--stack", "dev", "--yes");
require("./wharf.js");
