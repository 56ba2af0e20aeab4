import { podSpecOf, workloadTypes } from "../kubernetes";
import { levels, type ResourceRule } from "../rule";

export const k8sAccountToken: ResourceRule = {
  name: "k8s-account-token",
  severity: "medium",
  description: "A pod that does not use the cluster's API has no token for it.",
  remediation: "Set automountServiceAccountToken to false in the pod.",
  corresponds: ["CKV_K8S_38", "KSV-0036", "C-0034"],
  levels: levels("advisory", "advisory", "mandatory", "mandatory"),
  general: true,
  types: workloadTypes,
  checks: [
    function* (resource) {
      if (podSpecOf(resource).automountServiceAccountToken !== false)
        yield "automountServiceAccountToken is not false.";
    },
  ],
};
