import type { KubernetesDescription } from "../settings";
import { DaemonSet } from "@pulumi/kubernetes/apps/v1/daemonSet";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap";
import { Namespace } from "@pulumi/kubernetes/core/v1/namespace";
import type { Service } from "@pulumi/kubernetes/core/v1/service";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import type { input } from "@pulumi/kubernetes/types";
import * as pulumi from "@pulumi/pulumi";
import { mirrorToml, type ReachedCache } from "../../caches/mirrors";
import { upstreamOf } from "../../model/caches";

import { covers, type TlsSecret } from "../certificates";
import { reachableHosts } from "../hosts";
import { objectLabels, ownedLabels, selectorLabels } from "../labels";
import { hardenedContainer, hardenedPod } from "../pods";
import { digestAnnotation, digestOf } from "../secrets";
import { caFile, type TrustedHost, trustedHosts, trustNamespace, trustsNodes } from "./hosts";
import { nodeDirectory, trustDirectory, trustScript, trustScriptFile } from "./script";

const objectName = "registry-trust";

/** What the nodes' trust takes from other resources. */
interface TrustInputs {
  service: Service;
  /** The caches as the nodes reach them. */
  caches: pulumi.Input<ReachedCache[]>;
  /** The server's certificate; undefined without TLS. */
  certificate: TlsSecret | undefined;
}

/**
 * A DaemonSet that has every node's containerd trust the registry, under every name: it writes a hosts.toml and the CA where
 * containerd reads them at each pull, without a restart, and removes them when it goes. A pod is ready once it has read back what
 * it wrote, so that its readiness tells which nodes trust the registry. Undefined where the description wants none.
 */
export function createTrust(
  name: string,
  { caches, certificate, service }: TrustInputs,
  args: KubernetesDescription,
  opts: pulumi.CustomResourceOptions,
): DaemonSet | undefined {
  if (!trustsNodes(args)) return undefined;
  const namespace = createTrustNamespace(name, args, opts);
  // The namespace is always made, and nothing in it needs to go before it.
  const inside = { ...opts, dependsOn: [namespace], deletedWith: namespace };
  const meta = {
    name: objectName,
    namespace: trustNamespace(args),
    labels: ownedLabels(args, "trust"),
  };
  const policies = args.kubernetes.networkPolicy.enabled
    ? [new NetworkPolicy(`${name}-network-policy`, { metadata: meta, spec: nothing }, inside)]
    : [];
  const data = pulumi
    .all([
      reachableHosts(args, service),
      service.spec.clusterIPs,
      certificate?.contents["tls.crt"] ?? "",
      certificate?.caCertificate ?? "",
      caches,
    ])
    .apply(([hosts, clusterIps, pem, caCertificate, reached]) =>
      contents(
        args,
        trustedHosts(args, {
          hosts,
          clusterIps: clusterIps ?? [],
          coversClusterIps: covers(args, pem, clusterIps ?? []),
          hasCa: caCertificate !== "",
        }).concat(args.kubernetes.trust.mirrors ? reached.flatMap(mirrored) : []),
        caCertificate,
      ),
    );
  const files = new ConfigMap(`${name}-files`, { metadata: meta, data }, inside);
  const selector = selectorLabels(args, "trust");
  return new DaemonSet(
    `${name}-daemon-set`,
    {
      metadata: { ...meta, annotations: exceptions },
      spec: {
        revisionHistoryLimit: 2,
        // The new pod writes before the old one ends, on all nodes at once: none is without trust meanwhile.
        updateStrategy: {
          type: "RollingUpdate",
          rollingUpdate: { maxSurge: "100%", maxUnavailable: 0 },
        },
        selector: { matchLabels: selector },
        template: {
          metadata: {
            labels: objectLabels(args, "trust"),
            annotations: { [digestAnnotation]: digestOf({ files: data.apply(JSON.stringify) }) },
          },
          spec: pod(args),
        },
      },
    },
    { ...inside, dependsOn: [files, ...policies] },
  );
}

/** Rules of checkov that cannot hold here, as it reads them. */
const exceptions = {
  "checkov.io/skip1":
    "CKV_K8S_8=it repairs its own files; a restart would remove the trust for a while",
  "checkov.io/skip2": "CKV_K8S_23=the node's directory of containerd's hosts belongs to root",
  "checkov.io/skip3": "CKV_K8S_40=the node's directory of containerd's hosts belongs to root",
};

