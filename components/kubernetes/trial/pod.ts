import type { KubernetesDescription } from "../settings";
import type { input } from "@pulumi/kubernetes/types";
import { askVersion } from "../../distribution/program-version";

import { componentLabel, selectorLabels, stackIdLabel } from "../labels";
import { gibibytesOf } from "../preflight/claim";
import { rollsOver } from "../rules/volume";

const logLines = 5;
/** What a pod asks for at least while it is tried, in MiB and thousandths of a processor. */
const least = { memory: 32, cpu: 10 };

interface Container {
  name: string;
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> };
  [field: string]: unknown;
}

interface Volume {
  name: string;
  secret?: { secretName: string; defaultMode: number };
  persistentVolumeClaim?: object;
  [field: string]: unknown;
}

/** The template of a Deployment's pods, as far as it is looked at here. */
export interface Template {
  metadata: { labels: Record<string, string>; annotations: Record<string, string> };
  spec: { containers: Container[]; volumes: Volume[]; [field: string]: unknown };
}

/** A Deployment as the API has it. */
export interface Running {
  metadata: { uid: string };
  spec: { template: Template };
  status?: { readyReplicas?: number };
}

/** Pods of a Deployment that are about to take the place of others. */
export interface Trial {
  /** Name of the Deployment. */
  objectName: string;
  template: Template;
  /** What is in the Secrets that the pods mount, by the volume and the file. */
  files: Record<string, Record<string, string>>;
  stackId: string | undefined;
}

/** What the API says of a pod, as far as it is asked here. */
export interface FoundPod {
  metadata: { uid: string };
  status?: {
    phase?: string;
    reason?: string;
    message?: string;
    conditions?: { type: string; status: string; reason?: string; message?: string }[];
    initContainerStatuses?: ContainerStatus[];
    containerStatuses?: ContainerStatus[];
  };
}

interface ContainerStatus {
  name: string;
  state?: {
    waiting?: { reason?: string; message?: string };
    terminated?: { exitCode: number; reason?: string; message?: string };
  };
}

/** Name of the container that says which version the program of the image is, before the registry starts. */
export const versionContainer = "version";

/** Fields of a pod's spec that the API sets by no default of its own, so that one which is gone is a change. */
const optional = [
  "imagePullSecrets",
  "nodeSelector",
  "tolerations",
  "priorityClassName",
  "hostAliases",
];

/**
 * Whether the pods of a Deployment are as a template has them, but for their labels, which keep none from starting: the API adds to
 * a template and takes nothing away.
 */
export function isAsDescribed(wanted: Template, found: Template): boolean {
  const removed = optional.some(
    (field) => wanted.spec[field] === undefined && found.spec[field] !== undefined,
  );
  const { annotations } = wanted.metadata;
  return !removed && holds(found, { metadata: { annotations }, spec: wanted.spec });
}

function holds(found: unknown, wanted: unknown): boolean {
  if (wanted === undefined || wanted === null) return true;
  if (typeof wanted !== "object") return found === wanted;
  if (typeof found !== "object" || found === null) return false;
  if (Array.isArray(wanted) && wanted.length !== (found as unknown[]).length) return false;
  return Object.entries(wanted).every(([key, value]) =>
    holds((found as Record<string, unknown>)[key], value),
  );
}

/** What the trial's objects have in common: no Service, policy or Deployment selects them, and they are deleted with the Deployment at the latest. */
function metadataOf(
  { objectName, stackId, template }: Trial,
  running: Running,
  args: KubernetesDescription,
) {
  return {
    name: `${objectName}-trial`,
    namespace: args.kubernetes.namespace,
    labels: {
      ...template.metadata.labels,
      [componentLabel]: "trial",
      ...(stackId !== undefined && { [stackIdLabel]: stackId }),
    },
    ownerReferences: [
      { apiVersion: "apps/v1", kind: "Deployment", name: objectName, uid: running.metadata.uid },
    ],
  };
}

const keyOf = (volume: string, file: string) => `${volume}-${file}`;

/** All that the pod reads from Secrets, in one of its own: those of the stack are not to change before it has started. */
export function trialSecret(trial: Trial, running: Running, args: KubernetesDescription) {
  const files = Object.entries(trial.files).flatMap(([volume, contents]) =>
    Object.entries(contents).map(([file, text]) => [keyOf(volume, file), text]),
  );
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: metadataOf(trial, running, args),
    type: "Opaque",
    stringData: Object.fromEntries(files) as Record<string, string>,
  };
}

/** The pod: as the template has it, near the one that runs, without the images, and ended for good once its process ends. */
export function trialPod(trial: Trial, running: Running, args: KubernetesDescription) {
  const metadata = metadataOf(trial, running, args);
  const {
    spec,
    metadata: { labels },
  } = trial.template;
  const component = labels[componentLabel] as Parameters<typeof selectorLabels>[1];
  const nearby: input.core.v1.PodAffinity = {
    preferredDuringSchedulingIgnoredDuringExecution: [
      {
        weight: 100,
        podAffinityTerm: {
          labelSelector: { matchLabels: selectorLabels(args, component) },
          topologyKey: "kubernetes.io/hostname",
        },
      },
    ],
  };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata,
    spec: {
      ...spec,
      topologySpreadConstraints: undefined,
      affinity: { podAffinity: nearby },
      restartPolicy: "Never",
      ...(hasNewImage(trial, running) && { initContainers: asksVersion(trial) }),
      containers: spec.containers.map((container, index) => ({
        ...container,
        ...(index > 0 && { readinessProbe: undefined }),
        livenessProbe: undefined,
        lifecycle: undefined,
        // The end of what a container said that ended is what its status says.
        terminationMessagePolicy: "FallbackToLogsOnError",
        resources: {
          ...container.resources,
          requests: requestsOf(container, running, args),
        },
      })),
      volumes: spec.volumes.map((volume) => trialVolume(volume, trial, metadata.name)),
    },
  };
}

