import type * as pulumi from "@pulumi/pulumi";
import type {
  ExposeKind,
  ExternalTrafficPolicy,
  PersistentVolumeKind,
  ReclaimPolicy,
  TaintEffect,
  TolerationOperator,
} from "./choices";
import type { IngressController } from "./expose-settings";
import type { AccessMode } from "./volume-settings";

/** Settings of the registry's objects in the cluster. */
export interface KubernetesArgs {
  /** Namespace of the registry. Defaults to registry. */
  namespace?: string;
  /**
   * Whether the namespace exists already and is not deleted with the stack. Defaults to false: it is created, with Pod Security
   * `restricted` enforced.
   */
  existingNamespace?: boolean;
  /** Name of the Service; in the cluster the registry answers at `<service>.<namespace>.svc`. Defaults to registry-service. */
  service?: string;
  /** Domain of the cluster's DNS. Defaults to cluster.local. */
  clusterDomain?: string;
  /** Pods of the registry, 1 to 100; more than one needs a bucket or a volume that many nodes can write. Defaults to 1. */
  replicas?: number;
  /** Number of pods by the use of processors, in place of `replicas`. Defaults to none. */
  autoscaling?: AutoscalingArgs;
  /** The volume that holds the images, with storage of kind `volume`. */
  volume?: VolumeArgs;
  /** How clients reach the registry. Defaults to ClusterIP, from inside the cluster. */
  expose?: ExposeArgs;
  /** Which connections the cluster's network admits. */
  networkPolicy?: NetworkPolicyArgs;
  /** Secrets by which pods of other namespaces pull. */
  pullSecrets?: PullSecretsArgs;
  /** Existing Existing Secrets of the namespace by which the nodes pull the images that Wharf itself runs. Defaults to none. */
  imagePullSecrets?: pulumi.Input<string>[];
  /** Workload identity at the bucket's cloud, in place of keys. Defaults to none. */
  identity?: WorkloadIdentityArgs;
  /** Where the registry's pods may run. */
  scheduling?: SchedulingArgs;
  /** A Job that tests the registry before `up` ends. */
  smoke?: SmokeArgs;
  /** What lets the cluster's nodes pull from the registry. */
  trust?: TrustArgs;
  /** What Prometheus is told of the registry. */
  monitoring?: MonitoringArgs;
}

/** Number of pods by the use of processors. */
export interface AutoscalingArgs {
  /** Fewest pods. Defaults to 2. */
  minReplicas?: number;
  /** Most pods. */
  maxReplicas: number;
  /** Use of the requested processors, in percent, above which a pod is added, 1 to 100. Defaults to 70. */
  cpuPercent?: number;
}

/** The volume that holds the images; its size is `storage.sizeGiB`. */
export interface VolumeArgs {
  /**
   * StorageClass that provisions the volume. Defaults to the cluster's default class, and to none with a `persistentVolume`.
   */
  storageClass?: string;
  /** How many nodes or pods may write the volume at the same time. Defaults to ReadWriteOnce. */
  accessMode?: AccessMode;
  /** Existing PersistentVolumeClaim of the namespace, which is not deleted with the stack. Defaults to one that is created. */
  existingClaim?: string;
  /** PersistentVolume that is created for the claim, in place of one that a class provisions. Defaults to none. */
  persistentVolume?: PersistentVolumeArgs;
  /**
   * What happens to the disk when its claim is deleted; `Class` leaves it to the StorageClass. Defaults to Retain outside a lab
   * and for every `persistentVolume`, else to Class.
   */
  reclaimPolicy?: ReclaimPolicy;
}

/** A PersistentVolume. Each key says with which `kind` it goes; with another kind it is refused. */
export interface PersistentVolumeArgs {
  /**
   * Kind of the volume: a directory of a node (`hostPath`), a disk of a node (`local`), `nfs`, or a volume of a `csi` driver.
   */
  kind: PersistentVolumeKind;
  /**
   * With kind `hostPath` (required), directory of the node, created where it is missing, which group 10001 must be able to
   * write. With kind `local` (required), existing directory or mounted disk of the node. With kind `nfs` (required), directory
   * that the server exports.
   */
  path?: string;
  /**
   * Node that has the directory, by the name that `kubectl get nodes` shows; with the kinds `hostPath` and `local`. Required
   * with `local`; with `hostPath` defaults to any node.
   */
  node?: string;
  /** Host name or address of the server; required with kind `nfs`. */
  server?: pulumi.Input<string>;
  /** Mount options, for example `nfsvers=4.1`; with kind `nfs`. Defaults to the node's. */
  mountOptions?: string[];
  /** CSI driver, for example `ebs.csi.aws.com`; required with kind `csi`. */
  driver?: string;
  /** The driver's name of an existing volume; required with kind `csi`. */
  volumeHandle?: pulumi.Input<string>;
  /** File system on the volume, for example `ext4`; with kind `csi`. Defaults to the driver's. */
  fsType?: string;
  /** Attributes that the driver needs; with kind `csi`. Defaults to none. */
  attributes?: { [key: string]: string };
}

