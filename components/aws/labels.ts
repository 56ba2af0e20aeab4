import type { RegistryArgs } from "../registry";

/** Tag that everything of a stack carries; its value is the stack's name. IAM policies find the stack's repositories by it. */
export const stackTag = "io.wharf.stack";

/** Tags of everything that a stack creates: those of the description, and Wharf's own; a lab's with the time when it goes. */
export function stackTags({
  stack,
  environment,
  expiresAt,
  labels,
}: Pick<RegistryArgs, "stack" | "environment" | "expiresAt" | "labels">): Record<string, string> {
  return {
    ...labels,
    [stackTag]: stack,
    "io.wharf.environment": environment,
    ...(expiresAt !== undefined && { "io.wharf.expires-at": expiresAt }),
  };
}
