import { readFileSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { nothingChanged } from "../../components/core/problems";
import { shellWord } from "../../components/core/shell";
import { fateOf, identityOf, type ProcessIdentity } from "../../offline/process-identity";
import { writeNew } from "../../offline/whole-file";
import { makePrivate, removeEmpty, runsDirectory, wharfDirectory } from "../checkout";
import { cancelCommand } from "./engine-lock";
import { Failure } from "../failure";
import type { Progress } from "../ui/progress";

/** A run of Wharf that changes a stack. */
interface Holder extends ProcessIdentity {
  /** When it began, ISO 8601. */
  since: string;
}

const lookAgainMs = 500;
/** What this process holds: by stack, what its lock says. */
const held = new Map<string, string>();

/**
 * Waits until no other run of this checkout changes the stack, and keeps others waiting until this process ends. The engine's own
 * lock holds only while the engine works, and there is none before a stack is created: of two first `up`s, the later one finds
 * what the earlier one has made.
 * @throws Failure where a run holds it of which this machine cannot say whether it still runs
 */
export async function holdStack(stack: string, progress: Progress): Promise<void> {
  if (held.has(stack)) return;
  const file = lockFile(stack);
  const mine = JSON.stringify({ ...identityOf(), since: new Date().toISOString() });
  await whileRunning(stack, progress, () => {
    for (;;) {
      if (take(file, mine)) return undefined;
      const text = readLock(file);
      // It has just been given back.
      if (text === undefined) continue;
      const holder = JSON.parse(text) as Holder;
      const fate = fateOf(holder);
      if (fate === "running") return holder.pid;
      if (fate === "unknown") throw heldElsewhere(stack, file, holder);
      takeAway(file, text);
    }
  });
  if (held.size === 0) process.once("exit", giveBack);
  held.set(stack, mine);
}

/**
 * Waits while a process works on a stack, saying which.
 * @param worksOn number of the process; undefined where there is none, or none any more
 */
export async function whileRunning(
  stack: string,
  progress: Progress,
  worksOn: () => number | undefined,
): Promise<void> {
  let waiting = false;
  for (let pid = worksOn(); pid !== undefined; pid = worksOn()) {
    if (!waiting) {
      progress.start("lock", `process ${pid} works on stack ${stack}; waiting for it to end`);
    }
    waiting = true;
    await delay(lookAgainMs);
  }
  if (waiting) progress.clear();
}

function giveBack(): void {
  for (const [stack, mine] of held) {
    const file = lockFile(stack);
    if (readLock(file) === mine) rmSync(file, { force: true });
  }
  for (const directory of [runsDirectory, wharfDirectory]) removeEmpty(directory);
}

/** The other run of this checkout that changes a stack, as `process 4711 on builder`; undefined where none does for certain. */
export function stackHolder(stack: string): string | undefined {
  const text = held.has(stack) ? undefined : readLock(lockFile(stack));
  if (text === undefined) return undefined;
  const holder = JSON.parse(text) as Holder;
  return fateOf(holder) === "gone" ? undefined : `process ${holder.pid} on ${holder.host}`;
}

function lockFile(stack: string): string {
  return path.join(runsDirectory, `${stack}.json`);
}

/** Writes a lock that nobody holds; false where somebody does. */
function take(file: string, mine: string): boolean {
  for (;;) {
    makePrivate(runsDirectory);
    try {
      return writeNew(file, mine, 0o600);
    } catch (error) {
      // A run that has just ended took the directory with it, since it was empty.
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
}

function readLock(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Removes the lock of a process that has ended, unless another process has taken it over since it was read. */
function takeAway(file: string, text: string): void {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  const taken = readFileSync(aside, "utf8");
  if (taken !== text) writeNew(file, taken, 0o600);
  rmSync(aside, { force: true });
}

function heldElsewhere(stack: string, file: string, { pid, host, since }: Holder): Failure {
  return new Failure(
    [
      `Another run works on stack ${stack}: process ${pid} on ${host}, since ${since}. ${nothingChanged}`,
      "Whether it still runs cannot be seen from here: it belongs to another machine or container, or ran before this machine was started.",
      `Wait for it to end. If you are sure that it has ended, remove its locks:\n  rm ${shellWord(file)} && ${cancelCommand(stack)}`,
    ].join("\n"),
  );
}
