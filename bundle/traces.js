const Module = require("node:module");
const path = require("node:path");
const { read } = require("./kept");

const checkout = path.dirname(__dirname);
const debug = process.env.WHARF_DEBUG === "1";
/** A source map that knows no source. */
const unmapped = '{ "version": 3, "sources": [], "mappings": "" }';

/**
 * Has the stack traces of errors name the sources of a bundle, by line and column. In place of what Pulumi's own process sets up to
 * that end, which names the TypeScript of Pulumi's SDK too: over such a path util.inspect of Node.js takes half a minute.
 *
 * @param {string} name what the bundle runs under
 * @param {string} kept where the bundle is kept, with its source map beside it
 */
function traceSources(name, kept) {
  let map;
  const named = (frame) => {
    const [line, column] = [frame.getLineNumber(), frame.getColumnNumber()];
    if (frame.getFileName() !== name || line === null) return frame.toString();
    map ??= new Module.SourceMap(JSON.parse(read(`${kept}.map`) ?? unmapped));
    const { originalSource, originalLine, originalColumn } = map.findEntry(line - 1, column - 1);
    if (originalSource === undefined) return frame.toString();
    const source = path.join(checkout, originalSource);
    return frame
      .toString()
      .replace(`${name}:${line}:${column}`, `${source}:${originalLine + 1}:${originalColumn + 1}`);
  };
  Error.prepareStackTrace = (error, frames) =>
    isPosition(frames[0])
      ? ""
      : [
          Error.prototype.toString.call(error),
          ...frames.map((frame) => `    at ${named(frame)}`),
        ].join("\n");
}

/**
 * Whether a trace is one from which Pulumi's SDK notes where a resource was declared. To find the line in the sources takes a third of
 * a second of every run, and the engine only puts it into the state.
 */
function isPosition(frame) {
  return !debug && frame?.getFunctionName() === "callsites" && frame.getTypeName() === "Function";
}

module.exports = { traceSources };
