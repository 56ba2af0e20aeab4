import { kubeletClient } from "./credentials";
import { provisioner } from "./storage";

const role = (user: string, name: string) => ({
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRoleBinding",
  metadata: { name: `wharf-test:${user}` },
  subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: user }],
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name },
});

/** What a cluster holds from the start beside Kubernetes' own: a default storage class, and roles of the node's programs. */
export const firstObjects = [
  {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: {
      name: "standard",
      annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
    },
    provisioner,
    // As clouds do: the volume is made where the pod is to run.
    volumeBindingMode: "WaitForFirstConsumer",
  },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: "system:coredns" },
    rules: [
      { apiGroups: [""], resources: ["services", "pods", "namespaces"], verbs: ["list", "watch"] },
      {
        apiGroups: ["discovery.k8s.io"],
        resources: ["endpointslices"],
        verbs: ["list", "watch"],
      },
    ],
  },
  role("system:coredns", "system:coredns"),
  role("system:provisioner", "system:persistent-volume-provisioner"),
  role(kubeletClient, "system:kubelet-api-admin"),
];
