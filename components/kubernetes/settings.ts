import { inputOf } from "../core/tokens";
import type { SharedDescription } from "../model/description";
import { z } from "zod";
import { isCidr } from "../model/endpoint";
import { exposeSettings } from "./expose-settings";
import { dnsLabel, dnsSubdomain } from "./names";
import { volumeSettings } from "./volume-settings";
import { TolerationOperator, TaintEffect } from "./choices";

/**
 * Images that only this target runs, pinned by the digest of their multi-platform index. The digest of `crane:debug` is the one
 * that public repositories pinned in autumn 2026.
 */
export const defaultImages = {
  /** crane of go-containerregistry, with BusyBox. */
  crane:
    "gcr.io/go-containerregistry/crane:debug@sha256:e78770b31258a3846f878036d9c1f63fbe4c871f9f56990bf77fd95c013e3c1b",
} as const;

/** Schema of `wharf:kubernetes.monitoring`: what Prometheus is told. */
export const monitoringSettings = z.strictObject({
  enabled: z.boolean().default(false).meta({
    description:
      "Whether a ServiceMonitor and a PrometheusRule are created; the Prometheus operator must be installed. It needs `distribution.metrics.enabled`. Defaults to false.",
  }),
  dashboard: z.boolean().default(false).meta({
    description:
      'Whether a ConfigMap with a dashboard of Grafana is created, which the sidecar of Grafana\'s Helm chart finds by its label `grafana_dashboard: "1"`, where it looks in all namespaces. It needs `distribution.metrics.enabled`. Defaults to false.',
  }),
  namespace: dnsLabel.default("monitoring").meta({
    description:
      "Namespace of Prometheus, the only one from which the metrics can be fetched where a network policy is created. Defaults to monitoring.",
  }),
  labels: z.record(z.string(), z.string()).default({}).meta({
    description:
      "Labels by which the operator finds both, such as `release: kube-prometheus-stack`. Defaults to none.",
  }),
  intervalSeconds: z.int().min(1).default(30).meta({
    description: "Seconds between two readings of the metrics. Defaults to 30.",
  }),
});

/** Schema of `wharf:kubernetes.trust`: what lets the nodes pull. */
export const trustSettings = z.strictObject({
  enabled: z.boolean().optional().meta({
    description:
      "Whether a DaemonSet makes every node's containerd trust the registry's CA, without a restart. Defaults to true where the CA is in the stack: with TLS of mode `self-signed`, and of mode `provided` with `tls.caCertificate`.",
  }),
  namespace: dnsLabel.optional().meta({
    description:
      "Namespace that is created for the DaemonSet: Pod Security `restricted`, enforced in the registry's, does not allow a node's directory. Defaults to the registry's with `-trust` after it.",
  }),
  directory: z
    .string()
    .regex(/^(\/[A-Za-z0-9._-]+)+$/, "is not an absolute path of a directory")
    .default("/etc/containerd/certs.d")
    .meta({
      description:
        "Directory of the nodes that containerd's `config_path` names; on k3s `/var/lib/rancher/k3s/agent/etc/containerd/certs.d`, on RKE2 the same below `rke2`. Docker reads the same files in `/etc/docker/certs.d`. Defaults to /etc/containerd/certs.d.",
    }),
  mirrors: z.boolean().default(false).meta({
    description:
      "Whether the nodes also pull through the caches, by a hosts.toml for each upstream; an existing one is kept, and its node's pod is then not ready. Caches that require a login get none. Defaults to false: the output `mirrors` has the files.",
  }),
  nodeSelector: z.record(z.string(), z.string()).default({}).meta({
    description:
      "Labels that a node must have to get the DaemonSet. Defaults to none: every Linux node.",
  }),
  image: z.string().min(1).optional().meta({
    description: "Image with a shell that the DaemonSet runs. Defaults to that of `smoke.image`.",
  }),
});

const autoscaling = z.strictObject({
  minReplicas: z.int().min(1).default(2).meta({
    description: "Fewest pods. Defaults to 2.",
  }),
  maxReplicas: z.int().min(1).meta({ description: "Most pods. Required." }),
  cpuPercent: z.int().min(1).max(100).default(70).meta({
    description:
      "Use of the requested processors, in percent, above which a pod is added. Defaults to 70.",
  }),
});

const networkPolicy = z.strictObject({
  enabled: z.boolean().default(true).meta({
    description:
      "Whether a NetworkPolicy limits who may reach the registry and what it reaches. Only a network plugin that supports policies enforces it. Defaults to true.",
  }),
  fromNamespaces: z.array(dnsLabel).default([]).meta({
    description:
      "Namespaces whose pods may reach the registry, for example that of an Ingress controller. With none here and none in `endpoint.allowFrom` everyone may. Defaults to none.",
  }),
  fromNodes: z
    .array(z.string().refine(isCidr, "is not a range of addresses such as 10.0.0.0/8"))
    .optional()
    .meta({
      description:
        "Ranges of the nodes' addresses, as `10.0.0.0/16`, admitted beside `fromNamespaces` and `endpoint.allowFrom`, since the nodes' containerd and pods of the host network pull from them. Where nodes are added and removed, give the range of their subnets; an empty list admits no nodes. Cilium matches no addresses of nodes unless its `policy-cidr-match-mode` is `nodes`. Defaults to the addresses of the nodes at each `up`.",
    }),
});

const pullSecret = z.strictObject({
  namespace: dnsLabel.meta({
    description: "Namespace, which must exist, whose pods may pull. Required.",
  }),
  serviceAccounts: z.array(dnsSubdomain).default([]).meta({
    description:
      "Service accounts there, for example `default`, whose pods use the secret without naming it. Defaults to none.",
  }),
});

