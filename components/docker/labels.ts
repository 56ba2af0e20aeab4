/** Label that every object of a stack carries; its value is the stack's name. */
export const stackLabel = "io.wharf.stack";

/** Labels of a stack's objects on the Docker host, as @pulumi/docker takes them. */
export function stackLabels(stack: string): { label: string; value: string }[] {
  return [
    { label: stackLabel, value: stack },
    { label: "org.opencontainers.image.vendor", value: "Wharf" },
  ];
}
