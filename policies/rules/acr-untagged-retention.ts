import { acrType } from "../acr";
import { known } from "../known";
import { azureNative, levels, type Resource, type StackRule } from "../rule";

const task = azureNative("containerregistry", "Task");

export const acrUntaggedRetention: StackRule = {
  name: "acr-untagged-retention",
  severity: "medium",
  description: "An ACR registry deletes untagged manifests.",
  remediation:
    "Enable policies.retentionPolicy or policies.softDeletePolicy, which exclude each other; with a SKU below Premium, run acr purge --untagged in a task with a timer.",
  corresponds: ["CKV_AZURE_167"],
  levels: levels("disabled", "disabled", "advisory", "mandatory"),
  types: [acrType, task],
  *stack(resources) {
    const purging = resources.some((one) => one.type === task && mayPurge(one));
    for (const resource of resources.filter(({ type }) => type === acrType)) {
      yield* known(function* () {
        const { retentionPolicy, softDeletePolicy } = resource.props.policies ?? {};
        const enabled = [retentionPolicy, softDeletePolicy].filter(
          (one) => one?.status === "enabled",
        );
        if (enabled.length === 2) {
          yield {
            resource,
            message:
              "policies.retentionPolicy and policies.softDeletePolicy are both enabled; ACR takes one of them.",
          };
        } else if (enabled.length === 0 && !purging) {
          yield {
            resource,
            message:
              "policies.retentionPolicy is not enabled, and no task of the stack purges: manifests without tags are never deleted.",
          };
        }
      });
    }
  },
};

/** Whether a task purges, as far as is known. */
function mayPurge({ props }: Resource): boolean {
  const step = known(() => [props.step as { encodedTaskContent?: string } | undefined]);
  if (step.length === 0) return true;
  const text = known(() => [Buffer.from(step[0]?.encodedTaskContent ?? "", "base64").toString()]);
  return text.length === 0 || /\bpurge\b/.test(text[0] ?? "");
}
