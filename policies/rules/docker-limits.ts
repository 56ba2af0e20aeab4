import { containerType, isStarted } from "../docker";
import { levels, type ResourceRule } from "../rule";

export const dockerLimits: ResourceRule = {
  name: "docker-limits",
  severity: "medium",
  description: "A container on a Docker host cannot take all of its memory and processors.",
  remediation: "Set memory in MiB, and cpus or cpuShares.",
  corresponds: ["CIS Docker 5.11", "CIS Docker 5.12"],
  levels: levels("disabled", "advisory", "advisory", "mandatory"),
  general: true,
  types: [containerType],
  checks: [
    function* (resource) {
      if (isStarted(resource) && !resource.props.memory) yield "memory is not set.";
    },
    function* (resource) {
      const { cpus, cpuShares, cpuSet } = resource.props;
      if (isStarted(resource) && !cpus && !cpuShares && !cpuSet)
        yield "cpus and cpuShares are not set.";
    },
  ],
};
