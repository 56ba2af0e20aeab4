import { z } from "zod";
import { dnsLabel } from "./names";

/** Schema of `wharf:kubernetes.monitoring`: what Prometheus is told. */
export const monitoringSettings = z.strictObject({
  enabled: z.boolean().default(false).meta({
    description:
      "Whether a ServiceMonitor and a PrometheusRule are made, of which the cluster must know the kinds: the Prometheus operator brings them. It takes `engine.metrics.enabled`. Defaults to false.",
  }),
  namespace: dnsLabel.default("monitoring").meta({
    description:
      "Namespace of Prometheus, the only one from which the metrics can be fetched where a network policy is made. Defaults to monitoring.",
  }),
  labels: z.record(z.string(), z.string()).default({}).meta({
    description:
      "Labels by which the operator finds both, such as `release: kube-prometheus-stack`. Defaults to none.",
  }),
  intervalSeconds: z.int().min(1).default(30).meta({
    description: "Seconds between two readings of the metrics. Defaults to 30.",
  }),
});
