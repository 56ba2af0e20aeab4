import { readdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { project } from "./checkout";
import { fileBackend } from "./backend";
import type { OpenStack } from "./stack";
import { readState, type State } from "./state";
import type { Progress } from "./progress";

/** A lock as Pulumi's file backend writes it (pkg/backend/diy/lock.go). */
interface Lock {
  pid: number;
  hostname: string;
}

const lookAgainMs = 500;

/**
 * Waits until no other process of this machine works on the stack, and takes away the locks of processes that are gone:
 * an engine that was killed cannot do so. Locks of other machines are left to the engine, which names them.
 */
export async function awaitLock({ name, stack }: OpenStack, progress: Progress): Promise<void> {
  const locks = () => readLocks(name).filter((lock) => lock.hostname === hostname());
  let alive = locks().find(({ pid }) => isEngine(pid));
  if (alive !== undefined) {
    progress.start("lock", `process ${alive.pid} works on stack ${name}; waiting for it to end`);
    while (alive !== undefined) {
      await delay(lookAgainMs);
      alive = locks().find(({ pid }) => isEngine(pid));
    }
    progress.clear();
  }
  if (locks().length > 0 && locks().length === readLocks(name).length) await stack.cancel();
}

/** The run that works on a stack, as `process 4711 on builder`; undefined where there is none, or none that can be seen from here. */
export function lockHolder(stack: string): string | undefined {
  const holder = readLocks(stack).find(
    (lock) => lock.hostname !== hostname() || isEngine(lock.pid),
  );
  return holder && `process ${holder.pid} on ${holder.hostname}`;
}

function readLocks(stack: string): Lock[] {
  const state = fileBackend();
  if (state === undefined) return [];
  const directory = path.join(state, ".pulumi", "locks", "organization", project, stack);
  try {
    return readdirSync(directory)
      .filter((file) => file.endsWith(".json"))
      .map((file) => JSON.parse(readFileSync(path.join(directory, file), "utf8")) as Lock);
  } catch (error) {
    // A directory that is missing holds no lock; a file that has just gone is a lock given back.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** Whether a process is there and is Pulumi: the number of one that was killed may have gone to another program. */
function isEngine(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  try {
    const [, name = "", state] =
      /\((.*)\) (.)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
    return name.startsWith("pulumi") && state !== "Z";
  } catch {
    // Without /proc the number alone has to do.
    return true;
  }
}

/** A resource whose creation was under way when the engine was killed; whether it exists, the state cannot say. */
export interface PendingCreate {
  type: string;
  /** Name of the object on the platform, where its inputs give one. */
  objectName?: string;
}

/** What an engine that was killed had begun to create. */
export async function pendingCreates(open: OpenStack): Promise<PendingCreate[]> {
  return pendingCreatesIn(await readState(open));
}

/** The same, of a state that was read already. */
export function pendingCreatesIn({ pending }: State): PendingCreate[] {
  return pending
    .filter(({ type }) => type === "creating")
    .map(({ resource }) => ({
      type: resource.type,
      objectName: typeof resource.inputs?.name === "string" ? resource.inputs.name : undefined,
    }));
}
