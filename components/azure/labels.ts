import type { RegistryArgs } from "../registry";

/** Tags that everything of a stack carries; they win over the description's own of the same name. */
export const ownTags = ["managed-by", "stack", "environment"] as const;

/** Tags of a stack's resources: the description's labels and Wharf's own. */
export function stackTags({ stack, environment, labels }: RegistryArgs): Record<string, string> {
  return { ...labels, "managed-by": "wharf", stack, environment };
}
