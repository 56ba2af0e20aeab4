import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Announce } from "../offline/announce";
import { reason } from "../offline/errors";
import { compare, type Extent } from "./comparison";

const usage = `npm run bench -- [--rounds N] [--short]

  --rounds N  how often each measurement is taken, after one that warms caches up (5)
  --short     one round, no warm-up, an image of 20 MB: shows that it works, and no figure to rely on
`;

function extentOf(args: string[]): Extent {
  const { values } = parseArgs({
    args,
    options: { rounds: { type: "string" }, short: { type: "boolean" } },
  });
  if (values.short) return { rounds: 1, warmUps: 0, megabytes: 20 };
  const rounds = Number(values.rounds ?? 5);
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new Error(`--rounds takes a whole number from 1 on, not ${values.rounds}.`);
  }
  return { rounds, warmUps: 1, megabytes: 200 };
}

/** Progress goes to standard error; the table alone is standard output. */
const announce: Announce = {
  start: (step, detail = "") => console.error(`… ${step} ${detail}`),
  update: (detail) => console.error(`  ${detail}`),
  done: (step, detail) => console.error(`✔ ${step} ${detail}`),
};

async function main(): Promise<void> {
  let extent: Extent;
  try {
    extent = extentOf(process.argv.slice(2));
  } catch (error) {
    console.error(`${reason(error)}\n\n${usage}`);
    process.exitCode = 2;
    return;
  }
  // Ctrl-C ends the command that is being measured; what the benchmark has made is then removed.
  const interrupted = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => interrupted.abort(new Error("Stopped.")));
  }
  const directory = await mkdtemp(join(tmpdir(), "wharf-bench-"));
  try {
    console.log(await compare(directory, extent, announce, interrupted.signal));
  } catch (error) {
    console.error(reason(interrupted.signal.aborted ? interrupted.signal.reason : error));
    process.exitCode = 1;
  } finally {
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

void main();
