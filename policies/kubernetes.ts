import { known } from "./known";
import type { Container, PodSpec } from "./pods";
import type { Resource } from "./rule";

/** Types that run pods. */
export const workloadTypes = [
  /^kubernetes:core\/v1:Pod$/,
  /^kubernetes:apps\/v1:(Deployment|DaemonSet|StatefulSet|ReplicaSet)$/,
  /^kubernetes:batch\/v1:(Job|CronJob)$/,
];

/** Whether a type runs pods. */
export function isWorkload(type: string): boolean {
  return workloadTypes.some((one) => one.test(type));
}

interface Template {
  metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> };
  spec?: PodSpec;
}

/** What a workload's pods are made from. */
function templateOf({ type, props }: Resource): Template {
  if (type.endsWith(":Pod")) return props;
  if (type.endsWith(":CronJob")) return (props.spec?.jobTemplate?.spec?.template ?? {}) as Template;
  return (props.spec?.template ?? {}) as Template;
}

/** The labels of a workload's pods. */
export function podLabelsOf(resource: Resource): Record<string, string> {
  return templateOf(resource).metadata?.labels ?? {};
}

/** The annotations of a workload's pods. */
export function podAnnotationsOf(resource: Resource): Record<string, string> {
  return templateOf(resource).metadata?.annotations ?? {};
}

export function podSpecOf(resource: Resource): PodSpec {
  return templateOf(resource).spec ?? {};
}

/** The containers of a workload that go on running; init containers end. */
export function containersOf(resource: Resource): Container[] {
  return podSpecOf(resource).containers ?? [];
}

/** All containers of a workload. */
export function allContainersOf(resource: Resource): Container[] {
  return [...containersOf(resource), ...(podSpecOf(resource).initContainers ?? [])];
}

/** Whether a workload runs until it is stopped; a job ends by itself. */
export function isLasting(type: string): boolean {
  return !/:(Job|CronJob)$/.test(type);
}

/** Whether an object's selector takes in the pods of a workload in the same namespace; true as long as one of them is not known. */
export function mayCover(resource: Resource, workload: Resource, selector: () => unknown): boolean {
  const covers = known(() => {
    const { matchLabels = {}, matchExpressions = [] } = (selector() ?? {}) as Selector;
    const sameNamespace = resource.props.metadata?.namespace === workload.props.metadata?.namespace;
    const labels = podLabelsOf(workload);
    const same = Object.entries(matchLabels).every(([key, value]) => labels[key] === value);
    return [sameNamespace && same && (matchExpressions.length === 0 || same)];
  });
  return covers[0] ?? true;
}

interface Selector {
  matchLabels?: Record<string, string>;
  matchExpressions?: object[];
}
