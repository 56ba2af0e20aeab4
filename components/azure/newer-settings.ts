import type { AzureDescription } from "./settings";
import type { Registry } from "@pulumi/azure-native/containerregistry/registry";
import { Deployment } from "@pulumi/azure-native/resources/deployment";
import type * as pulumi from "@pulumi/pulumi";

import { Deletion } from "../model/environment";
import { roleModeOf } from "./choices";
import type { RegistryShape } from "./container-registry";
import { prefixInNames, stackTags } from "./names";
import { isLimited } from "./network";
import type { Home } from "./place";
import { templateOf } from "./resource-template";

/** API versions that have the settings below; soft delete is only in previews. */
const apiVersions = { general: "2025-11-01", preview: "2026-01-01-preview" } as const;

/** Tag of the deployment by which the state shows the mode: Azure returns no template. */
export const roleModeTag = "role-assignment-mode";

/**
 * Settings that the API version of the provider's own resource, 2023-01-01-preview, does not have. Both are always stated: a
 * setting that is left out keeps its value, and going back to it would change nothing.
 */
function newerProperties(args: AzureDescription, runsTask: boolean) {
  return {
    roleAssignmentMode: roleModeOf(args.azure),
    networkRuleBypassAllowedForTasks: runsTask && isLimited(args),
  };
}

/**
 * Applies settings of a newer API version to the registry. The template has all properties of the registry, as a PUT resets what it
 * leaves out, and so runs again whenever the registry changes.
 * @param grants roles of the mode, which exist before the mode counts, so that a change of it locks nobody out
 */
export function applyNewerSettings(
  name: string,
  registry: Registry,
  registryName: string,
  { sku, identity, properties }: RegistryShape,
  runsTask: boolean,
  grants: pulumi.Resource[],
  home: Home,
  args: AzureDescription,
  opts: pulumi.CustomResourceOptions,
): Deployment {
  const { softDeletePolicy, ...policies } = properties.policies;
  const softDelete = args.azure.softDeleteDays !== undefined;
  return new Deployment(
    name,
    {
      resourceGroupName: home.resourceGroupName,
      deploymentName: `${prefixInNames(args.namePrefix)}-registry-settings`,
      properties: templateOf({
        type: "Microsoft.ContainerRegistry/registries",
        apiVersion: softDelete ? apiVersions.preview : apiVersions.general,
        name: registryName,
        location: registry.location,
        tags: stackTags(args),
        sku,
        identity,
        properties: {
          ...properties,
          policies: { ...policies, ...(softDelete && { softDeletePolicy }) },
          ...newerProperties(args, runsTask),
        },
      }),
      tags: { ...stackTags(args), [roleModeTag]: roleModeOf(args.azure) },
    },
    // It tells the next up the mode of a registry that was kept.
    {
      ...opts,
      dependsOn: [registry, ...grants],
      retainOnDelete: args.deletion === Deletion.Retain,
    },
  );
}