/** Whether the registry itself is to run another image than the one that runs. */
export function hasNewImage({ template }: Trial, running: Running): boolean {
  return template.spec.containers[0]?.image !== running.spec.template.spec.containers[0]?.image;
}

/** The container that only says its version: an older program would start with most of the settings, and ignore the rest. */
function asksVersion({ template }: Trial) {
  const { cpu, memory } = least;
  return template.spec.containers
    .slice(0, 1)
    .map(({ image, imagePullPolicy, resources, securityContext }) => ({
      name: versionContainer,
      ...{ image, imagePullPolicy, securityContext },
      command: [askVersion.entrypoint, askVersion.argument],
      terminationMessagePolicy: "FallbackToLogsOnError",
      resources: { ...resources, requests: { memory: `${memory}Mi`, cpu: `${cpu}m` } },
    }));
}

function trialVolume(volume: Volume, { files }: Trial, secretName: string): Volume {
  const { name } = volume;
  if (volume.persistentVolumeClaim !== undefined) return { name, emptyDir: {} };
  const contents = files[name];
  if (volume.secret === undefined || contents === undefined) return volume;
  const items = Object.keys(contents).map((file) => ({ key: keyOf(name, file), path: file }));
  return { name, secret: { ...volume.secret, secretName, items } as Volume["secret"] };
}

/**
 * What the scheduler sets aside. Where the one that runs ends first, its share is free then, so that no more is asked for than comes
 * on top of that.
 */
function requestsOf({ name, resources }: Container, running: Running, args: KubernetesDescription) {
  const wanted = resources?.requests ?? {};
  if (rollsOver(args)) return wanted;
  const had =
    running.spec.template.spec.containers.find((one) => one.name === name)?.resources?.requests ??
    {};
  const mebibytes = mebibytesOf(wanted.memory) - mebibytesOf(had.memory);
  const cpu = millicpusOf(wanted.cpu) - millicpusOf(had.cpu);
  return {
    memory: `${Math.max(Math.min(least.memory, mebibytesOf(wanted.memory)), mebibytes)}Mi`,
    cpu: `${Math.max(Math.min(least.cpu, millicpusOf(wanted.cpu)), cpu)}m`,
  };
}

/** Whether a pod that is tried asks for no more than any, since the one that runs ends first and had as much. */
export function asksForLeast({ spec }: ReturnType<typeof trialPod>): boolean {
  return spec.containers.every(
    ({ resources: { requests } }) =>
      mebibytesOf(requests.memory) <= least.memory && millicpusOf(requests.cpu) <= least.cpu,
  );
}

function mebibytesOf(quantity: string | undefined): number {
  return Math.round((gibibytesOf(quantity) ?? 0) * 1024);
}

function millicpusOf(quantity = "0"): number {
  return quantity.endsWith("m") ? Number.parseInt(quantity, 10) : Number(quantity) * 1000;
}

/** Whether a pod serves. */
export function isReady({ status }: FoundPod): boolean {
  return status?.conditions?.some((one) => one.type === "Ready" && one.status === "True") === true;
}

/** Why a container is kept waiting for good; other reasons pass. */
const lasting =
  /^(ErrImage\w+|ImagePullBackOff|InvalidImageName|ImageInspectError|CreateContainer\w*Error|RunContainerError|CrashLoopBackOff)$/;

/** Why a pod will not start, if that is certain; and why no node takes it, which may pass. */
export function faultIn({ status = {} }: FoundPod): { fault?: string; unschedulable?: string } {
  const { initContainerStatuses = [], containerStatuses = [] } = status;
  for (const { name, state } of [...initContainerStatuses, ...containerStatuses]) {
    const { terminated, waiting } = state ?? {};
    // The registry itself never ends by itself; what comes before it does.
    if (name === versionContainer && terminated?.exitCode === 0) continue;
    if (terminated !== undefined) {
      const log = (terminated.message ?? "").trim().split("\n").slice(-logLines).join("\n");
      const end = `Its container ${name} ended with exit code ${terminated.exitCode}${terminated.reason === undefined ? "" : ` (${terminated.reason})`}.`;
      return { fault: log === "" ? end : `${end} Its log ends:\n${log}` };
    }
    if (waiting?.reason !== undefined && lasting.test(waiting.reason)) {
      return { fault: [waiting.reason, waiting.message].filter(Boolean).join(": ") };
    }
  }
  if (status.phase === "Failed") {
    return { fault: [status.reason, status.message].filter(Boolean).join(": ") || "It failed." };
  }
  const scheduled = status.conditions?.find(({ type }) => type === "PodScheduled");
  return scheduled?.status === "False"
    ? { unschedulable: `No node takes it: ${scheduled.message ?? scheduled.reason}` }
    : {};
}

/** Whether a pod waits only for room, which the one that runs gives back. */
export function noRoomIn({ status }: FoundPod): boolean {
  const message = status?.conditions?.find(({ type }) => type === "PodScheduled")?.message ?? "";
  return /Insufficient|Too many pods/.test(message);
}
