import type { KubernetesDescription } from "./settings";
import type * as pulumi from "@pulumi/pulumi";
import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment";
import type { input } from "@pulumi/kubernetes/types";
import { debugPort, registryPort } from "../distribution/config";
import { volumeMountPath } from "../model/storage";

import { usersDirectory, usersSecretName } from "./secrets";
import { isWatched, rollsPods, watchContainer, watchVolume } from "./certificate-watch";
import { tlsDirectory, type TlsSecret } from "./certificates";
import { metadata, objectLabels, selectorLabels, type Component } from "./labels";
import { hardenedContainer, hardenedPod, secretVolume } from "./pods";
import { mostReplicas, rollsOver } from "./rules/volume";
import { asksForPods, podTokenMount, podTokenVolume } from "./running-images";
import { digestAnnotation, digestOf, type Contents } from "./secrets";
import { settingsDirectory } from "./config-secret";
import type { Claim } from "./storage";

/** Digest of all that a pod of distribution reads only when it starts. Users are not in it: their file is read again. */
export function startDigest(
  settings: Contents,
  certificate: TlsSecret | undefined,
  args: KubernetesDescription,
): pulumi.Output<string> {
  return digestOf(settings, rollsPods(certificate, args), { image: args.images.registry });
}

/** Time that a pod which is to stop goes on answering, in seconds, so that every node has stopped sending it connections. */
const unlistedAfterSeconds = 5;

/** What the workload takes from other resources. */
export interface WorkloadInputs {
  /** Name of the Deployment. */
  objectName: string;
  /** What it runs. */
  component: Component;
  /** Name of the Secret with what it reads when it starts. */
  settingsSecretName: string;
  /** What holds the images; undefined where a bucket does. */
  claim: Claim | undefined;
  /** The server's certificate; undefined without TLS. */
  certificate: TlsSecret | undefined;
  /** Whether there are files of users, and not a token server. */
  hasUsers: boolean;
  /** Digest of all that the registry reads only when it starts; users are not in it. */
  digest: pulumi.Output<string>;
}

/** The Deployment of distribution: the registry's own, or that of a cache. */
export function createWorkload(
  name: string,
  inputs: WorkloadInputs,
  args: KubernetesDescription,
  opts: pulumi.CustomResourceOptions,
): Deployment {
  const { kubernetes } = args;
  const { component, objectName } = inputs;
  return new Deployment(
    name,
    {
      metadata: metadata(args, objectName, component),
      spec: {
        // Left out where the autoscaler decides, or every `up` would undo what it decided.
        replicas: kubernetes.autoscaling === undefined ? kubernetes.replicas : undefined,
        revisionHistoryLimit: 2,
        // A volume that one node writes cannot be mounted by a second pod before the first has let go of it.
        strategy: rollsOver(args)
          ? { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } }
          : { type: "Recreate" },
        selector: { matchLabels: selectorLabels(args, component) },
        template: podTemplate(inputs, args),
      },
    },
    opts,
  );
}

/** The pods of distribution. */
export function podTemplate(
  inputs: WorkloadInputs,
  args: KubernetesDescription,
): input.core.v1.PodTemplateSpec {
  const { kubernetes } = args;
  const { component } = inputs;
  const labels = selectorLabels(args, component);
  const watched = inputs.certificate !== undefined && isWatched(args);
  return {
    metadata: {
      labels: {
        ...objectLabels(args, component),
        ...(kubernetes.identity?.azureClientId && { "azure.workload.identity/use": "true" }),
      },
      annotations: { [digestAnnotation]: inputs.digest },
    },
    spec: {
      ...hardenedPod(args),
      ...(watched && { shareProcessNamespace: true }),
      terminationGracePeriodSeconds: gracePeriodSeconds(args),
      ...(mostReplicas(kubernetes) > 1 && {
        topologySpreadConstraints: ["kubernetes.io/hostname", "topology.kubernetes.io/zone"].map(
          (topologyKey) => ({
            topologyKey,
            maxSkew: 1,
            whenUnsatisfiable: "ScheduleAnyway",
            labelSelector: { matchLabels: labels },
          }),
        ),
      }),
      containers: [container(inputs, args), ...(watched ? [watchContainer(args)] : [])],
      volumes: [...volumes(inputs, args), ...(watched ? [watchVolume] : [])],
    },
  };
}

/** Kubernetes' own deadline comes after distribution's, so that a push in progress can end. */
function gracePeriodSeconds(args: KubernetesDescription): number {
  const beforeStop = rollsOver(args) ? unlistedAfterSeconds : 0;
  return beforeStop + args.distribution.http.drainTimeoutSeconds + 5;
}

