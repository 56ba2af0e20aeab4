import type { KubernetesDescription } from "./settings";
import type { input } from "@pulumi/kubernetes/types";
import { ClusterRole } from "@pulumi/kubernetes/rbac/v1/clusterRole";
import { ClusterRoleBinding } from "@pulumi/kubernetes/rbac/v1/clusterRoleBinding";
import type * as pulumi from "@pulumi/pulumi";
import { clusterTokenDirectory } from "../retention/registry-rules";

import { ownedLabels } from "./labels";
import { serviceAccountName } from "./namespace";

/** Seconds for which a token is valid; the kubelet brings the next one before. The least that the API accepts is 600. */
const tokenSeconds = 3600;

/** Whether the registry asks the cluster which images its pods run. */
export function asksForPods({ collection }: Pick<KubernetesDescription, "collection">): boolean {
  return collection?.keepRunning === true;
}

/** Lets the registry's service account list the pods of all namespaces, and nothing else. */
export function createPodReader(
  name: string,
  args: KubernetesDescription,
  opts: pulumi.CustomResourceOptions,
): ClusterRoleBinding | undefined {
  if (!asksForPods(args)) return undefined;
  const { namespace } = args.kubernetes;
  // Of the whole cluster, which has no other namespace of this name.
  const metadata = { name: `wharf-${namespace}-running-images`, labels: ownedLabels(args) };
  const role = new ClusterRole(
    name,
    { metadata, rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["list"] }] },
    opts,
  );
  return new ClusterRoleBinding(
    `${name}-binding`,
    {
      metadata,
      roleRef: {
        apiGroup: "rbac.authorization.k8s.io",
        kind: "ClusterRole",
        name: role.metadata.name,
      },
      subjects: [{ kind: "ServiceAccount", name: serviceAccountName, namespace }],
    },
    opts,
  );
}

/** The token as a volume of only the registry's pod: the account mounts none by itself, and caches run as it as well. */
export const podTokenVolume: input.core.v1.Volume = {
  name: "cluster",
  projected: {
    defaultMode: 0o440,
    sources: [
      { serviceAccountToken: { path: "token", expirationSeconds: tokenSeconds } },
      {
        configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] },
      },
    ],
  },
};

/** Where the registry finds it. */
export const podTokenMount: input.core.v1.VolumeMount = {
  name: "cluster",
  mountPath: clusterTokenDirectory,
  readOnly: true,
};

/**
 * Ports at which API servers listen behind their Service, which are what a policy sees: 443 on the clouds, 6443 of kubeadm, k3s and
 * kind, 8443 of minikube, 16443 of MicroK8s.
 */
export const apiServerPorts = [443, 6443, 8443, 16443];
