import { isObject, type Value, type Values } from "../values";
import type { Connection } from "./connection";
import { at, idOf, numberAt, objectsAt, textAt } from "./objects";

/** The condition of that type, undefined where the object has none. */
export function condition(object: Values, type: string): Values | undefined {
  return objectsAt(object, "status", "conditions").find((item) => item.type === type);
}

/** Whether the condition of that type is true. */
export function isTrue(object: Values, type: string): boolean {
  return condition(object, type)?.status === "True";
}

/** A label selector of a workload in the form that the API server's query takes; "" selects everything. */
export function labelQuery(selector: Value | undefined): string {
  const labels = at(selector, "matchLabels");
  const equal = Object.entries(isObject(labels) ? labels : {}).map(
    ([key, value]) => `${key}=${String(value)}`,
  );
  const others = objectsAt(selector, "matchExpressions").map((expression) => {
    const key = textAt(expression, "key");
    const { values } = expression;
    const list = `(${Array.isArray(values) ? values.map(String).join(",") : ""})`;
    switch (expression.operator) {
      case "In":
        return `${key} in ${list}`;
      case "NotIn":
        return `${key} notin ${list}`;
      case "DoesNotExist":
        return `!${key}`;
      default:
        return key;
    }
  });
  return [...equal, ...others].join(",");
}

/** Whether a Pod serves, or has done its work. */
export function isPodReady(pod: Values): boolean {
  return isTrue(pod, "Ready") || textAt(pod, "status", "phase") === "Succeeded";
}

/** What keeps Pods from being ready, in a sentence for each reason; Pods that are going away do not count. */
export function podReasons(pods: readonly Values[]): string[] {
  const reasons = pods
    .filter((pod) => !isPodReady(pod) && textAt(pod, "metadata", "deletionTimestamp") === "")
    .flatMap((pod) => reasonsOf(pod).map((reason) => `Pod ${idOf(pod)}: ${reason}`));
  return [...new Set(reasons)];
}

function reasonsOf(pod: Values): string[] {
  const scheduled = condition(pod, "PodScheduled");
  if (scheduled !== undefined && scheduled.status !== "True") {
    return [`it cannot be scheduled: ${textAt(scheduled, "message")}`];
  }
  const statuses = [
    ...objectsAt(pod, "status", "initContainerStatuses"),
    ...objectsAt(pod, "status", "containerStatuses"),
  ];
  const found = statuses.flatMap(containerReasons);
  if (found.length > 0) return found;
  const message = textAt(pod, "status", "message") || textAt(condition(pod, "Ready"), "message");
  return message === "" ? [] : [message];
}

function containerReasons(status: Values): string[] {
  if (status.ready === true || status.started === true) return [];
  const name = `the container "${textAt(status, "name")}"`;
  const waiting = at(status, "state", "waiting");
  const reason = textAt(waiting, "reason");
  const message = textAt(waiting, "message");
  const ended = at(status, "state", "terminated") ?? at(status, "lastState", "terminated");
  const code = numberAt(ended, "exitCode");
  const last =
    code === undefined || (code === 0 && reason === "")
      ? []
      : [
          `${name} ended with exit code ${code}${detail(textAt(ended, "reason"))}` +
            (textAt(ended, "message") && `: ${textAt(ended, "message").trim()}`),
        ];
  // These two say that all is still well.
  if (["", "ContainerCreating", "PodInitializing"].includes(reason)) return last;
  return [`${name} waits${detail(reason)}${message && `: ${message}`}`, ...last];
}

function detail(reason: string): string {
  return reason && reason !== "Error" ? ` (${reason})` : "";
}

/** The latest warning of each kind about Pods, such as a probe that fails or a volume that cannot be mounted. */
export async function podWarnings(
  connection: Connection,
  namespace: string,
  pods: readonly Values[],
): Promise<string[]> {
  const unready = new Set(pods.filter((pod) => !isPodReady(pod)).map((pod) => podName(pod)));
  if (unready.size === 0) return [];
  const events = await connection
    .ask(`/api/v1/namespaces/${encodeURIComponent(namespace)}/events`, {
      query: { fieldSelector: "type=Warning,involvedObject.kind=Pod" },
    })
    // Who may not read events still gets the other reasons.
    .catch(() => ({}) as Values);
  const latest = new Map<string, string>();
  for (const event of objectsAt(events, "items")) {
    const name = textAt(event, "involvedObject", "name");
    const reason = textAt(event, "reason");
    // What the containers' own state says already, and better.
    if (!unready.has(name) || ["Failed", "BackOff", "FailedScheduling"].includes(reason)) continue;
    latest.set(`${name} ${reason}`, `Pod ${namespace}/${name}: ${textAt(event, "message").trim()}`);
  }
  return [...latest.values()];
}

function podName(pod: Values): string {
  return textAt(pod, "metadata", "name");
}
