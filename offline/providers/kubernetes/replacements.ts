import { isObject, type Value, type Values } from "../values";
import type { Settings } from "./settings";
import { at, textAt } from "./objects";

/** A step into an object: the name of a field or the index of an item. */
export type Step = string | number;

const selector = ["spec.selector"];

// Which fields of a kind, by group, Kubernetes does not let anybody change, so that a change replaces the object:
// the table of the official plugin, provider/pkg/provider/diff.go of pulumi/pulumi-kubernetes.
const replacing: Record<string, Record<string, readonly string[]>> = {
  apps: {
    DaemonSet: selector,
    Deployment: selector,
    StatefulSet: [
      "spec.podManagementPolicy",
      "spec.revisionHistoryLimit",
      "spec.selector",
      "spec.serviceName",
      "spec.volumeClaimTemplates",
    ],
  },
  batch: { Job: ["spec.completions", "spec.parallelism", "spec.selector", "spec.template"] },
  "rbac.authorization.k8s.io": { ClusterRoleBinding: ["roleRef"], RoleBinding: ["roleRef"] },
  "storage.k8s.io": { StorageClass: ["parameters", "provisioner"] },
  "": {
    PersistentVolume: [
      "awsElasticBlockStore azureDisk azureFile cephfs cinder csi fc flexVolume flocker gcePersistentDisk",
      "glusterfs hostPath iscsi local nfs photonPersistentDisk portworxVolume quobyte rbd scaleIO storageos",
      "vsphereVolume",
    ].flatMap((names) => names.split(" ").map((name) => `spec.${name}`)),
    PersistentVolumeClaim: [
      "spec.accessModes",
      "spec.selector",
      "spec.storageClassName",
      "spec.volumeName",
    ],
    Pod: [
      ...[
        "affinity automountServiceAccountToken dnsConfig dnsPolicy enableServiceLinks hostAliases hostIPC",
        "hostNetwork hostPID hostname imagePullSecrets nodeName nodeSelector overhead preemptionPolicy priority",
        "priorityClassName readinessGates restartPolicy runtimeClassName schedulerName securityContext",
        "serviceAccount serviceAccountName shareProcessNamespace subdomain terminationGracePeriodSeconds volumes",
      ].flatMap((names) => names.split(" ").map((name) => `spec.${name}`)),
      ...[
        "args command env image imagePullPolicy lifecycle livenessProbe ports readinessProbe resources",
        "securityContext stdin stdinOnce terminationMessagePath terminationMessagePolicy tty volumeDevices",
        "volumeMounts workingDir",
      ].flatMap((names) =>
        names
          .split(" ")
          .flatMap((name) => [`spec.containers.*.${name}`, `spec.initContainers.*.${name}`]),
      ),
    ],
    ResourceQuota: ["spec.scopes"],
    Service: ["spec.clusterIP"],
  },
};

/** The fields of an object whose change replaces it, as paths with `*` for any item of a list. */
export function replacingFields(object: Values, settings: Settings): string[] {
  const apiVersion = textAt(object, "apiVersion");
  const kind = textAt(object, "kind");
  const group = apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
  return [
    "metadata.name",
    "metadata.namespace",
    ...(group === "" && kind === "Secret" ? secretFields(object, settings) : []),
    ...(group === "" && kind === "ConfigMap" ? configMapFields(object, settings) : []),
    ...(replacing[group]?.[kind] ?? []),
  ];
}

// A replaced Secret or ConfigMap has a new name where the name is made up, so that the Pods which use it roll over.
function secretFields(object: Values, { enableSecretMutable }: Settings): string[] {
  const inPlace = enableSecretMutable && object.immutable !== true;
  return inPlace ? ["type"] : ["type", "stringData", "data"];
}

function configMapFields(object: Values, { enableConfigMapMutable }: Settings): string[] {
  return enableConfigMapMutable && object.immutable !== true ? [] : ["binaryData", "data"];
}

/** Whether a change at `path` to `value` changes one of these fields: within it, or around it. */
export function touches(path: readonly Step[], value: Value | undefined, field: string): boolean {
  const steps = field.split(".");
  for (const [index, step] of path.entries()) {
    const expected = steps[index];
    if (expected === undefined) return true;
    if (expected !== "*" && expected !== step) return false;
  }
  return holds(value, steps.slice(path.length));
}

function holds(value: Value | undefined, [first, ...rest]: string[]): boolean {
  if (first === undefined) return true;
  if (first !== "*") {
    const nested = at(value, first);
    return nested !== undefined && holds(nested, rest);
  }
  return Array.isArray(value) && value.some((item) => isObject(item) && holds(item, rest));
}
