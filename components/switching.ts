import * as pulumi from "@pulumi/pulumi";
import { setCommand } from "./description/messages";
import type { Problem } from "./description/problems";
import type { RegistryArgs } from "./registry";

/**
 * The problem of a stack that stands on another target than its description now names: carrying that out would delete the old
 * registry with its images before anyone could copy them. Empty for a new stack, and where the target is the same.
 */
export async function switchingProblems({ target, stack }: RegistryArgs): Promise<Problem[]> {
  const name = `${pulumi.getOrganization()}/${pulumi.getProject()}/${stack}`;
  // The engine's own call behind pulumi.StackReference, which would leave a resource of itself in the state.
  const { outputs } = (await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name })) as {
    outputs: { target?: string };
  };
  if (outputs.target === undefined || outputs.target === target) return [];
  return [
    {
      key: "wharf:target",
      message: `"${target}" is not what the stack stands on, ${outputs.target}: its registry and the images in it would go. Describe ${target} in a stack of its own (pulumi stack init ${stack}-${target} --copy-config-from ${stack}), copy the images, and take this one down`,
      fix: setCommand(["target"], outputs.target),
    },
  ];
}
