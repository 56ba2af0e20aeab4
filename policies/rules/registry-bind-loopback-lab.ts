import { containerType, isReachable, type Published } from "../docker";
import { eachKnown } from "../known";
import { runs } from "../registry";
import { levels, type ResourceRule } from "../rule";

export const registryBindLoopbackLab: ResourceRule = {
  name: "registry-bind-loopback-lab",
  severity: "high",
  description: "A registry in a lab listens on localhost only.",
  remediation: "Set ip of the port to 127.0.0.1.",
  corresponds: ["CIS Docker 5.14"],
  levels: levels("mandatory", "disabled", "disabled", "disabled"),
  types: [containerType],
  checks: [
    function* (resource) {
      if (runs(resource).length === 0) return;
      yield* eachKnown(
        () => resource.props.ports as Published[] | undefined,
        function* (port) {
          if (isReachable(port))
            yield `Port ${port.external ?? port.internal} is published on ${port.ip ?? "every address of the host"}.`;
        },
      );
    },
  ],
};
