import type { KubernetesDescription } from "./settings";
import * as pulumi from "@pulumi/pulumi";
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap";
import { Service } from "@pulumi/kubernetes/core/v1/service";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import { debugPort } from "../distribution/config";
import { leavesSpace } from "../distribution/space";
import { AuthMode } from "../model/auth";

import { alertsFor, backupsOf, type WatchedRegistry } from "../monitoring/alerts";
import { dashboardOf } from "../monitoring/dashboard";
import type { TlsSecret } from "./certificates";
import { metadata, selectorLabels } from "./labels";
import type { Claim } from "./storage";
import { longestPause } from "../model/schedule";

/** Name of the Service of the metrics, by which Prometheus calls the job too. */
export const metricsService = "registry-metrics";

/** What monitoring takes from other resources. */
interface MonitoringInputs {
  /** What holds the images; undefined where a bucket does. */
  claim: Claim | undefined;
  /** The server's certificate; undefined without TLS. */
  certificate: TlsSecret | undefined;
}

/**
 * Lets Prometheus read the metrics, where the description turns them on: a Service of their own, since that of the registry is
 * open to its clients, and a policy that admits only the namespace of Prometheus. With `monitoring.enabled` also what the
 * Prometheus operator reads: a ServiceMonitor and a PrometheusRule; with `monitoring.dashboard` what Grafana's sidecar reads.
 */
export function createMonitoring(
  name: string,
  inputs: MonitoringInputs,
  args: KubernetesDescription,
  opts: pulumi.CustomResourceOptions,
): void {
  const { distribution, kubernetes } = args;
  const { monitoring, namespace, networkPolicy } = kubernetes;
  if (!distribution.metrics.enabled) return;
  const registry = selectorLabels(args, "registry");
  if (networkPolicy.enabled) {
    const prometheus = { "kubernetes.io/metadata.name": monitoring.namespace };
    new NetworkPolicy(
      `${name}-network-policy`,
      {
        metadata: metadata(args, metricsService, "metrics"),
        spec: {
          podSelector: { matchLabels: registry },
          policyTypes: ["Ingress"],
          ingress: [
            {
              from: [{ namespaceSelector: { matchLabels: prometheus } }],
              ports: [{ protocol: "TCP", port: debugPort }],
            },
          ],
        },
      },
      opts,
    );
  }
  const meta = metadata(args, metricsService, "metrics");
  new Service(
    `${name}-service`,
    {
      metadata: { ...meta, annotations: { "pulumi.com/skipAwait": "true" } },
      spec: {
        // Prometheus asks each pod; there is nothing to balance.
        clusterIP: "None",
        selector: registry,
        ports: [{ name: "metrics", port: debugPort, targetPort: "metrics" }],
      },
    },
    opts,
  );
  if (monitoring.dashboard) createDashboard(name, inputs, args, opts);
  if (!monitoring.enabled) return;
  const found = { ...meta, labels: { ...meta.labels, ...monitoring.labels } };
  new CustomResource(
    `${name}-service-monitor`,
    {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "ServiceMonitor",
      metadata: found,
      spec: {
        namespaceSelector: { matchNames: [namespace] },
        selector: { matchLabels: selectorLabels(args, "metrics") },
        endpoints: [
          {
            port: "metrics",
            path: distribution.metrics.path,
            interval: `${monitoring.intervalSeconds}s`,
          },
        ],
      },
    },
    opts,
  );
  const rules = pulumi
    .output(inputs.certificate?.expiresAt ?? "")
    .apply((expiresAt) => alertsFor(watchedRegistry(args, inputs.claim?.name, expiresAt)));
  new CustomResource(
    `${name}-rule`,
    {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "PrometheusRule",
      metadata: found,
      spec: { groups: [{ name: "registry", rules }] },
    },
    opts,
  );
}

/** The dashboard where the sidecar of Grafana finds it. */
function createDashboard(
  name: string,
  { claim }: MonitoringInputs,
  args: KubernetesDescription,
  opts: pulumi.CustomResourceOptions,
): void {
  const meta = metadata(args, "registry-dashboard", "metrics");
  const dashboard = dashboardOf(watchedRegistry(args, claim?.name, ""), args.namePrefix);
  new ConfigMap(
    `${name}-dashboard`,
    {
      metadata: { ...meta, labels: { ...meta.labels, grafana_dashboard: "1" } },
      // All dashboards of a Grafana are files of one directory.
      data: { [`${args.namePrefix}.json`]: JSON.stringify(dashboard) },
    },
    opts,
  );
}

/**
 * The registry as Prometheus sees it on a cluster.
 * @param claim name of the claim that holds the images; undefined where a bucket does
 * @param expiresAt when the server's certificate expires, ISO 8601; empty where that is not known
 */
export function watchedRegistry(
  args: KubernetesDescription,
  claim: string | undefined,
  expiresAt: string,
): WatchedRegistry {
  const { collection, distribution, kubernetes, storage } = args;
  const { namespace } = kubernetes;
  const volume = `{namespace="${namespace}",persistentvolumeclaim="${claim}"}`;
  return {
    name: `registry of namespace ${namespace}`,
    labels: `job="${metricsService}",namespace="${namespace}"`,
    notifies: distribution.notifications.endpoints.length > 0,
    countsLogins: args.auth.mode === AuthMode.Roles,
    backups: backupsOf(args),
    collectsWithin: longestPause(collection?.schedule),
    disk:
      claim === undefined
        ? undefined
        : {
            name: "the volume",
            free: `kubelet_volume_stats_available_bytes${volume}`,
            whole: `kubelet_volume_stats_capacity_bytes${volume}`,
          },
    leavesSpace: leavesSpace(args),
    hasQuota: storage.kind === "volume" && storage.quotaGiB !== undefined,
    expiresAt,
    renewal: "Run pulumi up, which renews a certificate of the stack's own.",
  };
}

/**
 * Where a Prometheus that runs in the cluster finds the registry's pods, as `scrape_configs`. Its service account must be allowed to
 * list Services, Endpoints and Pods of the namespace. The kubelet's metrics, of the volume, are scraped by a job of the cluster.
 */
export function scrapeConfigs({ distribution, kubernetes }: KubernetesDescription): object[] {
  const { monitoring, namespace } = kubernetes;
  const label = (source: string, target_label: string) => ({
    source_labels: [`__meta_kubernetes_${source}`],
    target_label,
  });
  return [
    {
      job_name: metricsService,
      metrics_path: distribution.metrics.path,
      scrape_interval: `${monitoring.intervalSeconds}s`,
      kubernetes_sd_configs: [{ role: "endpoints", namespaces: { names: [namespace] } }],
      relabel_configs: [
        {
          source_labels: ["__meta_kubernetes_service_name"],
          regex: metricsService,
          action: "keep",
        },
        label("namespace", "namespace"),
        label("pod_name", "pod"),
      ],
    },
  ];
}
