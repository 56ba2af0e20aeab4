import * as pulumi from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { RunError, isGrpcError } from "@pulumi/pulumi/errors";
import * as state from "@pulumi/pulumi/runtime/state";
import { checkout } from "../checkout";

/** What the SDK keeps of a run; it leaves this out of its types. */
const { getStore } = state as unknown as {
  getStore(): { settings: { rpcDone: Promise<unknown> } };
};

/**
 * Runs an operation of the engine on the stack's program within this process. A process of its own would load Pulumi's SDK and the
 * components again at every run, twice for an `up`: of an existing stack that took 13.1 s of processor time, and takes 9.1 s
 * (measured, all else equal). `pulumi up` without Wharf's command starts the same index.ts by main.js.
 *
 * @param environment variables of the workspace, which a program of its own would be started with
 * @param operate is given the program, in the words of the Automation API
 */
export async function withProgram<T>(
  environment: Record<string, string>,
  operate: (program: PulumiFn) => Promise<T>,
): Promise<T> {
  const before = { directory: process.cwd(), environment: { ...process.env } };
  process.chdir(checkout);
  Object.assign(process.env, environment);
  const handlers: ((error: unknown) => void)[] = [];
  try {
    const result = await operate(failing(require("../../index") as PulumiFn, handlers));
    // Where the run fails they stay, since what the program leaves behind may fail after it.
    for (const fail of handlers)
      process.off("unhandledRejection", fail).off("uncaughtException", fail);
    return result;
  } finally {
    for (const name of Object.keys(environment)) {
      if (before.environment[name] === undefined) delete process.env[name];
      else process.env[name] = before.environment[name];
    }
    process.chdir(before.directory);
  }
}

/**
 * The program, except that it ends at its first error that nobody handles: for example a failed trial of an image, on which other resources
 * wait. A process of its own ends when nothing is left to do, which tells the engine that the program has failed; within this one
 * the engine would wait forever, on the outputs or on resources that never come to be registered. The run must end by an error:
 * the engine takes a program that ended well for one that wants nothing more, and deletes what it did not name.
 *
 * @param handlers takes what listens for such errors from the start of the program on
 */
function failing(program: PulumiFn, handlers: ((error: unknown) => void)[]): PulumiFn {
  return async () => {
    let fail: (error: unknown) => void = () => undefined;
    const failed = new Promise<never>((_, reject) => {
      fail = (error) => reject(withTrace(error));
    });
    failed.catch(() => undefined);
    handlers.push(fail);
    process.on("unhandledRejection", fail).on("uncaughtException", fail);
    const { settings } = getStore();
    let registered = settings.rpcDone;
    Object.defineProperty(settings, "rpcDone", {
      get: () => registered,
      set: (done: Promise<unknown>) => {
        registered = Promise.race([done, failed]);
        registered.catch(() => undefined);
      },
    });
    const ran = async () => {
      try {
        const outputs = await program();
        await known(outputs);
        return outputs as Record<string, unknown>;
      } catch (error) {
        throw withTrace(error);
      }
    };
    return Promise.race([ran(), failed]);
  };
}

/** Tells the engine, which only gets an error's message, the stack trace of a fault too; a refusal has none. */
function withTrace(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const fault: Error = error;
  if (RunError.isInstance(error) || isGrpcError(error)) return error;
  fault.message = fault.stack ?? fault.message;
  return fault;
}

/** Waits until all that outputs are made of is known; in a preview some of it stays unknown. */
function known(outputs: unknown): Promise<unknown> {
  return (pulumi.output(outputs) as unknown as { promise(): Promise<unknown> }).promise();
}
