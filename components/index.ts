// The package's public door.

export { AwsRegistry } from "./aws/registry";
export { AzureRegistry } from "./azure/registry";
export { DockerRegistry } from "./docker/registry";
export { GcpRegistry } from "./gcp/registry";
export { KubernetesRegistry } from "./kubernetes/registry";
export { createRegistry, type CreateRegistryArgs } from "./targets";
export { DescriptionError, type Problem } from "./core/problems";
export type { Registry, RegistryOutputs } from "./registry";

export { Deletion, Environment, Target } from "./model/environment";
export type * from "./args/delivery";
export type * from "./args/registry";
export type * from "./args/repositories";
export type * from "./args/server";
export type * from "./aws/args";
export type * from "./azure/args";
export type * from "./model/distribution/args";
export type * from "./args/storage";
export type * from "./docker/args";
export type * from "./gcp/args";
export type * from "./kubernetes/args";
export type * from "./kubernetes/block-args";