const pullSecrets = z.strictObject({
  user: z.string().min(1).optional().meta({
    description:
      "User whose password the secrets hold. Defaults to `readonly` where there is such a user, else to the first who may pull.",
  }),
  name: dnsSubdomain.default("registry-pull-secret").meta({
    description: "Name of the Secret in each namespace. Defaults to registry-pull-secret.",
  }),
  namespaces: z.array(pullSecret).default([]).meta({
    description: "Namespaces that get a pull secret. Defaults to none.",
  }),
});

const identity = z.strictObject({
  awsRoleArn: inputOf(
    z.string().regex(/^arn:[^:]+:iam::\d{12}:role\/.+$/, "is not the ARN of an IAM role"),
  )
    .optional()
    .meta({
      description: "ARN of the IAM role that the service account assumes on EKS, for an S3 bucket.",
    }),
  gcpServiceAccount: inputOf(
    z
      .string()
      .regex(
        /^[^@\s]+@[^@\s]+\.iam\.gserviceaccount\.com$/,
        "is not the e-mail address of a service account",
      ),
  )
    .optional()
    .meta({
      description:
        "E-mail address of the Google service account that it acts as on GKE, for a Google Cloud Storage bucket.",
    }),
  azureClientId: inputOf(z.guid("is not a client ID such as 00000000-0000-0000-0000-000000000000"))
    .optional()
    .meta({
      description: "Client ID of the managed identity that it acts as on AKS, for an Azure bucket.",
    }),
});

const toleration = z.strictObject({
  key: z
    .string()
    .min(1)
    .optional()
    .meta({ description: "Key of the taint. Defaults to every key." }),
  operator: z
    .enum(TolerationOperator)
    .default(TolerationOperator.Equal)
    .meta({ description: "How the value is compared. Defaults to Equal." }),
  value: z.string().optional().meta({ description: "Value of the taint, with operator `Equal`." }),
  effect: z
    .enum(TaintEffect)
    .optional()
    .meta({ description: "Effect of the taint. Defaults to every effect." }),
});

const scheduling = z.strictObject({
  nodeSelector: z.record(z.string(), z.string()).default({}).meta({
    description: "Labels that a node must have to run the registry. Defaults to none.",
  }),
  tolerations: z
    .array(toleration)
    .default([])
    .meta({ description: "Taints of nodes that the registry tolerates. Defaults to none." }),
  priorityClassName: dnsSubdomain.optional().meta({
    description: "PriorityClass of the registry's pods. Defaults to the cluster's.",
  }),
});

const smoke = z.strictObject({
  enabled: z.boolean().default(true).meta({
    description:
      "Whether a Job tests the registry, from inside the cluster, before `up` ends: it must refuse anonymous clients, and accept, return and delete a small image. The password that it logs in with is in a Secret until it has started. Defaults to true.",
  }),
  image: z
    .string()
    .min(1)
    .default(defaultImages.crane)
    .meta({
      description: `Image with crane and a shell that the Job runs. Defaults to \`${defaultImages.crane}\`.`,
    }),
});

/** Schema of `wharf:kubernetes`: what only this target reads. */
export const kubernetesSettings = z.strictObject({
  namespace: dnsLabel.default("registry").meta({
    description: "Namespace of the registry. Defaults to registry.",
  }),
  existingNamespace: z.boolean().default(false).meta({
    description:
      "Whether the namespace exists already and is not deleted with the stack. Defaults to false: it is created, with Pod Security `restricted` enforced.",
  }),
  service: dnsLabel.default("registry-service").meta({
    description:
      "Name of the Service; in the cluster the registry answers at `<service>.<namespace>.svc`. Defaults to registry-service.",
  }),
  clusterDomain: dnsSubdomain.default("cluster.local").meta({
    description: "Domain of the cluster's DNS. Defaults to cluster.local.",
  }),
  replicas: z.int().min(1).max(100).default(1).meta({
    description:
      "Pods of the registry; more than one needs a bucket or a volume that many nodes can write. Defaults to 1.",
  }),
  autoscaling: autoscaling.optional().meta({
    description:
      "Number of pods by the use of processors, in place of `replicas`. Defaults to none.",
  }),
  volume: volumeSettings
    .prefault({})
    .meta({ description: "The volume that holds the images, with storage of kind `volume`." }),
  expose: exposeSettings.prefault({ kind: "ClusterIP" }).meta({
    description: "How clients reach the registry. Defaults to ClusterIP, from inside the cluster.",
  }),
  networkPolicy: networkPolicy
    .prefault({})
    .meta({ description: "Which connections the cluster's network admits." }),
  pullSecrets: pullSecrets
    .prefault({})
    .meta({ description: "Secrets by which pods of other namespaces pull." }),
  imagePullSecrets: z.array(inputOf(dnsSubdomain)).default([]).meta({
    description:
      "Existing Secrets of the namespace by which the nodes pull the images that Wharf itself runs. Defaults to none.",
  }),
  identity: identity.optional().meta({
    description: "Workload identity at the bucket's cloud, in place of keys. Defaults to none.",
  }),
  scheduling: scheduling.prefault({}).meta({ description: "Where the registry's pods may run." }),
  smoke: smoke
    .prefault({})
    .meta({ description: "A Job that tests the registry before `up` ends." }),
  trust: trustSettings
    .prefault({})
    .meta({ description: "What lets the cluster's nodes pull from the registry." }),
  monitoring: monitoringSettings
    .prefault({})
    .meta({ description: "What Prometheus is told of the registry." }),
});

/** Checked `wharf:kubernetes`. */
export type KubernetesSettings = z.output<typeof kubernetesSettings>;

/** A checked description as this target reads it. */
export interface KubernetesDescription extends SharedDescription {
  kubernetes: KubernetesSettings;
}
