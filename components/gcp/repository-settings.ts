import type * as pulumi from "@pulumi/pulumi";
import type { RepositoryArgs } from "@pulumi/gcp/artifactregistry/repository";
import type { RegistryArgs } from "../registry";
import { guarded } from "../deletion";
import { deletionPolicy } from "./deletion";
import type { RepositoryKey } from "./encryption";
import { stackLabels } from "./labels";
import type { Place } from "./place";
import { after, type Services } from "./services";

/** What repositories take from other resources. */
export interface RepositoryInputs {
  services: Services;
  /** Keys by location. */
  keys: Record<string, RepositoryKey>;
}

/** What every repository of a stack at one location has alike, whatever its mode. */
export interface RepositorySettings {
  args: Pick<RepositoryArgs, "project" | "format" | "kmsKeyName" | "labels" | "deletionPolicy"> & {
    location: string;
  };
  opts: pulumi.CustomResourceOptions;
}

/** What every repository of a stack at one location has alike; made once, since a stack may have thousands. */
export function repositorySettings(
  args: RegistryArgs,
  { project, location }: Place,
  { services, keys }: RepositoryInputs,
  opts: pulumi.CustomResourceOptions,
): RepositorySettings {
  const key = keys[location];
  return {
    args: {
      project,
      location,
      format: "DOCKER",
      labels: stackLabels(args),
      deletionPolicy: deletionPolicy(args.deletion),
      ...(key === undefined ? {} : { kmsKeyName: key.keyName }),
    },
    opts: after(
      guarded(args.deletion, opts),
      services.artifactRegistry,
      services.containerScanning,
      key?.grant,
    ),
  };
}
