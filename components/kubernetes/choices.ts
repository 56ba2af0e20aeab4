// Words of Kubernetes that settings take. The args of a registry and the schema of its description take them from here.

/** How clients reach a registry in a cluster. */
export const ExposeKind = {
  ClusterIp: "ClusterIP",
  NodePort: "NodePort",
  LoadBalancer: "LoadBalancer",
  Ingress: "Ingress",
  Gateway: "Gateway",
} as const;
export type ExposeKind = (typeof ExposeKind)[keyof typeof ExposeKind];

/** Which nodes answer for a Service: every node, or only those that run a pod of it. */
export const ExternalTrafficPolicy = { Cluster: "Cluster", Local: "Local" } as const;
export type ExternalTrafficPolicy =
  (typeof ExternalTrafficPolicy)[keyof typeof ExternalTrafficPolicy];

/** Kinds of PersistentVolume that Wharf can create. */
export const PersistentVolumeKind = {
  HostPath: "hostPath",
  Local: "local",
  Nfs: "nfs",
  Csi: "csi",
} as const;
export type PersistentVolumeKind = (typeof PersistentVolumeKind)[keyof typeof PersistentVolumeKind];

/** What happens to the disk when its claim is deleted; `Class` leaves it to the StorageClass. */
export const ReclaimPolicy = { Retain: "Retain", Delete: "Delete", Class: "Class" } as const;
export type ReclaimPolicy = (typeof ReclaimPolicy)[keyof typeof ReclaimPolicy];

/** How a toleration compares the value of a taint. */
export const TolerationOperator = { Equal: "Equal", Exists: "Exists" } as const;
export type TolerationOperator = (typeof TolerationOperator)[keyof typeof TolerationOperator];

/** Effects of a taint. */
export const TaintEffect = {
  NoSchedule: "NoSchedule",
  PreferNoSchedule: "PreferNoSchedule",
  NoExecute: "NoExecute",
} as const;
export type TaintEffect = (typeof TaintEffect)[keyof typeof TaintEffect];
