import { isObject, type Values } from "../values";
import { annotation, at, isEqual, nameOf, namespaceOf, objectsAt, textAt } from "./objects";
import type { Objects, Observed, Verdict } from "./observation";
import { condition, isTrue, labelQuery } from "./pods";
import {
  daemonSet,
  deployment,
  job,
  pod,
  ready,
  replicas,
  statefulSet,
  waiting,
} from "./workloads";

/** When an object of some kind is ready. */
export interface Readiness {
  /** What to look at besides the object. */
  related?: (object: Values) => Record<string, Observed>;
  judge: (object: Values, related: Objects) => Verdict;
  /** A refresh looks, too; for the others it has nothing to say. */
  onRead?: true;
}

/** How long a Service may be without any Pod before it is taken to want none, in milliseconds: the official plugin's. */
const withoutPodsMs = 10_000;

function podsOf(object: Values): Record<string, Observed> {
  const selector = at(object, "spec", "selector");
  const query =
    labelQuery(selector) || labelQuery(isObject(selector) ? { matchLabels: selector } : undefined);
  return {
    pods: {
      path: `/api/v1/namespaces/${encodeURIComponent(namespaceOf(object))}/pods`,
      query: { labelSelector: query },
    },
  };
}

function workload(judge: (object: Values, pods: readonly Values[]) => Verdict): Readiness {
  return {
    related: podsOf,
    judge: (object, { pods = [] }) => judge(object, pods),
    onRead: true,
  };
}

const kinds: Record<string, Readiness> = {
  "apps/v1/Deployment": workload(deployment),
  "apps/v1/StatefulSet": workload(statefulSet),
  "apps/v1/DaemonSet": workload(daemonSet),
  "apps/v1/ReplicaSet": workload(replicas),
  "batch/v1/Job": workload(job),
  "v1/ReplicationController": workload(replicas),
  "v1/Pod": { judge: pod, onRead: true },
  "v1/Service": { related: endpointsOf, judge: service, onRead: true },
  "networking.k8s.io/v1/Ingress": { judge: ingress, onRead: true },
  "v1/PersistentVolumeClaim": { related: storageClass, judge: claim },
  "v1/PersistentVolume": { judge: (volume) => phase(volume, "Available", "Bound") },
  "v1/Namespace": { judge: (namespace) => phase(namespace, "Active") },
  "v1/ResourceQuota": { judge: quota },
  "v1/Secret": { judge: secret },
  "apiextensions.k8s.io/v1/CustomResourceDefinition": { judge: definition },
};

/** When the object is ready; undefined where it is as soon as it is there, or where the program does not want to wait. */
export function readinessOf(object: Values): Readiness | undefined {
  if (annotation(object, "pulumi.com/skipAwait") === "true") return undefined;
  return kinds[`${textAt(object, "apiVersion")}/${textAt(object, "kind")}`];
}

function phase(object: Values, ...wanted: string[]): Verdict {
  const found = textAt(object, "status", "phase");
  return wanted.includes(found) ? ready : waiting(`its phase is ${found || "not known yet"}`);
}

function endpointsOf(object: Values): Record<string, Observed> {
  const namespace = encodeURIComponent(namespaceOf(object));
  return {
    slices: {
      path: `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`,
      query: { labelSelector: `kubernetes.io/service-name=${nameOf(object)}` },
    },
  };
}

function service(object: Values, { slices = [] }: Objects): Verdict {
  const type = textAt(object, "spec", "type");
  const addresses = objectsAt(object, "status", "loadBalancer", "ingress");
  if (type === "LoadBalancer" && addresses.length === 0) {
    return waiting(
      "no load balancer has been given an address: the cluster needs a cloud provider, or something like MetalLB",
    );
  }
  const selector = at(object, "spec", "selector");
  const isForPods = isObject(selector) && Object.keys(selector).length > 0;
  if (type === "ExternalName" || textAt(object, "spec", "clusterIP") === "None" || !isForPods) {
    return ready;
  }
  const endpoints = slices.flatMap((slice) => objectsAt(slice, "endpoints"));
  const unready = endpoints.filter((endpoint) => at(endpoint, "conditions", "ready") === false);
  const labels = Object.entries(selector).map(([key, value]) => `${key}=${String(value)}`);
  if (unready.length > 0) {
    return waiting(`${unready.length} of the ${endpoints.length} Pods behind it are not ready`);
  }
  return endpoints.length > 0
    ? ready
    : {
        ...waiting(`no Pod has the labels that it selects: ${labels.join(", ")}`),
        readyAfterMs: withoutPodsMs,
      };
}

function ingress(object: Values): Verdict {
  if (objectsAt(object, "status", "loadBalancer", "ingress").length > 0) return ready;
  const name = textAt(object, "spec", "ingressClassName");
  const whose = name === "" ? "no ingress controller" : `no controller of the class "${name}"`;
  return waiting(
    `${whose} has given it an address: see that one is there: kubectl get ingressclass`,
  );
}

function storageClass(object: Values): Record<string, Observed> {
  const name = textAt(object, "spec", "storageClassName");
  const query = { fieldSelector: `metadata.name=${name}` };
  return { classes: { path: "/apis/storage.k8s.io/v1/storageclasses", query } };
}

function claim(object: Values, { classes = [] }: Objects): Verdict {
  const found = textAt(object, "status", "phase");
  if (found === "Bound") return ready;
  const name = textAt(object, "spec", "storageClassName");
  const [storage] = classes;
  // Such a claim is bound when the first Pod that uses it is scheduled, and no sooner.
  if (found === "Pending" && textAt(storage, "volumeBindingMode") === "WaitForFirstConsumer") {
    return ready;
  }
  const why =
    name === ""
      ? "it names no storage class and the cluster has no default one"
      : storage === undefined
        ? `there is no storage class "${name}": kubectl get storageclass`
        : `the provisioner ${textAt(storage, "provisioner")} has not made a volume yet`;
  return waiting(`no volume is bound to it: ${why}`);
}

function quota(object: Values): Verdict {
  return isEqual(at(object, "spec", "hard"), at(object, "status", "hard"))
    ? ready
    : waiting("the quota is not in force yet");
}

// The token of a service account is written by a controller.
function secret(object: Values): Verdict {
  const data = at(object, "data");
  return textAt(object, "type") !== "kubernetes.io/service-account-token" || isObject(data)
    ? ready
    : waiting("its token has not been written yet: does the service account exist?");
}

function definition(object: Values): Verdict {
  if (isTrue(object, "Established")) return ready;
  const names = condition(object, "NamesAccepted");
  return waiting(
    names?.status === "False" ? textAt(names, "message") : "it is not established yet",
  );
}
