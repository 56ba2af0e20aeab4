import type { RegistryArgs } from "../registry";

/** Tags that everything of a stack carries; they win over the description's own of the same name. */
export const ownTags = ["managed-by", "stack", "environment", "expires-at"] as const;

/** Tags of a stack's resources: the description's labels and Wharf's own; a lab's with the time when it goes. */
export function stackTags({
  stack,
  environment,
  expiresAt,
  labels,
}: RegistryArgs): Record<string, string> {
  return {
    ...labels,
    "managed-by": "wharf",
    stack,
    environment,
    ...(expiresAt !== undefined && { "expires-at": expiresAt }),
  };
}
