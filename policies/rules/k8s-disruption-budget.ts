import { known } from "../known";
import { mayCover } from "../kubernetes";
import { levels, type StackRule } from "../rule";

const budget = "kubernetes:policy/v1:PodDisruptionBudget";
const replicated = ["kubernetes:apps/v1:Deployment", "kubernetes:apps/v1:StatefulSet"];

export const k8sDisruptionBudget: StackRule = {
  name: "k8s-disruption-budget",
  severity: "medium",
  description: "Several replicas are not taken down together when nodes are drained.",
  remediation: "Add a PodDisruptionBudget in the namespace whose selector takes the pods in.",
  corresponds: [],
  levels: levels("disabled", "disabled", "advisory", "mandatory"),
  general: true,
  types: [budget, ...replicated],
  *stack(resources) {
    const budgets = resources.filter(({ type }) => type === budget);
    for (const resource of resources.filter(({ type }) => replicated.includes(type))) {
      yield* known(function* () {
        if (((resource.props.spec?.replicas as number | undefined) ?? 1) < 2) return;
        if (budgets.some((one) => mayCover(one, resource, () => one.props.spec?.selector))) return;
        yield {
          resource,
          message: `It has ${resource.props.spec.replicas} replicas and no PodDisruptionBudget in this stack.`,
        };
      });
    }
  },
};
