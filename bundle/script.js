const Module = require("node:module");
const { arch, version } = require("node:process");
const vm = require("node:vm");
const { keep, readBytes } = require("./kept");

/**
 * Runs a module's code. What V8 compiled of it by the end of the process is kept for the next one, since to parse some megabytes and to
 * compile what is used of them takes half of a start (measured). V8 takes only what its own version has made of a code of the same
 * length, and compiles again otherwise.
 *
 * @param {Module} module_ with its name and the paths of its packages
 * @param {string} code of a CommonJS module
 * @param {string} name what frames of it are named by; V8 keeps it with the rest, so that it must be the same in every checkout
 * @param {string} kept where the compiled form is kept; Node.js's version is added
 */
function runScript(module_, code, name, kept) {
  const whole = `${kept}.${version}-${arch}`;
  // A command that is refused has used a part of the code, and what is kept of that serves until one succeeds.
  const part = `${whole}.part`;
  const known = readBytes(whole);
  const cachedData = known ?? readBytes(part);
  const { exports, filename, path } = module_;
  const script = new vm.Script(Module.wrap(code), {
    filename: name,
    cachedData,
    // A frame's column is that in the code.
    columnOffset: -Module.wrapper[0].length,
  });
  process.once("exit", (status) => {
    const isKept = status === 0 ? known : cachedData;
    if (isKept === undefined || script.cachedDataRejected)
      keep(status === 0 ? whole : part, script.createCachedData());
  });
  const requireFrom = Module.createRequire(filename);
  script.runInThisContext().call(exports, exports, requireFrom, module_, filename, path);
  module_.loaded = true;
}

module.exports = { runScript };
