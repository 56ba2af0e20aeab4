import type { RegistryArgs } from "../registry";

/** Label that every object of a stack carries; its value is the stack's name. */
export const stackLabel = "io.wharf.stack";

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
