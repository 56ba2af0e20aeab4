import type { Values } from "../values";
import type { Cluster } from "./cluster";
import { annotation, nameOf, textAt, title } from "./objects";
import { look, observe, type Observed, type Verdict } from "./observation";
import type { Operation } from "./operation";
import { podWarnings } from "./pods";
import { readinessOf } from "./readiness";
import { waitForOf } from "./wait-for";

/** How long an object may take to be ready, or to be gone, where nothing else is said, in seconds: the official plugin's. */
const defaultTimeoutSeconds = 600;

/** The object is there, but not ready. */
export class NotReady extends Error {
  constructor(
    readonly live: Values,
    message: string,
  ) {
    super(message);
  }
}

/** Whether the object is ready just now, for a refresh. @throws {NotReady} */
export async function assertReady(live: Values, { cluster }: Operation): Promise<void> {
  const readiness = readinessOf(live);
  if (!readiness?.onRead || waitForOf(live)) return;
  const { state, reasons } = await look(cluster.connection, {
    observed: readiness.related?.(live) ?? {},
    judge: (objects) => readiness.judge(live, objects),
  });
  if (state !== "ready") throw new NotReady(live, `${title(live)} is not ready: ${list(reasons)}`);
}

/** Waits until an object that was just applied is ready, and returns it as it is then. @throws {NotReady} */
export async function untilReady(
  inputs: Values,
  applied: Values,
  operation: Operation,
): Promise<Values> {
  const { cluster, signal } = operation;
  const custom = waitForOf(inputs);
  const readiness = custom ? { judge: custom } : readinessOf(inputs);
  if (readiness === undefined || operation.isPatch) return applied;
  const related = "related" in readiness ? readiness.related?.(applied) : undefined;
  const [verdict, { self = [], pods = [] }] = await observe(cluster.connection, {
    observed: { ...related, self: await itself(applied, cluster) },
    judge: ({ self: found = [], ...others }) => {
      const [live] = found;
      return live === undefined
        ? { state: "failed", reasons: ["somebody deleted it meanwhile"] }
        : readiness.judge(live, others);
    },
    timeoutMs: timeoutOf(inputs, operation) * 1000,
    signal,
    report: (reasons) => operation.report(reasons.join("; ")),
  });
  // The items of a list do not say what they are.
  const { apiVersion = "", kind = "" } = applied;
  const live: Values = { ...(self[0] ?? applied), apiVersion, kind };
  if (verdict.state === "ready") return live;
  const namespace = textAt(live, "metadata", "namespace");
  const warnings = await podWarnings(cluster.connection, namespace, pods);
  const reasons = [...verdict.reasons, ...warnings];
  throw new NotReady(
    live,
    `${title(live)} is in the cluster, but not ready${because({ ...verdict, reasons }, signal)}`,
  );
}

/** Where to observe an object by itself. */
export async function itself(object: Values, cluster: Cluster): Promise<Observed> {
  const query = { fieldSelector: `metadata.name=${nameOf(object)}` };
  return { path: await cluster.discovery.collection(object), query };
}

/** How long the program is ready to wait for the object, in seconds. */
export function timeoutOf(inputs: Values, { timeoutSeconds }: Operation): number {
  const annotated = Number(annotation(inputs, "pulumi.com/timeoutSeconds"));
  return timeoutSeconds || annotated || defaultTimeoutSeconds;
}

/** The end of a sentence about an object that is not as it should be. */
export function because({ state, reasons }: Verdict, signal: AbortSignal): string {
  const when = signal.aborted
    ? " (interrupted)"
    : state === "failed"
      ? ""
      : " in time; wait longer with customTimeouts or the annotation pulumi.com/timeoutSeconds";
  return reasons.length === 0 ? when : `${when}: ${list(reasons)}`;
}

function list(reasons: readonly string[]): string {
  return reasons.length > 1
    ? reasons.map((reason) => `\n  - ${reason}`).join("")
    : reasons.join("");
}
