import type { KubernetesDescription } from "../settings";
import { stackIdsAmong } from "../../state/stack-id";
import { stackLabelValue } from "../../core/stack-names";
import { standingResources } from "../../state/standing";
import { stackIdLabel, stackLabel } from "../labels";

/** What the API says of any object, as far as it tells whose it is. */
export interface Identity {
  labels?: Record<string, string>;
  /** Kubernetes' own identifier; no other object ever has it, not even one that is created again under the name. */
  uid?: string;
}

/** What the state of the stack says of the objects that are its own. */
export interface Ownership {
  /** Ids that they carry, one for each registry of the program; none for a new stack, and for one from before stacks had ids. */
  ids: readonly string[];
  /** Kubernetes' identifiers of the objects that the state has. */
  uids: ReadonlySet<string>;
}

/** Reads the running stack's state as it was before this run. */
export async function ownershipOf(args: KubernetesDescription): Promise<Ownership> {
  const standing = await standingResources(args);
  const uids = standing.flatMap(({ properties }) => {
    const { uid } = (properties.metadata ?? {}) as Identity;
    return typeof uid === "string" ? [uid] : [];
  });
  return { ids: stackIdsAmong(standing), uids: new Set(uids) };
}

/** Whether labels name the stack, which tells nothing of whose stack of that name it is. */
export function namesStack(
  labels: Record<string, string> | undefined,
  { stack }: Pick<KubernetesDescription, "stack">,
): boolean {
  return labels?.[stackLabel] === stackLabelValue(stack);
}

/** Whether an object is the stack's own: it carries the id in its state. One from before stacks had ids is its own by its identifier. */
export function isOwn(identity: Identity | undefined, { ids, uids }: Ownership): boolean {
  const marked = identity?.labels?.[stackIdLabel];
  if (marked !== undefined) return ids.includes(marked);
  return identity?.uid !== undefined && uids.has(identity.uid);
}
