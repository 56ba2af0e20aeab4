import type { RegistryArgs } from "../registry";

/** Label that every object of a stack carries; its value is the stack's name. */
export const stackLabel = "io.wharf.stack";

/**
 * Labels that say when a lab goes. Docker changes no label of what exists, so that a new time replaces the object: these belong on
 * one whose replacement nobody notices, and on no volume, network or running container.
 */
export function expiryLabels({
  expiresAt,
}: Pick<RegistryArgs, "expiresAt">): { label: string; value: string }[] {
  return expiresAt === undefined ? [] : [{ label: "io.wharf.expires-at", value: expiresAt }];
}

/** Labels of a stack's objects on the Docker host, as @pulumi/docker takes them: Wharf's own and those of the description. */
export function stackLabels({
  stack,
  labels,
}: Pick<RegistryArgs, "stack" | "labels">): { label: string; value: string }[] {
  return [
    ...Object.entries(labels).map(([label, value]) => ({ label, value })),
    { label: stackLabel, value: stack },
    { label: "org.opencontainers.image.vendor", value: "Wharf" },
  ];
}