function container(inputs: WorkloadInputs, args: KubernetesDescription): input.core.v1.Container {
  const { images, resources } = args;
  const memory = `${resources.memoryMiB}Mi`;
  return {
    ...hardenedContainer,
    name: "registry",
    image: images.registry,
    command: ["registry"],
    args: ["serve", `${settingsDirectory}/config.yml`],
    // A pull-through cache reads the credentials of its upstream from a file of the directory that it runs in.
    ...(args.distribution.proxy !== undefined && { workingDir: settingsDirectory }),
    env: [
      // distribution would send traces to a collector on localhost, and complain at each that none is there.
      { name: "OTEL_TRACES_EXPORTER", value: "none" },
    ],
    ports: [
      { name: "registry", containerPort: registryPort },
      ...(args.distribution.metrics.enabled ? [{ name: "metrics", containerPort: debugPort }] : []),
    ],
    ...probes(args),
    // With one pod there is no other that could take a new connection meanwhile.
    ...(rollsOver(args) && {
      lifecycle: { preStop: { sleep: { seconds: unlistedAfterSeconds } } },
    }),
    resources: {
      // Memory cannot be taken back from a process, so that all of it is asked for; processors are shared.
      requests: { cpu: millicpus(resources.cpus / 10), memory },
      limits: { cpu: millicpus(resources.cpus), memory },
    },
    volumeMounts: [
      { name: "settings", mountPath: settingsDirectory, readOnly: true },
      ...(inputs.certificate === undefined
        ? []
        : [{ name: "tls", mountPath: tlsDirectory, readOnly: true }]),
      ...(inputs.hasUsers ? [{ name: "users", mountPath: usersDirectory, readOnly: true }] : []),
      ...(inputs.claim === undefined ? [] : [{ name: "data", mountPath: volumeMountPath }]),
      ...(readsPods(inputs, args) ? [podTokenMount] : []),
      { name: "tmp", mountPath: "/tmp" },
    ],
  };
}

/** Whether it is the registry, of all that runs distribution, and asks the cluster for its pods. */
function readsPods({ component }: WorkloadInputs, args: KubernetesDescription): boolean {
  return component === "registry" && asksForPods(args);
}

function volumes(inputs: WorkloadInputs, args: KubernetesDescription): input.core.v1.Volume[] {
  const { claim, certificate, hasUsers, settingsSecretName } = inputs;
  return [
    secretVolume("settings", settingsSecretName),
    ...(certificate === undefined ? [] : [secretVolume("tls", certificate.secretName)]),
    ...(hasUsers ? [secretVolume("users", usersSecretName)] : []),
    ...(claim === undefined
      ? []
      : [{ name: "data", persistentVolumeClaim: { claimName: claim.name } }]),
    ...(readsPods(inputs, args) ? [podTokenVolume] : []),
    { name: "tmp", emptyDir: { sizeLimit: "16Mi" } },
  ];
}

/**
 * The pod is ready while distribution calls itself healthy: its `/` answers 503 as soon as the storage does not. It is alive
 * while it accepts connections, and no storage that is away restarts it. A registry that asks clients for a certificate turns
 * the kubelet away, so that a process in the container asks at its own port.
 */
function probes({
  tls,
}: KubernetesDescription): Pick<
  input.core.v1.Container,
  "startupProbe" | "readinessProbe" | "livenessProbe"
> {
  const healthy =
    tls.clientCaCertificates === undefined
      ? {
          httpGet: { path: "/", port: "registry", scheme: tls.mode === "off" ? "HTTP" : "HTTPS" },
        }
      : {
          exec: {
            command: [
              "wget",
              "-q",
              "-O",
              "/dev/null",
              `http://127.0.0.1:${debugPort}/debug/health`,
            ],
          },
        };
  return {
    // Asked every second, since `up` waits for it; a bucket far away may take a while to answer first.
    startupProbe: { ...healthy, periodSeconds: 1, timeoutSeconds: 5, failureThreshold: 120 },
    readinessProbe: { ...healthy, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
    livenessProbe: {
      tcpSocket: { port: "registry" },
      periodSeconds: 20,
      timeoutSeconds: 5,
      failureThreshold: 3,
    },
  };
}

/** Processors as the API writes them: whole ones as such, parts in thousandths; other forms would read as a change. */
function millicpus(cpus: number): string {
  const thousandths = Math.max(1, Math.round(cpus * 1000));
  return thousandths % 1000 === 0 ? String(thousandths / 1000) : `${thousandths}m`;
}
