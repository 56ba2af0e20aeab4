import debuggable = require("@pulumi/pulumi/runtime/debuggable");

/** The SDK's module; it leaves this out of its types. */
const sdk = debuggable as unknown as {
  debuggablePromise: (...of: unknown[]) => Promise<unknown>;
};

/**
 * Has Pulumi's SDK note empty traces from now on. For every input of every resource it notes where it came from, in case its promise
 * never ends, which is half of what a program with hundreds of resources takes, and nobody is shown them: PULUMI_DEBUG_PROMISE_LEAKS
 * prints them, and with it or with WHARF_DEBUG=1 they are noted.
 */
export function notePromisesWithoutTraces(): void {
  const { debuggablePromise } = sdk;
  if (process.env.WHARF_DEBUG === "1" || process.env.PULUMI_DEBUG_PROMISE_LEAKS) return;
  sdk.debuggablePromise = (...of) => {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      return debuggablePromise(...of);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  };
}