/** How clients reach the registry. Each key says with which `kind` it goes; with another kind it is refused. */
export interface ExposeArgs {
  /** How clients reach the registry: by the Service (`ClusterIP`, `NodePort`, `LoadBalancer`), an `Ingress`, or a `Gateway`. */
  kind: ExposeKind;
  /**
   * Address of the Service, in the cluster's range, which the certificate then covers; with the kinds `ClusterIP` and
   * `NodePort`. Defaults to any.
   */
  clusterIp?: string;
  /** Port on every node, in the cluster's range; with kind `NodePort`. Defaults to a free one. */
  nodePort?: number;
  /**
   * Range of the cluster's NodePorts, where its API server was given another (`--service-node-port-range`), which cannot be read
   * from the cluster; with kind `NodePort`. Defaults to 30000-32767.
   */
  nodePortRange?: string;
  /**
   * Whether every node answers (Cluster) or only those that run the registry (Local), which see the client's address; with the
   * kinds `NodePort` and `LoadBalancer`. Defaults to Local where addresses or namespaces are limited, else to Cluster.
   */
  externalTrafficPolicy?: ExternalTrafficPolicy;
  /** Implementation, where the cluster has several; with kind `LoadBalancer`. Defaults to the cluster's. */
  loadBalancerClass?: string;
  /**
   * Annotations of the Service with kind `LoadBalancer`, of the Ingress with kind `Ingress`. Defaults to none beside Wharf's
   * own.
   */
  annotations?: { [key: string]: pulumi.Input<string> };
  /**
   * DNS name by which clients reach the registry, which the certificate covers; required with the kinds `Ingress` and
   * `Gateway`.
   */
  host?: pulumi.Input<string>;
  /** IngressClass; with kind `Ingress`. Defaults to the cluster's default one. */
  className?: string;
  /**
   * Controller behind the class, whose limits on bodies and time are lifted by annotations; `other` gets none; with kind
   * `Ingress`. Defaults to the one that the cluster's IngressClass names; required where that is unknown.
   */
  controller?: IngressController;
  /**
   * Existing Secret of the namespace with the certificate that the controller shows to clients; with kind `Ingress`. Defaults
   * to the registry's own.
   */
  tlsSecret?: pulumi.Input<string>;
  /** Existing Gateway that takes the HTTPRoute, on a listener with TLS; required with kind `Gateway`. */
  gateway?: string;
  /** Namespace of the Gateway; with kind `Gateway`. Defaults to the registry's. */
  gatewayNamespace?: string;
  /** Listener of the Gateway (`sectionName`); with kind `Gateway`. Defaults to any that fits. */
  listener?: string;
}

/** Which connections the cluster's network admits. */
export interface NetworkPolicyArgs {
  /**
   * Whether a NetworkPolicy limits who may reach the registry and what it reaches. Only a network plugin that supports policies
   * enforces it. Defaults to true.
   */
  enabled?: boolean;
  /**
   * Namespaces whose pods may reach the registry, for example that of an Ingress controller. With none here and none in
   * `endpoint.allowFrom` everyone may. Defaults to none.
   */
  fromNamespaces?: string[];
  /**
   * Ranges of the nodes' addresses, as `10.0.0.0/16`, admitted beside `fromNamespaces` and `endpoint.allowFrom`, since the
   * nodes' containerd and pods of the host network pull from them. Where nodes are added and removed, give the range of their
   * subnets; an empty list admits no nodes. Cilium matches no addresses of nodes unless its `policy-cidr-match-mode` is
   * `nodes`. Defaults to the addresses of the nodes at each `up`.
   */
  fromNodes?: string[];
}

/** Secrets by which pods of other namespaces pull. */
export interface PullSecretsArgs {
  /** User whose password the secrets hold. Defaults to `readonly` where there is such a user, else to the first. */
  user?: string;
  /** Name of the Secret in each namespace. Defaults to registry-pull-secret. */
  name?: string;
  /** Namespaces that get a pull secret. Defaults to none. */
  namespaces?: PullSecretArgs[];
}

