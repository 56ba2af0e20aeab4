import { containerType, isStarted } from "../docker";
import { levels, type ResourceRule } from "../rule";

export const dockerRestartPolicy: ResourceRule = {
  name: "docker-restart-policy",
  severity: "medium",
  description:
    "A container on a Docker host comes back after a failure and after a restart of the host.",
  remediation: "Set restart to unless-stopped, always or on-failure.",
  corresponds: ["CIS Docker 5.15"],
  levels: levels("disabled", "advisory", "mandatory", "mandatory"),
  general: true,
  types: [containerType],
  checks: [
    function* (resource) {
      const restart = (resource.props.restart ?? "no") as string;
      if (isStarted(resource) && resource.props.mustRun !== false && restart === "no")
        yield "restart is no.";
    },
  ],
};
