import { setCommand } from "./description/messages";
import type { Problem } from "./description/problems";
import type { RegistryArgs } from "./registry";
import type { StandingOutputs } from "./standing";

/**
 * The problem of a stack that stands on another target than its description now names: carrying that out would delete the old
 * registry with its images before anyone could copy them. Empty for a new stack, and where the target is the same.
 */
export function switchingProblems(
  { target, stack }: Pick<RegistryArgs, "target" | "stack">,
  standing: StandingOutputs,
): Problem[] {
  if (standing.target === undefined || standing.target === target) return [];
  return [
    {
      key: "wharf:target",
      message: `"${target}" is not what the stack stands on, ${standing.target}: its registry and the images in it would go. Describe ${target} in a stack of its own (pulumi stack init ${stack}-${target} --copy-config-from ${stack}), copy the images, and take this one down`,
      fix: setCommand(["target"], standing.target),
    },
  ];
}
