import { setTimeout as delay } from "node:timers/promises";
import type { Values } from "../values";
import { ApiError, Unreachable, type Connection } from "./connection";
import { at, idOf, objectsAt, textAt } from "./objects";

/** Objects of one kind to keep an eye on. */
export interface Observed {
  /** The path of the collection. */
  path: string;
  /** A fieldSelector or labelSelector. */
  query?: Record<string, string>;
}

/** What the objects amount to. */
export interface Verdict {
  /** `failed` is final: waiting longer does not help. */
  state: "ready" | "waiting" | "failed";
  /** Why it is not ready, in sentences. */
  reasons: readonly string[];
  /** Good enough, once nothing has changed for this long, in milliseconds. */
  readyAfterMs?: number;
}

/** The objects, by the name under which they are observed. */
export type Objects = Record<string, Values[]>;

/** What to wait for, and for how long. */
export interface Wait {
  observed: Record<string, Observed>;
  judge: (objects: Objects) => Verdict;
  timeoutMs: number;
  /** Aborts when the user interrupts. */
  signal: AbortSignal;
  /** Hears the reasons while they last. */
  report?: (reasons: readonly string[]) => void;
}

/** How long a lost connection rests before the next attempt, in milliseconds. */
const reconnectAfterMs = 1000;

/**
 * Watches objects until they are judged ready or failed, time is up or the user interrupts; the last judgement is
 * returned. A lost connection is taken up again.
 *
 * @throws {ApiError} where the objects may not be listed or watched
 */
export async function observe(connection: Connection, wait: Wait): Promise<[Verdict, Objects]> {
  const stop = new AbortController();
  const end = (): void => stop.abort();
  const deadline = setTimeout(end, wait.timeoutMs);
  wait.signal.addEventListener("abort", end, { once: true });
  const stores = new Map<string, Map<string, Values>>();
  let verdict: Verdict = { state: "waiting", reasons: [] };
  let settled: NodeJS.Timeout | undefined;
  const objects = (): Objects =>
    Object.fromEntries([...stores].map(([name, store]) => [name, [...store.values()]]));
  const changed = (): void => {
    if (stores.size < Object.keys(wait.observed).length) return;
    const before = verdict.reasons.join("\n");
    verdict = wait.judge(objects());
    clearTimeout(settled);
    if (verdict.state !== "waiting") end();
    else if (verdict.readyAfterMs !== undefined) {
      settled = setTimeout(() => {
        verdict = { state: "ready", reasons: [] };
        end();
      }, verdict.readyAfterMs);
    }
    if (verdict.reasons.join("\n") !== before) wait.report?.(verdict.reasons);
  };
  const followed = Object.entries(wait.observed).map(([name, observed]) =>
    follow(connection, observed, stop.signal, (store) => {
      stores.set(name, store);
      changed();
    }),
  );
  try {
    await Promise.all(followed);
  } finally {
    end();
    clearTimeout(deadline);
    clearTimeout(settled);
    wait.signal.removeEventListener("abort", end);
    await Promise.allSettled(followed);
  }
  return [verdict, objects()];
}

/** Looks once: what would be good enough after a while is so at once. */
export async function look(
  connection: Connection,
  { observed, judge }: Pick<Wait, "observed" | "judge">,
): Promise<Verdict> {
  const listed = Object.entries(observed).map(async ([name, { path, query }]) => [
    name,
    objectsAt(await connection.ask(path, { query }), "items"),
  ]);
  const verdict = judge(Object.fromEntries(await Promise.all(listed)) as Objects);
  return verdict.readyAfterMs === undefined ? verdict : { state: "ready", reasons: [] };
}

async function follow(
  connection: Connection,
  { path, query }: Observed,
  signal: AbortSignal,
  update: (store: Map<string, Values>) => void,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const list = await connection.ask(path, { query, signal });
      const store = new Map(objectsAt(list, "items").map((item) => [idOf(item), item]));
      update(store);
      const resourceVersion = textAt(list, "metadata", "resourceVersion");
      for await (const event of connection.watch(path, {
        query: { ...query, resourceVersion },
        signal,
      })) {
        // The history has been cut off meanwhile: list again.
        if (event.type === "ERROR") break;
        if (record(store, event)) update(store);
      }
    } catch (error) {
      if (signal.aborted) return;
      const isPassing = error instanceof Unreachable || !(error instanceof ApiError);
      if (!isPassing && error.code !== 410 && error.code < 500) throw error;
      await delay(reconnectAfterMs, undefined, { signal }).catch(() => undefined);
    }
  }
}

function record(store: Map<string, Values>, event: Values): boolean {
  const object = at(event, "object") as Values | undefined;
  if (object === undefined || event.type === "BOOKMARK") return false;
  if (event.type === "DELETED") store.delete(idOf(object));
  else store.set(idOf(object), object);
  return true;
}
