import type * as pulumi from "@pulumi/pulumi";
import { ManagementLockByScope } from "@pulumi/azure-native/authorization/managementLockByScope";
import { Deletion } from "../description/choices";
import type { RegistryArgs } from "../registry";
import { deliveryInside } from "./delivery";
import type { AzureRegistry } from "./registry";

/**
 * A lock that lets nobody delete the registry, by Pulumi, the portal or the CLI. It holds what is in the registry's scope, too:
 * role assignments and tokens. So it comes after all of them, and on the way down goes before them.
 */
export function createLock(
  name: string,
  scope: pulumi.Input<string>,
  { deletion, stack }: RegistryArgs,
  dependsOn: pulumi.Resource[],
  opts: pulumi.CustomResourceOptions,
): ManagementLockByScope | undefined {
  if (deletion !== Deletion.Protect) return undefined;
  return new ManagementLockByScope(
    name,
    {
      scope,
      lockName: "wharf-keeps-images",
      level: "CanNotDelete",
      notes: `Holds the images of Wharf's stack ${stack}; set wharf:deletion to retain or force to take it off.`,
    },
    { ...opts, dependsOn },
  );
}

/** What stands in the registry's scope, so that a lock on the registry holds it, too. */
export function insideRegistry({
  registry,
  purge,
  newerSettings,
  roleAssignments,
  delivery,
  tokens,
  replicas,
  privateAccess,
  webhooks,
  diagnostics,
}: AzureRegistry): pulumi.Resource[] {
  return [
    registry,
    ...(purge === undefined ? [] : [purge.task, ...purge.grants]),
    ...(newerSettings === undefined ? [] : [newerSettings]),
    ...roleAssignments,
    ...deliveryInside(delivery),
    ...tokens.scopeMaps,
    ...tokens.tokens,
    ...replicas,
    ...privateAccess.endpoints,
    ...webhooks,
    ...(diagnostics === undefined ? [] : [diagnostics]),
  ];
}
