import type * as pulumi from "@pulumi/pulumi";
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

/**
 * Options of a volume or a network. Docker changes no label of either once it exists, so that the provider would replace it for a
 * new label: the volume with the images in it, the network with the containers on it. It keeps those that it was made with.
 */
export function labelledOnce<Options extends pulumi.CustomResourceOptions>(opts: Options): Options {
  return { ...opts, ignoreChanges: ["labels"] };
}
