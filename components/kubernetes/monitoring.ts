import type { KubernetesDescription } from "./settings";
import * as pulumi from "@pulumi/pulumi";
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import { Service } from "@pulumi/kubernetes/core/v1/service";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import { debugPort } from "../distribution/config";

import { alertsFor } from "./alerts";
import type { TlsSecret } from "./certificates";
import { metadata, selectorLabels } from "./labels";
import type { Claim } from "./storage";

const objectName = "registry-metrics";

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
 * Prometheus operator reads: a ServiceMonitor and a PrometheusRule.
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
        metadata: metadata(args, objectName, "metrics"),
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
  const meta = metadata(args, objectName, "metrics");
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
    .apply((expiresAt) =>
      alertsFor(args, { job: objectName, claim: inputs.claim?.name, expiresAt }),
    );
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