/** A namespace whose pods may pull. */
export interface PullSecretArgs {
  /** Name of the namespace, which must exist. */
  namespace: string;
  /** Service accounts there, for example `default`, whose pods use the secret without naming it. Defaults to none. */
  serviceAccounts?: string[];
}

/** Workload identity of the registry's service account at the bucket's cloud. */
export interface WorkloadIdentityArgs {
  /** ARN of the IAM role that the service account assumes on EKS, for an S3 bucket. */
  awsRoleArn?: pulumi.Input<string>;
  /** E-mail address of the Google service account that it acts as on GKE, for a Google Cloud Storage bucket. */
  gcpServiceAccount?: pulumi.Input<string>;
  /** Client ID of the managed identity that it acts as on AKS, for an Azure bucket. */
  azureClientId?: pulumi.Input<string>;
}

/** Where the registry's pods may run. */
export interface SchedulingArgs {
  /** Labels that a node must have to run the registry. Defaults to none. */
  nodeSelector?: { [key: string]: string };
  /** Taints of nodes that the registry tolerates. Defaults to none. */
  tolerations?: TolerationArgs[];
  /** PriorityClass of the registry's pods. Defaults to the cluster's. */
  priorityClassName?: string;
}

/** A taint that the registry's pods tolerate. */
export interface TolerationArgs {
  /** Key of the taint. Defaults to every key. */
  key?: string;
  /** How the value is compared. Defaults to Equal. */
  operator?: TolerationOperator;
  /** Value of the taint, with operator `Equal`. */
  value?: string;
  /** Effect of the taint. Defaults to every effect. */
  effect?: TaintEffect;
}

/** A Job that tests the registry from inside the cluster. */
export interface SmokeArgs {
  /**
   * Whether a Job tests the registry before `up` ends: it must refuse anonymous clients, and accept, return and delete a small
   * image. The password that it logs in with is in a Secret until it has started. Defaults to true.
   */
  enabled?: boolean;
  /** Image with crane and a shell that the Job runs. Defaults to an image of crane, pinned by digest. */
  image?: string;
}

/** What lets the cluster's nodes pull from the registry. */
export interface TrustArgs {
  /**
   * Whether a DaemonSet makes every node's containerd trust the registry's CA, without a restart. Defaults to true where the CA
   * is in the stack: with TLS of mode `self-signed`, and of mode `provided` with `tls.caCertificate`.
   */
  enabled?: boolean;
  /**
   * Namespace that is created for the DaemonSet: Pod Security `restricted`, enforced in the registry's, does not allow a node's
   * directory. Defaults to the registry's with `-trust` after it.
   */
  namespace?: string;
  /**
   * Directory of the nodes that containerd's `config_path` names; on k3s `/var/lib/rancher/k3s/agent/etc/containerd/certs.d`,
   * on RKE2 the same below `rke2`. Docker reads the same files in `/etc/docker/certs.d`. Defaults to /etc/containerd/certs.d.
   */
  directory?: string;
  /**
   * Whether the nodes also pull through the caches, by a hosts.toml for each upstream; an existing one is kept, and its node's
   * pod is then not ready. Caches that require a login get none. Defaults to false: the output `mirrors` has the files.
   */
  mirrors?: boolean;
  /** Labels that a node must have to get the DaemonSet. Defaults to none: every Linux node. */
  nodeSelector?: { [key: string]: string };
  /** Image with a shell that the DaemonSet runs. Defaults to that of `smoke.image`. */
  image?: string;
}

/** What Prometheus is told of the registry. */
export interface MonitoringArgs {
  /**
   * Whether a ServiceMonitor and a PrometheusRule are created, for which the Prometheus operator must be installed. It needs
   * `distribution.metrics.enabled`. Defaults to false.
   */
  enabled?: boolean;
  /**
   * Whether a ConfigMap with a dashboard of Grafana is created, which the sidecar of Grafana's Helm chart finds by its label
   * `grafana_dashboard: "1"`, where it looks in all namespaces. It needs `distribution.metrics.enabled`. Defaults to false.
   */
  dashboard?: boolean;
  /**
   * Namespace of Prometheus, the only one from which the metrics can be fetched where a network policy is created. Defaults to
   * monitoring.
   */
  namespace?: string;
  /** Labels by which the operator finds both, such as `release: kube-prometheus-stack`. Defaults to none. */
  labels?: { [key: string]: string };
  /** Time in seconds between two readings of the metrics. Defaults to 30. */
  intervalSeconds?: number;
}
