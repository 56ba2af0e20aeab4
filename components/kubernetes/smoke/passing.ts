import type { KubernetesDescription } from "../settings";
import * as pulumi from "@pulumi/pulumi";
import { RunError } from "@pulumi/pulumi/errors";
import type { input } from "@pulumi/kubernetes/types";
import { setTimeout as delay } from "node:timers/promises";

import { settled } from "../../core/settled";
import { Api } from "../cluster/api";
import { findCluster, isReadable } from "../cluster/kubeconfig";
import { metadata, stackIdLabel, type Component } from "../labels";
import { namesStack, type Identity } from "../preflight/state";
import { encoded, type Contents } from "../secrets";
import { isAsDescribed, type Template } from "../trial/pod";

/** How long the Job's pod may take to start, in ms, before the Secret is deleted anyway: a little less than the Job itself may. */
const startMs = 280_000;
const lookAgainMs = 250;

/** A Secret that exists until the Job of its name has read it. */
interface PassingSecret {
  /** Name of the Secret and of the Job, in the registry's namespace. */
  name: string;
  component: Component;
  contents: Contents;
  /** What stands before the Job is made. */
  after: pulumi.CustomResource[];
  /** Resolves once the Job is there, done: no pod of it is to come then. */
  job: Promise<unknown>;
}

/** What the API says of a Job, as far as it is asked here. */
interface FoundJob {
  metadata: { uid: string };
  spec: { template: Template };
  status?: { conditions?: { type: string; status: string }[] };
}

interface FoundPods {
  items?: {
    metadata: { ownerReferences?: { uid: string }[] };
    status?: { containerStatuses?: { state?: { running?: object; terminated?: object } }[] };
  }[];
}

/** Whether the program itself can ask the cluster: some ways to one only the provider knows. */
export function asksCluster(): boolean {
  try {
    return isReadable(findCluster());
  } catch {
    return false;
  }
}

/**
 * Hands a Job's template on once its Secret is there, if the Job is to run, and deletes the Secret as soon as the Job's container has
 * started: what it has mounted stays with it. The Secret is not a resource of the stack, so that neither `refresh` nor the next `up`
 * misses it. One that was left by a run which was killed is deleted by the next test.
 *
 * What is handed on fails with a RunError where the Secret cannot be made.
 */
export function passing(
  template: input.core.v1.PodTemplateSpec,
  secret: PassingSecret,
  args: KubernetesDescription,
): pulumi.Input<input.core.v1.PodTemplateSpec> {
  if (pulumi.runtime.isDryRun()) return template;
  const object = settled(
    pulumi.output({
      apiVersion: "v1",
      kind: "Secret",
      metadata: metadata(args, secret.name, secret.component),
      type: "Opaque",
      data: encoded(secret.contents),
    }),
  );
  const ready = settled(pulumi.all(secret.after.map(({ id }) => id)));
  return pulumi.output(template).apply(async (known) => {
    await ready;
    const api = await Api.connect(findCluster());
    const { namespace } = args.kubernetes;
    const path = `/apis/batch/v1/namespaces/${namespace}/jobs/${secret.name}`;
    const { body: job, status } = await api.get<FoundJob>(path);
    const found = status === 200 ? job : undefined;
    if (found !== undefined && isDone(found, known as unknown as Template)) {
      api.close();
      return known;
    }
    await make(api, await object, args);
    void removeOnceRead(api, secret, namespace, found?.metadata.uid);
    return known;
  }) as pulumi.Output<input.core.v1.PodTemplateSpec>;
}

/** Whether a Job has proved what a template proves: the provider then leaves it alone. */
function isDone({ spec, status }: FoundJob, template: Template): boolean {
  const complete = status?.conditions?.some(
    (one) => one.type === "Complete" && one.status === "True",
  );
  const { labels } = template.metadata;
  const same = Object.entries(labels).every(
    ([key, value]) => spec.template.metadata.labels[key] === value,
  );
  return complete === true && same && isAsDescribed(template, spec.template);
}

interface Made {
  metadata: { name: string; labels: Record<string, string> };
}

/** @throws RunError where another's Secret has the name, or the cluster takes none */
async function make(api: Api, wanted: Made, args: KubernetesDescription): Promise<void> {
  const { namespace } = args.kubernetes;
  const { labels: own, name } = wanted.metadata;
  const secrets = `/api/v1/namespaces/${namespace}/secrets`;
  const refused = (why: string) =>
    new RunError(`Secret ${name} of namespace ${namespace} cannot be made: ${why}`);
  const { body, status } = await api.get<{ metadata?: Identity }>(`${secrets}/${name}`);
  if (status === 200) {
    const { labels } = body.metadata ?? {};
    const marked = labels?.[stackIdLabel] ?? own[stackIdLabel];
    if (!namesStack(labels, args) || marked !== own[stackIdLabel]) {
      throw refused("it exists already, and does not belong to this stack");
    }
    await api.remove(`${secrets}/${name}`);
  }
  const made = await api.create(secrets, wanted);
  if (made.status >= 300) throw refused(made.body.message ?? `HTTP ${made.status}`);
}

/** @param before uid of the Job that this one takes the place of, whose pods tell nothing */
async function removeOnceRead(
  api: Api,
  { job, name }: PassingSecret,
  namespace: string,
  before: string | undefined,
): Promise<void> {
  const core = `/api/v1/namespaces/${namespace}`;
  const pods = `${core}/pods?labelSelector=${encodeURIComponent(`job-name=${name}`)}`;
  const until = Date.now() + startMs;
  let over = false;
  void job.then(() => (over = true));
  try {
    for (;;) {
      const { body } = await api.get<FoundPods>(pods);
      const read = body.items?.some(
        ({ metadata: { ownerReferences = [] }, status }) =>
          ownerReferences.every(({ uid }) => uid !== before) &&
          status?.containerStatuses?.some(({ state }) => state?.running ?? state?.terminated),
      );
      if (read === true || over || Date.now() > until) break;
      await delay(lookAgainMs);
    }
    await api.remove(`${core}/secrets/${name}`);
  } catch (error) {
    const [why] = (error as Error).message.split("\n");
    await pulumi.log.warn(`Secret ${name} of namespace ${namespace} was not deleted: ${why}`);
  } finally {
    api.close();
  }
}
