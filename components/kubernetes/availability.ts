import type { KubernetesDescription } from "./settings";
import type * as pulumi from "@pulumi/pulumi";
import { HorizontalPodAutoscaler } from "@pulumi/kubernetes/autoscaling/v2/horizontalPodAutoscaler";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1/podDisruptionBudget";

import { metadata, selectorLabels } from "./labels";

/**
 * Lets the drain of a node take one pod at a time. None with a single pod: a budget would then block every drain, or allow what
 * is allowed without it.
 */
export function createDisruptionBudget(
  name: string,
  args: KubernetesDescription,
  opts: pulumi.CustomResourceOptions,
): PodDisruptionBudget | undefined {
  const { autoscaling, replicas } = args.kubernetes;
  if ((autoscaling?.minReplicas ?? replicas) < 2) return undefined;
  return new PodDisruptionBudget(
    name,
    {
      metadata: metadata(args, "registry"),
      spec: {
        maxUnavailable: 1,
        // A pod that is not ready serves nobody, and would hold up the drain without end.
        unhealthyPodEvictionPolicy: "AlwaysAllow",
        selector: { matchLabels: selectorLabels(args, "registry") },
      },
    },
    opts,
  );
}

/** Adds and removes pods by their use of processors; undefined where the description fixes their number. */
export function createAutoscaler(
  name: string,
  args: KubernetesDescription,
  opts: pulumi.CustomResourceOptions,
): HorizontalPodAutoscaler | undefined {
  const { autoscaling } = args.kubernetes;
  if (autoscaling === undefined) return undefined;
  return new HorizontalPodAutoscaler(
    name,
    {
      metadata: metadata(args, "registry"),
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "registry" },
        minReplicas: autoscaling.minReplicas,
        maxReplicas: autoscaling.maxReplicas,
        metrics: [
          {
            type: "Resource",
            resource: {
              name: "cpu",
              target: { type: "Utilization", averageUtilization: autoscaling.cpuPercent },
            },
          },
        ],
      },
    },
    opts,
  );
}
