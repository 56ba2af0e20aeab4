import { containerType, isStarted } from "../docker";
import { levels, type ResourceRule } from "../rule";

export const dockerNoPrivileged: ResourceRule = {
  name: "docker-no-privileged",
  severity: "critical",
  description:
    "A container on a Docker host is not privileged and shares no namespace with the host.",
  remediation: "Leave privileged, and host as networkMode, pidMode, ipcMode and usernsMode, out.",
  corresponds: [
    "CIS Docker 5.5",
    "CIS Docker 5.10",
    "CIS Docker 5.16",
    "CIS Docker 5.17",
    "CIS Docker 5.31",
  ],
  levels: levels("mandatory", "mandatory", "mandatory", "mandatory"),
  general: true,
  types: [containerType],
  checks: [
    function* (resource) {
      if (isStarted(resource) && resource.props.privileged === true)
        yield "privileged is true: the container owns the host.";
    },
    ...["networkMode", "pidMode", "ipcMode", "usernsMode"].map(
      (mode): ResourceRule["checks"][number] =>
        function* (resource) {
          if (isStarted(resource) && resource.props[mode] === "host") yield `${mode} is host.`;
        },
    ),
  ],
};
