// Where Pulumi enters. A package that was installed holds the pack as one file of JavaScript. A checkout holds its sources, which are
// bundled here: that takes a tenth of the time that Pulumi's own ts-node would.
const { existsSync } = require("node:fs");
const Module = require("node:module");
const path = require("node:path");

// Pulumi's SDK requires these as it starts, to serialize functions, which no pack does: 0.28 of the 0.46 s of processor time in which
// it loads (measured). So they are loaded when something of them is used; the program does the same in bundle.js of the checkout.
["typescript", "@npmcli/arborist"].forEach(loadLate);

if (existsSync(path.join(__dirname, "index.ts"))) require("./bundle").run("index.ts");
else require("./dist/index.js");

/** Has a package that Pulumi's SDK requires loaded when a part of it is read. */
function loadLate(name) {
  let file;
  try {
    file = require.resolve(name, { paths: [require.resolve("@pulumi/pulumi/package.json")] });
  } catch {
    // Another version of the SDK may do without it.
    return;
  }
  let loaded;
  const late = new Module(file, module);
  late.filename = file;
  late.loaded = true;
  late.exports = new Proxy(function () {}, {
    get: (_, key) => {
      // Compiled TypeScript asks for this mark at once, and copies every part where it is not there.
      if (key === "__esModule" && loaded === undefined) return true;
      if (loaded === undefined) {
        delete require.cache[file];
        loaded = require(file);
      }
      return loaded[key];
    },
  });
  require.cache[file] = late;
}
