// Runs the stand-in providers' bundle beside it, with what V8 made of it at an earlier start.
const { readFileSync } = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const { runScript } = require("../../bundle/script");

const file = path.join(__dirname, "provider.js");
const module_ = new Module(file, module);
module_.filename = file;
module_.path = __dirname;
// The first argument is the provider's name: each uses other parts of the bundle.
runScript(module_, readFileSync(file, "utf8"), file, `${file}.${process.argv[2]}`);
