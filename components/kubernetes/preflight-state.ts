import type { RegistryArgs } from "../registry";
import { stackIdAmong } from "../stack-id";
import { stackLabelValue } from "../stack-names";
import { standingResources } from "../standing";
import { stackIdLabel, stackLabel } from "./labels";

/** What the state of the stack says of the objects that are its own. */
export interface Ownership {
  /** Id that they carry; undefined for a new stack, and for one from before stacks had ids. */
  id: string | undefined;
  /** Whether the state has resources of the registry, finished or not. */
  holds: boolean;
}

/** Reads the running stack's state as it was before this run. */
export async function ownershipOf(args: RegistryArgs): Promise<Ownership> {
  const standing = await standingResources(args);
  return {
    id: stackIdAmong(standing),
    holds: standing.some(({ urn }) => urn.includes("::wharf:index:KubernetesRegistry$")),
  };
}

/** Whether labels name the stack, which tells nothing of whose stack of that name it is. */
export function namesStack(
  labels: Record<string, string> | undefined,
  { stack }: Pick<RegistryArgs, "stack">,
): boolean {
  return labels?.[stackLabel] === stackLabelValue(stack);
}

/** Whether an object is the stack's own, by its labels. One from before stacks had ids is that of a stack which stands. */
export function isOwn(
  labels: Record<string, string> | undefined,
  args: Pick<RegistryArgs, "stack">,
  { id, holds }: Ownership,
): boolean {
  if (!namesStack(labels, args)) return false;
  const marked = labels?.[stackIdLabel];
  return marked === undefined ? holds : marked === id;
}
