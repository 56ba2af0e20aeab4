import type { KubernetesDescription } from "../settings";
import * as pulumi from "@pulumi/pulumi";
import { RunError } from "@pulumi/pulumi/errors";
import { setTimeout as delay } from "node:timers/promises";
import type { Users } from "../../distribution/users";

import { settled } from "../../core/settled";
import { versionFault } from "../../distribution/program-version";
import { Api } from "../cluster/api";
import { findCluster, isReadable } from "../cluster/kubeconfig";
import type { Contents } from "../secrets";
import {
  asksForLeast,
  faultIn,
  hasNewImage,
  isAsDescribed,
  isReady,
  noRoomIn,
  trialPod,
  trialSecret,
  versionContainer,
  type FoundPod,
  type Running,
  type Template,
  type Trial,
} from "./pod";
import { podTemplate, startDigest, type WorkloadInputs } from "../workload";

/** How long a pod may take to be ready when it is tried, in ms: its image is pulled first, and its startup probe allows 120 s. */
const readyMs = 300_000;
/** How long it may wait for a node, in ms: one may be on its way. */
const scheduledMs = 60_000;
const lookAgainMs = 500;

/** A Deployment that is about to change. */
export interface TrialInputs extends Omit<WorkloadInputs, "digest"> {
  /** The users of the registry; undefined with a token server. */
  users: Pick<Users, "files"> | undefined;
}

/**
 * Hands settings on once a pod has started with them: where pods serve that another image, other settings or another template are to
 * replace, one of the new ones runs beside them first, with scratch space in place of the claim and labels that no Service selects.
 * Kubernetes ends the pod of a one-writer volume before its successor starts, and whichever the strategy, a pod that restarts reads
 * the Secret as it is then. Nothing is tried where no pod serves, which leaves nothing to lose, and where nothing changes.
 *
 * What is handed on fails with a RunError that tells why the pod does not start.
 */
export function tried(
  contents: Contents,
  inputs: TrialInputs,
  args: KubernetesDescription,
): Contents {
  if (args.stands !== true || pulumi.runtime.isDryRun()) return contents;
  const { certificate, hasUsers, objectName } = inputs;
  const digest = startDigest(contents, certificate, args);
  // Awaited apart from the settings, which would else depend on all of it in the state.
  const others = settled(
    pulumi.all([
      pulumi.output(podTemplate({ ...inputs, digest }, args)),
      certificate?.contents ?? {},
      hasUsers ? (inputs.users?.files ?? {}) : {},
      args.stackId,
    ]),
  );
  const passed = pulumi.output(contents).apply(async (settings) => {
    const [template, tls, users, stackId] = await others;
    const files = { settings, tls, users };
    await tryBeside(
      { objectName, template: template as unknown as Template, files, stackId },
      args,
    );
    return settings;
  });
  return Object.fromEntries(
    Object.keys(contents).map((file) => [file, passed.apply((files) => files[file] ?? "")]),
  );
}