/** The pods connect to nobody, and nobody to them. */
const nothing: input.networking.v1.NetworkPolicySpec = {
  podSelector: {},
  policyTypes: ["Ingress", "Egress"],
};

/** A namespace of its own: only Pod Security `privileged` admits a directory of a node. */
function createTrustNamespace(
  name: string,
  args: KubernetesDescription,
  opts: pulumi.CustomResourceOptions,
): Namespace {
  return new Namespace(
    `${name}-namespace`,
    {
      metadata: {
        name: trustNamespace(args),
        labels: {
          ...ownedLabels(args, "trust"),
          "pod-security.kubernetes.io/enforce": "privileged",
        },
      },
    },
    opts,
  );
}

/** The upstream of a cache as nodes are told of it: the cache is asked first. One that asks for a user would turn them away. */
function mirrored(reached: ReachedCache): TrustedHost[] {
  const { registry } = upstreamOf(reached.cache.upstream);
  return reached.asksForUser === true
    ? []
    : [{ host: registry, toml: mirrorToml(reached, caFile) }];
}

/** What the script writes, and the script. */
function contents(
  args: KubernetesDescription,
  trusted: TrustedHost[],
  caCertificate: string,
): Record<string, string> {
  return {
    [trustScriptFile]: trustScript(args.stack, args.kubernetes.trust.directory),
    hosts: trusted.map(({ host }) => `${host}\n`).join(""),
    ...(caCertificate !== "" && { "ca.crt": caCertificate }),
    ...Object.fromEntries(trusted.map(({ toml }, i) => [`hosts-${i}.toml`, toml])),
  };
}

/** As hardened as a pod can be that writes into a directory of the node's root. */
function pod(args: KubernetesDescription): input.core.v1.PodSpec {
  const { directory, image, nodeSelector } = args.kubernetes.trust;
  const { imagePullSecrets, priorityClassName, ...common } = hardenedPod(args);
  const script = (command: string) => ["sh", `${trustDirectory}/${trustScriptFile}`, command];
  const check = { exec: { command: script("check") }, timeoutSeconds: 5 };
  const field = (name: string, fieldPath: string) => ({
    name,
    valueFrom: { fieldRef: { fieldPath } },
  });
  return {
    automountServiceAccountToken: common.automountServiceAccountToken,
    enableServiceLinks: common.enableServiceLinks,
    imagePullSecrets,
    priorityClassName,
    // The directory is root's. Without capabilities, root is an owner of files like any other.
    securityContext: { runAsUser: 0, runAsGroup: 0, seccompProfile: { type: "RuntimeDefault" } },
    nodeSelector: { "kubernetes.io/os": "linux", ...nodeSelector },
    // Whatever a node is kept free for: it pulls.
    tolerations: [{ operator: "Exists" }],
    affinity: { nodeAffinity: realNodes },
    terminationGracePeriodSeconds: 10,
    containers: [
      {
        ...hardenedContainer,
        securityContext: { ...hardenedContainer.securityContext, runAsNonRoot: false },
        name: "trust",
        image: image ?? args.kubernetes.smoke.image,
        command: script("keep"),
        env: [field("POD_UID", "metadata.uid"), field("NODE_NAME", "spec.nodeName")],
        readinessProbe: { ...check, periodSeconds: 5, failureThreshold: 1 },
        resources: {
          requests: { cpu: "5m", memory: "16Mi" },
          limits: { cpu: "100m", memory: "32Mi" },
        },
        volumeMounts: [
          { name: "files", mountPath: trustDirectory, readOnly: true },
          { name: "certs", mountPath: nodeDirectory },
        ],
      },
    ],
    volumes: [
      { name: "files", configMap: { name: objectName, defaultMode: 0o444 } },
      { name: "certs", hostPath: { path: directory, type: "DirectoryOrCreate" } },
    ],
  };
}

/** Nodes that are not machines, of AKS (virtual nodes) and EKS (Fargate), refuse directories of a node. */
const realNodes: input.core.v1.NodeAffinity = {
  requiredDuringSchedulingIgnoredDuringExecution: {
    nodeSelectorTerms: [
      {
        matchExpressions: [
          { key: "type", operator: "NotIn", values: ["virtual-kubelet"] },
          { key: "eks.amazonaws.com/compute-type", operator: "NotIn", values: ["fargate"] },
        ],
      },
    ],
  },
};
