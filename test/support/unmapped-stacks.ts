/** Files of Pulumi's SDK that read a stack trace for every promise and every resource: to tell of leaks, and of source positions. */
const readers = /\/@pulumi\/pulumi\/(runtime\/debuggable|resource)\.js$/;

const mapped = Error.prepareStackTrace;

/**
 * Gives these readers an empty stack trace. Vitest maps every frame to its line of TypeScript, which takes a third of what it takes to run
 * a component with mocks, and no test reads the result. Errors that are thrown elsewhere keep their stack.
 */
Error.prepareStackTrace = (error, frames) => {
  if (readers.test(frames[0]?.getFileName() ?? "") && error.message === "") return "";
  return mapped ? mapped(error, frames) : [String(error), ...frames].join("\n    at ");
};
