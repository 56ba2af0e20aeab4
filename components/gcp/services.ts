import type * as pulumi from "@pulumi/pulumi";
import { Service } from "@pulumi/gcp/projects/service";
import type { RegistryArgs } from "../registry";
import { createdKey } from "./encryption-key";
import type { Place } from "./place";
import { scansAny } from "./scanning";

/** The APIs of the project that the registry needs, those that it does not need left out. */
export interface Services {
  artifactRegistry?: Service;
  /** Scans images that are pushed, at a price for each. */
  containerScanning?: Service;
  /** For a key of the stack's own. */
  kms?: Service;
}

/** Enables the APIs that the registry needs. None is disabled when the stack goes: others in the project may have come to use it. */
export function createServices(
  name: string,
  args: RegistryArgs,
  { project }: Place,
  opts: pulumi.CustomResourceOptions,
): Services {
  if (!args.gcp.enableServices) return {};
  const enable = (api: string) =>
    new Service(
      `${name}-service-${api}`,
      {
        project,
        service: `${api}.googleapis.com`,
        disableOnDestroy: false,
        disableDependentServices: false,
      },
      opts,
    );
  return {
    artifactRegistry: enable("artifactregistry"),
    ...(scansAny(args) ? { containerScanning: enable("containerscanning") } : {}),
    ...(args.encryption.key === createdKey ? { kms: enable("cloudkms") } : {}),
  };
}

/** Options of what comes after some resources, those that there are. */
export function after(
  opts: pulumi.CustomResourceOptions,
  ...resources: (pulumi.Resource | undefined)[]
): pulumi.CustomResourceOptions {
  return { ...opts, dependsOn: resources.filter((resource) => resource !== undefined) };
}
