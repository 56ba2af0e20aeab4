import type { Values } from "../values";
import { at, numberAt, textAt } from "./objects";
import type { Verdict } from "./observation";
import { condition, isPodReady, isTrue, podReasons } from "./pods";

/** Ready. */
export const ready: Verdict = { state: "ready", reasons: [] };

/** Not ready yet, for these reasons. */
export function waiting(...reasons: string[]): Verdict {
  return { state: "waiting", reasons };
}

/** Whether the controller has seen the object as it is now. */
function isObserved(object: Values): boolean {
  const generation = numberAt(object, "metadata", "generation") ?? 0;
  return (numberAt(object, "status", "observedGeneration") ?? 0) >= generation;
}

function count(object: Values, name: string): number {
  return numberAt(object, "status", name) ?? 0;
}

/** A Deployment is ready when it is rolled out: every replica is of the newest kind and available, none older is left. */
export function deployment(object: Values, pods: readonly Values[]): Verdict {
  if (!isObserved(object)) return waiting();
  const wanted = numberAt(object, "spec", "replicas") ?? 1;
  const [updated, all, available] = ["updatedReplicas", "replicas", "availableReplicas"].map(
    (name) => count(object, name),
  ) as [number, number, number];
  if (updated >= wanted && all <= updated && available >= updated) return ready;
  const progressing = condition(object, "Progressing");
  const refused = condition(object, "ReplicaFailure");
  const reasons = [
    `${available} of ${wanted} replicas are available, ${updated} of them are up to date`,
    ...(refused?.status === "True" ? [textAt(refused, "message")] : []),
    ...podReasons(pods),
  ];
  return progressing?.reason === "ProgressDeadlineExceeded"
    ? { state: "failed", reasons: [textAt(progressing, "message"), ...reasons] }
    : waiting(...reasons);
}

/** A StatefulSet is ready when every replica is, and is of the newest kind where the strategy rolls them. */
export function statefulSet(object: Values, pods: readonly Values[]): Verdict {
  if (!isObserved(object)) return waiting();
  const wanted = numberAt(object, "spec", "replicas") ?? 1;
  const strategy = at(object, "spec", "updateStrategy");
  const partition = numberAt(strategy, "rollingUpdate", "partition") ?? 0;
  const toUpdate = textAt(strategy, "type") === "OnDelete" ? 0 : Math.max(0, wanted - partition);
  const isNewest =
    textAt(object, "status", "currentRevision") === textAt(object, "status", "updateRevision");
  const updated = isNewest ? wanted : count(object, "updatedReplicas");
  const available = Math.min(count(object, "readyReplicas"), count(object, "availableReplicas"));
  if (available >= wanted && count(object, "replicas") === wanted && updated >= toUpdate) {
    return ready;
  }
  return waiting(
    `${available} of ${wanted} replicas are ready, ${Math.min(updated, wanted)} are up to date`,
    ...podReasons(pods),
  );
}

/** A DaemonSet is ready when each node that should has an available Pod of the newest kind. */
export function daemonSet(object: Values, pods: readonly Values[]): Verdict {
  if (!isObserved(object)) return waiting();
  const wanted = count(object, "desiredNumberScheduled");
  const available = count(object, "numberAvailable");
  const onDelete = textAt(object, "spec", "updateStrategy", "type") === "OnDelete";
  const updated = onDelete ? wanted : count(object, "updatedNumberScheduled");
  if (available >= wanted && updated >= wanted) return ready;
  return waiting(
    `${available} of ${wanted} nodes have an available Pod, ${updated} an up-to-date one`,
    ...podReasons(pods),
  );
}

/** A Job is ready when it is complete; a suspended one has nothing to do. */
export function job(object: Values, pods: readonly Values[]): Verdict {
  if (isTrue(object, "Complete") || at(object, "spec", "suspend") === true) return ready;
  const failed = condition(object, "Failed");
  if (failed?.status === "True") {
    return { state: "failed", reasons: [textAt(failed, "message"), ...podReasons(pods)] };
  }
  return waiting(
    `${count(object, "succeeded")} Pods succeeded, ${count(object, "failed")} failed`,
    ...podReasons(pods),
  );
}

/** A Pod is ready when its containers are, or have succeeded. */
export function pod(object: Values): Verdict {
  if (isPodReady(object)) return ready;
  const reasons = podReasons([object]);
  return textAt(object, "status", "phase") === "Failed"
    ? { state: "failed", reasons }
    : waiting(...reasons);
}

/** A ReplicaSet or ReplicationController is ready when every replica is available. */
export function replicas(object: Values, pods: readonly Values[]): Verdict {
  const wanted = numberAt(object, "spec", "replicas") ?? 1;
  const available = count(object, "availableReplicas");
  return isObserved(object) && available >= wanted
    ? ready
    : waiting(`${available} of ${wanted} replicas are available`, ...podReasons(pods));
}
