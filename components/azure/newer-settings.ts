import type { AzureDescription } from "./settings";
import type { Registry } from "@pulumi/azure-native/containerregistry/registry";
import { Deployment } from "@pulumi/azure-native/resources/deployment";
import type * as pulumi from "@pulumi/pulumi";
import { RoleAssignmentMode } from "../access/acr";

import type { RegistryShape } from "./container-registry";
import { prefixInNames, stackTags } from "./names";
import { isLimited } from "./network";
import type { Home } from "./place";

/** API versions that have the settings below; soft delete is only in previews. */
const apiVersions = { general: "2025-11-01", preview: "2026-01-01-preview" } as const;

/** Settings that the API version of the provider's own resource, 2023-01-01-preview, does not have; undefined where none is needed. */
function newerProperties(args: AzureDescription, runsTask: boolean) {
  const { roleAssignmentMode } = args.azure;
  const networkRuleBypassAllowedForTasks = runsTask && isLimited(args);
  const needed = roleAssignmentMode === RoleAssignmentMode.Abac || networkRuleBypassAllowedForTasks;
  return needed ? { roleAssignmentMode, networkRuleBypassAllowedForTasks } : undefined;
}

/**
 * Applies settings of a newer API version to the registry, by a template of Azure Resource Manager, since the provider's own
 * resource has one version and its generic one reads back by another (pulumi-azure-native issues 4109 and 4337). The template
 * has all properties of the registry, as a PUT resets what it leaves out, and so runs again whenever the registry changes.
 * Deleting the deployment changes nothing on the registry.
 */
export function applyNewerSettings(
  name: string,
  registry: Registry,
  registryName: string,
  { sku, identity, properties }: RegistryShape,
  runsTask: boolean,
  home: Home,
  args: AzureDescription,
  opts: pulumi.CustomResourceOptions,
): Deployment | undefined {
  const newer = newerProperties(args, runsTask);
  if (newer === undefined) return undefined;
  return new Deployment(
    name,
    {
      resourceGroupName: home.resourceGroupName,
      deploymentName: `${prefixInNames(args.namePrefix)}-registry-settings`,
      properties: {
        mode: "Incremental",
        template: {
          $schema:
            "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
          contentVersion: "1.0.0.0",
          resources: [
            {
              type: "Microsoft.ContainerRegistry/registries",
              apiVersion:
                args.azure.softDeleteDays === undefined ? apiVersions.general : apiVersions.preview,
              name: registryName,
              location: registry.location,
              tags: stackTags(args),
              sku,
              identity,
              properties: { ...properties, ...newer },
            },
          ],
        },
      },
      tags: stackTags(args),
    },
    { ...opts, dependsOn: [registry] },
  );
}
