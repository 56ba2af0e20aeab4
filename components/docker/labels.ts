import type { SharedDescription } from "../model/description";
import type * as pulumi from "@pulumi/pulumi";

/** Label that every object of a stack carries; its value is the stack's name. */
export const stackLabel = "io.wharf.stack";

/** Label that tells a stack's objects from those of another stack of its name; its value is the id in the stack's state. */
export const stackIdLabel = "io.wharf.stack-id";

/** A label as @pulumi/docker takes it. */
export interface Label {
  label: pulumi.Input<string>;
  value: pulumi.Input<string>;
}

/**
 * Labels that say when a lab expires. Docker changes no label of what exists, so that a new time replaces the object: these belong on
 * one whose replacement nobody notices, and on no volume, network or running container.
 */
export function expiryLabels({ expiresAt }: Pick<SharedDescription, "expiresAt">): Label[] {
  return expiresAt === undefined ? [] : [{ label: "io.wharf.expires-at", value: expiresAt }];
}

/** Labels of a stack's objects on the Docker host, as @pulumi/docker takes them: Wharf's own and those of the description. */
export function stackLabels({
  stack,
  stackId,
  labels,
}: Pick<SharedDescription, "stack" | "stackId" | "labels">): Label[] {
  return [
    ...Object.entries(labels).map(([label, value]) => ({ label, value })),
    { label: stackLabel, value: stack },
    ...(stackId === undefined ? [] : [{ label: stackIdLabel, value: stackId }]),
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

/** The id of the stack among labels as a state has them; undefined for what was made before stacks had ids. */
export function idIn(labels: unknown): string | undefined {
  const pairs = (labels ?? []) as { label: string; value: string }[];
  return pairs.find(({ label }) => label === stackIdLabel)?.value;
}
