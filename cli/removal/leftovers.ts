import * as pulumi from "@pulumi/pulumi";
import { stackTag } from "../../components/aws/names";
import type { DockerHost } from "../../components/docker/host";
import { stackIdLabel, stackLabel as dockerLabel } from "../../components/docker/labels";
import { Api } from "../../components/kubernetes/cluster/api";
import { findCluster } from "../../components/kubernetes/cluster/kubeconfig";
import {
  stackIdLabel as clusterIdLabel,
  stackLabel as clusterLabel,
} from "../../components/kubernetes/labels";
import { stackLabelValue } from "../../components/core/stack-names";
import { connectDocker } from "../../offline/docker/docker-host";
import type { StackFile } from "../stack/stack-file";
import { dockerHostIn, stackIdIn, targetIn, type State } from "../stack/state";

/** What is left on a platform under a stack's label after the stack was removed, and the command that lists it. */
export interface Leftovers {
  /** Names, as `container wharf-dev-registry`; undefined where the platform could not be asked. */
  found: string[] | undefined;
  /** Command by which a person sees the same. */
  lists: string;
}

/** A platform's command that lists what carries the stack's label. */
const listings: Record<string, (stack: string, namespace: string, id?: string) => string> = {
  docker: (stack, _, id) =>
    `docker ps --all --filter label=${id === undefined ? `${dockerLabel}=${stack}` : `${stackIdLabel}=${id}`}`,
  kubernetes: (stack, namespace, id) =>
    `kubectl get all,pvc,secret --namespace ${namespace} --selector ${id === undefined ? `${clusterLabel}=${stackLabelValue(stack)}` : `${clusterIdLabel}=${id}`}`,
  aws: (stack) =>
    `aws resourcegroupstaggingapi get-resources --tag-filters Key=${stackTag},Values=${stack}`,
  gcp: (stack) => `gcloud artifacts repositories list --filter labels.wharf-stack=${stack}`,
  azure: (stack) => `az resource list --tag stack=${stack}`,
};

/**
 * Looks for what carries a stack's label after its removal: on its Docker engine, and in its namespace of the cluster.
 * A cloud is not asked, since its own index of tags lags behind; the command is for the person.
 * @param state the state as it was before the removal
 */
export async function leftovers(
  stack: string,
  state: State,
  file: StackFile,
): Promise<Leftovers | undefined> {
  const target = targetIn(state);
  if (target === undefined) return undefined;
  const namespace = namespaceIn(state);
  const id = stackIdIn(state);
  const lists = listings[target]?.(stack, namespace, id) ?? "";
  try {
    if (target === "docker")
      return { found: await onDocker(stack, id, dockerHostIn(state)), lists };
    if (target === "kubernetes")
      return { found: claimed(await onCluster(stack, id, namespace, file), state), lists };
  } catch {
    // A platform that does not answer now answered the engine a moment ago; the person is given the command.
  }
  return { found: undefined, lists };
}

/** What carries the stack's name and its id; objects of a state without one have none. */
async function onDocker(
  stack: string,
  id: string | undefined,
  host: Partial<DockerHost>,
): Promise<string[]> {
  const docker = connectDocker(host);
  const own = <Listed extends { Labels?: Record<string, string> | null }>(listed: Listed[]) =>
    listed.filter(({ Labels }) => Labels?.[stackIdLabel] === id);
  const filters = { label: [`${dockerLabel}=${stack}`] };
  const [containers, networks, volumes] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
    docker.listVolumes({ filters }),
  ]);
  return [
    ...own(containers).map(({ Names }) => `container ${Names[0]?.slice(1) ?? ""}`),
    ...own(networks).map(({ Name }) => `network ${Name}`),
    // Docker answers null where there is none.
    ...own(volumes.Volumes ?? []).map(({ Name }) => `volume ${Name}`),
  ].sort();
}

/** Kinds that a registry is made of, by the path of their list in a namespace. */
const kinds = {
  pod: "api/v1/namespaces/*/pods",
  service: "api/v1/namespaces/*/services",
  secret: "api/v1/namespaces/*/secrets",
  configmap: "api/v1/namespaces/*/configmaps",
  persistentvolumeclaim: "api/v1/namespaces/*/persistentvolumeclaims",
  deployment: "apis/apps/v1/namespaces/*/deployments",
  daemonset: "apis/apps/v1/namespaces/*/daemonsets",
  job: "apis/batch/v1/namespaces/*/jobs",
  ingress: "apis/networking.k8s.io/v1/namespaces/*/ingresses",
  networkpolicy: "apis/networking.k8s.io/v1/namespaces/*/networkpolicies",
};

async function onCluster(
  stack: string,
  id: string | undefined,
  namespace: string,
  file: StackFile,
): Promise<string[]> {
  for (const key of ["kubernetes:kubeconfig", "kubernetes:context"]) {
    const value = file.config.value(key);
    if (typeof value === "string") pulumi.runtime.setConfig(key, value);
    // Another cluster, the user's own, is not to be asked in place of one that only the engine can open.
    else if (value !== undefined) throw new Error(`${key} is encrypted`);
  }
  const api = await Api.connect(findCluster());
  try {
    // With its namespace everything in it is deleted, which may be all that this user may ask.
    if ((await api.get(`/api/v1/namespaces/${namespace}`)).status === 404) return [];
    const selector = encodeURIComponent(
      `${clusterLabel}=${stackLabelValue(stack)},app.kubernetes.io/name=wharf`,
    );
    const lists = await Promise.all(
      Object.entries(kinds).map(async ([kind, path]) => {
        const { body, status } = await api.get<{ items?: { metadata: Metadata }[] }>(
          `/${path.replace("*", namespace)}?labelSelector=${selector}`,
        );
        // 404: the cluster has no such kind. Anything but the list leaves open what is there.
        if (status !== 200 && status !== 404) throw new Error(`${path} answered ${status}`);
        // What is being deleted already, or belongs to what was deleted, as a job's pods do, is deleted by itself.
        return (body.items ?? [])
          .filter(({ metadata }) => !metadata.deletionTimestamp && !metadata.ownerReferences)
          .filter(({ metadata }) => [undefined, id].includes(metadata.labels?.[clusterIdLabel]))
          .map(({ metadata }) => `${kind} ${metadata.name}`);
      }),
    );
    return lists.flat().sort();
  } finally {
    api.close();
  }
}

/** Without the claims that the stack only used: one that an earlier stack of the name kept bears its label, and is the user's. */
function claimed(found: string[], { resources }: State): string[] {
  const own = resources.filter(
    ({ type, external }) => type === "kubernetes:core/v1:PersistentVolumeClaim" && !external,
  );
  return found.filter((one) => {
    const [kind, name = ""] = one.split(" ");
    return kind !== "persistentvolumeclaim" || own.some(({ id }) => id?.endsWith(`/${name}`));
  });
}

interface Metadata {
  name: string;
  labels?: Record<string, string>;
  deletionTimestamp?: string;
  ownerReferences?: unknown[];
}

/** Namespace of the registry's objects. */
function namespaceIn({ resources }: State): string {
  const claimed = resources.find(({ type }) => type === "kubernetes:core/v1:Service");
  const { namespace } = (claimed?.inputs?.metadata ?? {}) as { namespace?: string };
  return namespace ?? "registry";
}