/** @throws RunError where a pod is to be tried and does not start */
async function tryBeside(trial: Trial, args: KubernetesDescription): Promise<void> {
  const { namespace } = args.kubernetes;
  let api: Api | undefined;
  try {
    const access = findCluster();
    if (!isReadable(access)) return untried(trial, "the cluster can be asked only by the provider");
    api = await Api.connect(access);
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${trial.objectName}`;
    const { body, status } = await api.get<Running>(path);
    if (status !== 200 || (body.status?.readyReplicas ?? 0) === 0) return;
    if (isAsDescribed(trial.template, body.spec.template)) return;
    await runBeside(api, trial, body, args);
  } finally {
    api?.close();
  }
}

async function runBeside(
  api: Api,
  trial: Trial,
  running: Running,
  args: KubernetesDescription,
): Promise<void> {
  const core = `/api/v1/namespaces/${args.kubernetes.namespace}`;
  const pod = trialPod(trial, running, args);
  const secret = trialSecret(trial, running, args);
  const made = { pod: `${core}/pods/${pod.metadata.name}` };
  const paths = [made.pod, `${core}/secrets/${secret.metadata.name}`];
  // What an `up` that was killed left of its trial.
  await remove(api, paths);
  try {
    for (const [kind, object] of [
      ["secrets", secret],
      ["pods", pod],
    ] as const) {
      const { body, status } = await api.create(`${core}/${kind}`, object);
      // A quota, or an account that may make Deployments and no pods, is not a fault of the image or the settings.
      if (status === 403) return untried(trial, body.message ?? "forbidden");
      if (status >= 300) throw refused(trial, body.message ?? `HTTP ${status}`, args);
    }
    const outcome = await outcomeOf(api, made.pod, core, asksForLeast(pod));
    const version = hasNewImage(trial, running) ? await saidVersion(api, made.pod) : "";
    const unfit = versionFault(version);
    if (unfit !== undefined) throw refused(trial, unfit, args);
    if (outcome.noRoom !== undefined) return untried(trial, outcome.noRoom);
    if (outcome.fault !== undefined) throw refused(trial, outcome.fault, args);
  } finally {
    await remove(api, paths);
  }
}

/** Deletes what is there of some objects, and waits until it is gone. */
async function remove(api: Api, paths: string[]): Promise<void> {
  for (const path of paths) {
    while ((await api.remove(path)).status === 200) await delay(lookAgainMs);
  }
}

/**
 * How a pod turned out: ready, not to start, or without room on any node while the other one runs.
 * @param roomComes whether the one that runs gives its room back before the new one starts
 */
async function outcomeOf(
  api: Api,
  path: string,
  core: string,
  roomComes: boolean,
): Promise<{ fault?: string; noRoom?: string }> {
  const began = Date.now();
  for (;;) {
    const { body: pod, status } = await api.get<FoundPod>(path);
    if (status !== 200) return { fault: "It was deleted before it was ready." };
    if (isReady(pod)) return {};
    const waited = Date.now() - began;
    const { fault, unschedulable } = faultIn(pod);
    if (fault !== undefined) return { fault: await explained(api, fault, pod, core) };
    if (unschedulable !== undefined && waited > scheduledMs) {
      return roomComes && noRoomIn(pod) ? { noRoom: unschedulable } : { fault: unschedulable };
    }
    if (waited > readyMs) {
      const late = `It was not ready after ${readyMs / 1000} seconds.`;
      return { fault: await explained(api, late, pod, core) };
    }
    await delay(lookAgainMs);
  }
}

/** A fault with the last warning that the cluster noted of the pod: a probe that failed, a volume that is not there. */
async function explained(api: Api, fault: string, pod: FoundPod, core: string): Promise<string> {
  const selector = encodeURIComponent(`involvedObject.uid=${pod.metadata.uid},type=Warning`);
  const { body, status } = await api.get<{ items?: { message?: string }[] }>(
    `${core}/events?fieldSelector=${selector}`,
  );
  const last = status === 200 ? body.items?.at(-1)?.message?.trim() : undefined;
  return last === undefined || fault.includes(last) ? fault : `${fault}\n${last}`;
}

/** What the program of the image says of its version; empty where it did not run, and where this user may not read logs. */
async function saidVersion(api: Api, pod: string): Promise<string> {
  const { body, status } = await api.get(`${pod}/log?container=${versionContainer}`);
  return status === 200 ? (body.message ?? "") : "";
}

function refused(
  { objectName }: Trial,
  fault: string,
  { kubernetes }: KubernetesDescription,
): RunError {
  return new RunError(
    `The pod of Deployment ${objectName} in namespace ${kubernetes.namespace} does not start with this image and these settings, so the running one was left as it is and goes on serving. ${fault}`,
  );
}

function untried({ objectName }: Trial, why: string): void {
  void pulumi.log.warn(
    `The new pod of Deployment ${objectName} was not tried beside the running one: ${why}`,
  );
}
