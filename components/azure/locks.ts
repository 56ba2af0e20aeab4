import type { AzureDescription } from "./settings";
import type * as pulumi from "@pulumi/pulumi";
import { ManagementLockByScope } from "@pulumi/azure-native/authorization/managementLockByScope";
import { Deletion } from "../model/environment";

/**
 * A lock that lets nobody delete the registry, by Pulumi, the portal or the CLI. It holds what is in the registry's scope, too:
 * role assignments and tokens. So it comes after all of them, and on the way down goes before them.
 */
export function createLock(
  name: string,
  scope: pulumi.Input<string>,
  { deletion, stack }: AzureDescription,
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
