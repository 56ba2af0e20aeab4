import type * as pulumi from "@pulumi/pulumi";

/** Platforms that a registry can be on. */
export const Target = {
  Docker: "docker",
  Kubernetes: "kubernetes",
  Aws: "aws",
  Gcp: "gcp",
  Azure: "azure",
} as const;
export type Target = (typeof Target)[keyof typeof Target];

/** Targets on which Wharf runs the registry's software itself; on the others the platform does. */
export const selfHosted: readonly Target[] = [Target.Docker, Target.Kubernetes];

/** What a registry is for; it sets the defaults of protection and reach. */
export const Environment = { Lab: "lab", Dev: "dev", Staging: "staging", Prod: "prod" } as const;
export type Environment = (typeof Environment)[keyof typeof Environment];

/** What happens to the images when the stack is removed. */
export const Deletion = { Protect: "protect", Retain: "retain", Force: "force" } as const;
export type Deletion = (typeof Deletion)[keyof typeof Deletion];

/** Options of what holds images, or without which nobody reads them, by what happens to it when the stack is removed. */
export function guarded(
  deletion: Deletion,
  opts: pulumi.CustomResourceOptions,
): pulumi.CustomResourceOptions {
  // A protected component protects its resources; an option of a resource would undo that.
  const { __protect: inherited } = (opts.parent ?? {}) as { __protect?: boolean };
  return {
    ...opts,
    protect: deletion === Deletion.Protect || inherited === true,
    retainOnDelete: deletion === Deletion.Retain,
  };
}
