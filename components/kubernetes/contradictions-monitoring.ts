import { setCommand } from "../description/messages";
import type { Problem } from "../description/problems";
import type { Parsed } from "../description/schema";

/** Nothing is monitored without metrics. */
export function monitoringProblems({ engine, kubernetes }: Parsed): Problem[] {
  return kubernetes.monitoring.enabled && !engine.metrics.enabled
    ? [
        {
          key: "wharf:kubernetes.monitoring.enabled",
          message: "true needs metrics, but wharf:engine.metrics.enabled is false",
          fix: setCommand(["engine", "metrics", "enabled"], true),
        },
      ]
    : [];
}
