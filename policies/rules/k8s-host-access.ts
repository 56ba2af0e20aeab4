import { eachKnown } from "../known";
import { allContainersOf, podSpecOf, workloadTypes } from "../kubernetes";
import { levels, type ResourceRule } from "../rule";

export const k8sHostAccess: ResourceRule = {
  name: "k8s-host-access",
  severity: "critical",
  description: "A pod sees nothing of its node.",
  remediation: "Leave hostNetwork, hostPID, hostIPC, hostPort and volumes of hostPath out.",
  corresponds: [
    "CKV_K8S_17",
    "CKV_K8S_19",
    "CKV_K8S_26",
    "CKV_K8S_27",
    "KSV-0006",
    "KSV-0023",
    "KSV-0024",
  ],
  levels: levels("advisory", "mandatory", "mandatory", "mandatory"),
  general: true,
  types: workloadTypes,
  checks: [
    ...(["hostNetwork", "hostPID", "hostIPC"] as const).map(
      (namespace): ResourceRule["checks"][number] =>
        function* (resource) {
          if (podSpecOf(resource)[namespace] === true) yield `${namespace} is true.`;
        },
    ),
    function* (resource) {
      yield* eachKnown(
        () => podSpecOf(resource).volumes,
        function* ({ name, hostPath }) {
          if (hostPath) yield `Volume ${name} is ${hostPath.path} of the node.`;
        },
      );
    },
    function* (resource) {
      yield* eachKnown(
        () => allContainersOf(resource),
        function* ({ name, ports = [] }) {
          for (const { hostPort } of ports)
            if (hostPort) yield `Container ${name} takes port ${hostPort} of the node.`;
        },
      );
    },
  ],
};
