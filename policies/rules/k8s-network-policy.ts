import { known } from "../known";
import { isWorkload, mayCover, workloadTypes } from "../kubernetes";
import { levels, type StackRule } from "../rule";

const networkPolicy = "kubernetes:networking.k8s.io/v1:NetworkPolicy";

export const k8sNetworkPolicy: StackRule = {
  name: "k8s-network-policy",
  severity: "medium",
  description: "A NetworkPolicy says who reaches a pod.",
  remediation: "Add a NetworkPolicy in the namespace whose podSelector takes the pods in.",
  corresponds: ["CKV2_K8S_6", "KSV-0038", "C-0030"],
  levels: levels("disabled", "advisory", "mandatory", "mandatory"),
  general: true,
  types: [networkPolicy, ...workloadTypes],
  *stack(resources) {
    const policies = resources.filter(({ type }) => type === networkPolicy);
    for (const resource of resources.filter(({ type }) => isWorkload(type))) {
      yield* known(function* () {
        const covered = policies.some((one) =>
          mayCover(one, resource, () => one.props.spec?.podSelector),
        );
        if (!covered)
          yield {
            resource,
            message:
              "No NetworkPolicy of this stack takes its pods in: every pod of the cluster reaches them.",
          };
      });
    }
  },
};
