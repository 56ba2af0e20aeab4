import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { serviceNetwork } from "./control-plane";
import type { Credentials } from "./credentials";
import { dnsAddress } from "./dns";
import { nodeName, type Node } from "./node";
import { cniDirectory } from "./packages";
import type { Programs } from "./programs";

/** Addresses of pods; a second cluster has the same ones in a network of its own. */
const podNetwork = "10.244.0.0/24";

/** The image that holds a pod's namespaces. */
export const sandboxImage = "wharf.local/pause:1";

/** Read by containerd 1.6 and 1.7 as it is; containerd 2 converts it. */
const containerd = `version = 2
# It would make /opt/containerd.
disabled_plugins = ["io.containerd.internal.v1.opt"]

[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "${sandboxImage}"
# A machine that is a container itself may lack CAP_SYS_RESOURCE, and with it the right to what the kubelet asks for.
restrict_oom_score_adj = true

[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "${cniDirectory}"
conf_dir = "/etc/cni/net.d"

[plugins."io.containerd.grpc.v1.cri".registry]
config_path = "/etc/containerd/certs.d"
`;

// Across a bridge, the answer of one pod to another passes the node's address translation only where the machine's kernel has
// br_netfilter loaded; between routed pods it always does.
const podConnection = {
  cniVersion: "0.4.0",
  name: "pods",
  plugins: [
    {
      type: "ptp",
      ipam: {
        type: "host-local",
        ranges: [[{ subnet: podNetwork }]],
        routes: [{ dst: "0.0.0.0/0" }],
      },
    },
  ],
};

/** Pods reach the host by the node's address, since the host has no route to theirs. */
const translation = `table ip wharf {
  chain postrouting {
    type nat hook postrouting priority srcnat;
    ip saddr ${podNetwork} oifname "eth0" masquerade
  }
}
`;

/** Writes what containerd, the kubelet and kube-proxy read, and prepares the node's network for pods and Services. */
export async function configureRuntime(node: Node, credentials: Credentials): Promise<void> {
  await writeFile(join(node.directory, "containerd.toml"), containerd);
  await writeFile(join(node.directory, "kubelet.yaml"), stringify(kubelet(node, credentials)));
  await writeFile(join(node.directory, "kube-proxy.yaml"), stringify(kubeProxy(credentials)));
  const connection = JSON.stringify(podConnection);
  await node.run("sh", ["-c", "cat >/etc/cni/net.d/pods.conflist"], { input: connection });
  await node.run("nft", ["-f", "-"], { input: translation });
  // The kernel looks for a way to a Service's address before kube-proxy's rules replace it.
  await node.run("ip", ["route", "add", serviceNetwork, "dev", "eth0"]);
}

/** Starts containerd, which keeps its data in /var/lib and /run: the node's own. */
export function startContainerd(node: Node): void {
  node.start("containerd", "containerd", ["--config", join(node.directory, "containerd.toml")]);
}

/** Starts the kubelet. It ends by itself as long as containerd does not answer, and is started again as by a service manager. */
export function startKubelet(node: Node, programs: Programs, credentials: Credentials): void {
  const options = [
    `--config=${join(node.directory, "kubelet.yaml")}`,
    `--kubeconfig=${credentials.kubeconfigs.kubelet}`,
    `--hostname-override=${nodeName}`,
    `--node-ip=${node.address}`,
  ];
  node.start("kubelet", programs.kubelet, options, 20);
}

/** Starts kube-proxy. It panics now and then while the Node is new, and is started again as by its DaemonSet. */
export function startProxy(node: Node, programs: Programs): void {
  const options = [`--config=${join(node.directory, "kube-proxy.yaml")}`];
  node.start("kube-proxy", programs["kube-proxy"], options, 5);
}

/** Starts what enforces NetworkPolicies on the node's pods, as many clusters' network plugins do. */
export function startPolicyEngine(node: Node, program: string, credentials: Credentials): void {
  node.start("policies", program, [
    `-kubeconfig=${credentials.kubeconfigs.admin}`,
    `-node=${nodeName}`,
    `-services=${serviceNetwork}`,
  ]);
}

/** Configuration of a node's kubelet that changes nothing of the machine. */
const kubelet = (node: Node, credentials: Credentials) => ({
  apiVersion: "kubelet.config.k8s.io/v1beta1",
  kind: "KubeletConfiguration",
  authentication: { anonymous: { enabled: false }, x509: { clientCAFile: credentials.ca } },
  authorization: { mode: "Webhook" },
  containerRuntimeEndpoint: "unix:///run/containerd/containerd.sock",
  clusterDNS: [dnsAddress],
  clusterDomain: "cluster.local",
  cgroupDriver: "cgroupfs",
  cgroupRoot: `/${node.cgroup}`,
  failCgroupV1: false,
  failSwapOn: false,
  oomScoreAdj: 0,
  makeIPTablesUtilChains: false,
  // The default lies in /usr, which is the machine's.
  volumePluginDir: "/var/lib/kubelet/volume-plugins",
  // Images that tests have imported cannot be fetched from anywhere else: a full disk is not a reason to remove them.
  imageGCHighThresholdPercent: 100,
  evictionHard: { "memory.available": "50Mi", "nodefs.available": "1%", "imagefs.available": "1%" },
  // So that a changed Secret reaches its pod in seconds, not in a minute.
  syncFrequency: "5s",
});

const kubeProxy = (credentials: Credentials) => ({
  apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
  kind: "KubeProxyConfiguration",
  mode: "nftables",
  clientConnection: { kubeconfig: credentials.kubeconfigs["kube-proxy"] },
  hostnameOverride: nodeName,
  clusterCIDR: podNetwork,
  detectLocalMode: "ClusterCIDR",
  oomScoreAdj: 0,
  // What it would set for the whole machine, and may not from within a network of its own.
  conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: "0s", tcpCloseWaitTimeout: "0s" },
});
