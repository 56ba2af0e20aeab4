import { writeWhole } from "../../offline/whole-file";
import { ExitCode, Failure } from "../failure";
import { plainOutputs, openOutputsOf } from "../stack/outputs";
import { notStanding, openBackend, stacksOf } from "../stack/stack";
import { StackFile } from "../stack/stack-file";
import { outputsIn } from "../stack/state";
import { readState, type ReadStack } from "../stack/state-reading";
import type { Finding, StackStatus } from "../status/finding";
import { findingsOf } from "../status/findings";
import { statusPage } from "../status/page";
import type { Progress } from "../ui/progress";
import { Session, type CommonOptions } from "../ui/session";
import { terminalTable } from "../ui/table";

/** Options of `wharf status`. */
export interface StatusOptions extends CommonOptions {
  /** Looks at every stack of the backend that is up. */
  all?: boolean;
  /** File that gets a page of it. */
  html?: string;
  /** Whether a webhook hears of it; read where the command ends (wharf.ts). */
  notify?: boolean;
}

/**
 * `wharf status`: whether registries answer, let their users in, and keep their images, as a person asks who was told that a push
 * fails, or a timer that watches. Changes nothing.
 * @throws Failure where no stack is up, or not the one that is asked for, and where anything is wrong
 */
export async function status(options: StatusOptions): Promise<void> {
  const session = new Session(options, { asks: true });
  const { progress } = session;
  // A timer's mail is to hold what was found, and no steps.
  const quiet = { ...progress, start: (step: string) => progress.start(step) };
  const { all = false, stack } = options;
  const noStack = all
    ? new Failure("No stack is up, so there is nothing to look at.")
    : notStanding(stack);
  const workspace = await openBackend(progress);
  if (workspace === undefined) throw noStack;
  const statuses: StackStatus[] = [];
  for (const name of await stacksOf(workspace)) {
    if (!all && name !== stack) continue;
    quiet.start(`status of ${name}`);
    const found = await statusOf({ name, workspace }, quiet);
    if (found !== undefined) statuses.push(found);
  }
  progress.clear();
  if (statuses.length === 0) throw noStack;
  session.print(statuses.map(block).join("\n\n"));
  session.answer(statuses);
  if (options.html !== undefined) {
    writeWhole(options.html, statusPage(statuses));
    session.print(`\nThe page is ${options.html}.`);
  }
  const wrong = statuses.flatMap(({ stack: of, findings }) =>
    findings.filter(isBad).map(({ about, text }) => `${of}: ${about.toLowerCase()}: ${text}`),
  );
  if (wrong.length === 0) return;
  if (options.json) process.exitCode = ExitCode.Failed;
  else throw new Failure(`${things(wrong.length)} wrong:\n  ${wrong.join("\n  ")}`);
}

const isBad = ({ verdict }: Finding) => verdict === "bad";
const things = (count: number) => (count === 1 ? "1 thing is" : `${count} things are`);

/** Undefined for a stack whose registry no `up` has brought to its end. */
async function statusOf(read: ReadStack, progress: Progress): Promise<StackStatus | undefined> {
  const { endpoint, target } = outputsIn(await readState(read));
  if (typeof endpoint !== "string" || typeof target !== "string") return undefined;
  const known = { stack: read.name, target, endpoint, at: new Date().toISOString() };
  try {
    const outputs = plainOutputs(await openOutputsOf(read), read.name);
    const { config } = new StackFile(read.name);
    const looked = { stack: read.name, outputs, config };
    return { ...known, findings: await findingsOf(looked, progress) };
  } catch (error) {
    // Of several stacks the others are told of all the same.
    if (!(error instanceof Failure)) throw error;
    return { ...known, findings: [{ about: "Stack", verdict: "bad", text: error.message }] };
  }
}

const marks = { good: "✔", note: "!", bad: "✘" } as const;

function block({ endpoint, findings, stack, target }: StackStatus): string {
  const rows = findings.map(({ about, fix, text, verdict }) => [
    marks[verdict],
    about,
    fix === undefined ? text : `${text}\n${fix}`,
  ]);
  return terminalTable(["", `${stack} on ${target}`, endpoint], rows);
}
