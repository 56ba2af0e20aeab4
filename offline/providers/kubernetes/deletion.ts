import type { Values } from "../values";
import { annotation, at, textAt, title } from "./objects";
import { observe } from "./observation";
import type { Operation } from "./operation";
import { because, itself, NotReady, timeoutOf } from "./waiting";

/** Deletes an object, or gives up what a patch set, and waits until it is gone. @throws {NotReady | ApiError} */
export async function deleteObject(
  inputs: Values,
  noted: Values,
  operation: Operation,
): Promise<void> {
  const { cluster, fieldManager, isPatch } = operation;
  if (isPatch) {
    const live = await cluster.find(noted);
    if (live !== undefined) await cluster.relinquish(live, fieldManager);
    return;
  }
  const policy = annotation(inputs, "pulumi.com/deletionPropagationPolicy").toLowerCase();
  const propagation = { orphan: "Orphan", background: "Background" }[policy] ?? "Foreground";
  if (!(await cluster.delete(noted, propagation))) return;
  if (annotation(inputs, "pulumi.com/skipAwait") !== "true") await untilGone(noted, operation);
}

/** Waits until an object that is being deleted is gone. @throws {NotReady} */
export async function untilGone(object: Values, operation: Operation): Promise<void> {
  const { cluster, signal } = operation;
  const uid = textAt(object, "metadata", "uid");
  const remaining = (items: Values[]): Values | undefined =>
    items.find((item) => uid === "" || textAt(item, "metadata", "uid") === uid);
  const [verdict, { self = [] }] = await observe(cluster.connection, {
    observed: { self: await itself(object, cluster) },
    judge: ({ self: items = [] }) => {
      const rest = remaining(items);
      return rest === undefined
        ? { state: "ready", reasons: [] }
        : { state: "waiting", reasons: obstacles(rest) };
    },
    timeoutMs: timeoutOf(object, operation) * 1000,
    signal,
    report: (reasons) => operation.report(reasons.join("; ")),
  });
  if (verdict.state !== "ready") {
    throw new NotReady(
      remaining(self) ?? object,
      `${title(object)} is being deleted, but is not gone${because(verdict, signal)}`,
    );
  }
}

function obstacles(object: Values): string[] {
  const finalizers = at(object, "metadata", "finalizers");
  return (Array.isArray(finalizers) ? finalizers.map(String) : []).map((finalizer) =>
    finalizer === "foregroundDeletion"
      ? "what it owns is being deleted first"
      : `it waits for its finalizer ${finalizer}`,
  );
}
