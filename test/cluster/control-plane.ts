import { join } from "node:path";
import type { Credentials } from "./credentials";
import type { Node } from "./node";
import type { Programs } from "./programs";

/** Addresses that Services are given. The first is the API server's own Service. */
export const serviceNetwork = "10.96.0.0/16";
export const apiServiceAddress = "10.96.0.1";

/** Port of the API server on the node's address. */
export const apiPort = 6443;

/** Where etcd listens, in the node's own network. */
const etcd = "http://127.0.0.1:2379";

/** What the API server would do again and again for other API servers, for metrics that nobody reads, and for fairness between many. */
const idle = [
  "--feature-gates=APIServerIdentity=false,DetectCacheInconsistency=false",
  "--etcd-count-metric-poll-period=0",
  "--etcd-db-metric-poll-interval=0",
  "--enable-priority-and-fairness=false",
];

/** Controllers of what no test has: clouds, volumes that are attached over a network, kinds that no registry consists of. */
const needless = [
  "certificatesigningrequest-approving-controller",
  "certificatesigningrequest-cleaner-controller",
  "certificatesigningrequest-signing-controller",
  "cloud-node-lifecycle-controller",
  "device-taint-eviction-controller",
  "ephemeral-volume-controller",
  "legacy-serviceaccount-token-cleaner-controller",
  "node-ipam-controller",
  "node-route-controller",
  "persistentvolume-attach-detach-controller",
  "replicationcontroller-controller",
  "resourceclaim-controller",
  "resourcequota-controller",
  "service-lb-controller",
  "statefulset-controller",
  "ttl-controller",
  "validatingadmissionpolicy-status-controller",
  "volumeattributesclass-protection-controller",
];

/** Starts etcd and the API server on the node. */
export function startApi(node: Node, programs: Programs, credentials: Credentials): void {
  node.start("etcd", programs.etcd, [
    `--data-dir=${join(node.directory, "etcd-data")}`,
    `--listen-client-urls=${etcd}`,
    `--advertise-client-urls=${etcd}`,
    "--listen-peer-urls=http://127.0.0.1:2380",
    // The data does not outlive the node, so nothing is gained by waiting for the disk.
    "--unsafe-no-fsync",
    // It has no other member to tell that it is alive.
    "--heartbeat-interval=500",
    "--election-timeout=5000",
  ]);
  node.start("kube-apiserver", programs["kube-apiserver"], [
    `--etcd-servers=${etcd}`,
    `--advertise-address=${node.address}`,
    `--secure-port=${apiPort}`,
    `--tls-cert-file=${credentials.serving}`,
    `--tls-private-key-file=${credentials.servingKey}`,
    `--client-ca-file=${credentials.ca}`,
    `--token-auth-file=${credentials.tokens}`,
    `--service-account-key-file=${credentials.serviceAccount}`,
    `--service-account-signing-key-file=${credentials.serviceAccountKey}`,
    "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
    `--service-cluster-ip-range=${serviceNetwork}`,
    "--authorization-mode=Node,RBAC",
    "--enable-admission-plugins=NodeRestriction",
    "--allow-privileged",
    `--kubelet-client-certificate=${credentials.kubeletClient}`,
    `--kubelet-client-key=${credentials.kubeletClientKey}`,
    "--kubelet-preferred-address-types=InternalIP",
    ...idle,
  ]);
}

/** Starts the programs that act on what the API server holds; it has to answer by then. */
export function startControllers(node: Node, programs: Programs, credentials: Credentials): void {
  const { kubeconfigs } = credentials;
  const common = (name: "kube-controller-manager" | "kube-scheduler") => [
    `--kubeconfig=${kubeconfigs[name]}`,
    "--leader-elect=false",
    "--bind-address=127.0.0.1",
  ];
  node.start("kube-controller-manager", programs["kube-controller-manager"], [
    ...common("kube-controller-manager"),
    "--use-service-account-credentials",
    // The default lies in /usr, which is the machine's, and would be made there.
    "--flex-volume-plugin-dir=/var/lib/kubelet/volume-plugins",
    `--service-account-private-key-file=${credentials.serviceAccountKey}`,
    `--root-ca-file=${credentials.ca}`,
    `--cluster-signing-cert-file=${credentials.ca}`,
    `--cluster-signing-key-file=${credentials.caKey}`,
    `--controllers=${["*", ...needless.map((name) => `-${name}`)].join()}`,
  ]);
  node.start("kube-scheduler", programs["kube-scheduler"], common("kube-scheduler"));
}
