import { fateOfLock, lockedStack, readLocks } from "./engine-lock";
import type { OpenStack } from "./stack";
import { stackHolder, whileRunning } from "./stack-lock";
import type { State } from "./state";
import { readState } from "./state-reading";
import type { Progress } from "../ui/progress";

/**
 * Waits until no other engine works on the stack, and removes the locks of engines that have certainly ended: one that was killed
 * cannot do so.
 * @throws Failure where a lock is left of which this machine cannot say whether its engine still runs
 */
export async function awaitLock({ name, stack }: OpenStack, progress: Progress): Promise<void> {
  await whileRunning(name, progress, () => {
    const held = readLocks(name).map((lock) => ({ lock, fate: fateOfLock(lock) }));
    const alive = held.find(({ fate }) => fate === "running")?.lock;
    const unseen = held.find(({ fate }) => fate === "unknown")?.lock;
    if (alive === undefined && unseen !== undefined) throw lockedStack(name, unseen);
    return alive?.pid;
  });
  if (readLocks(name).length > 0) await stack.cancel();
}

/** The run that works on a stack, as `process 4711 on builder`; undefined where there is none for certain. */
export function lockHolder(stack: string): string | undefined {
  const holder = readLocks(stack).find((lock) => fateOfLock(lock) !== "gone");
  return holder === undefined ? stackHolder(stack) : `process ${holder.pid} on ${holder.hostname}`;
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
