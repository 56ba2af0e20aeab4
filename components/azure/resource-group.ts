import type { AzureDescription } from "./settings";
import type * as pulumi from "@pulumi/pulumi";
import { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup";

import { stackTags } from "./names";
import { guarded } from "../model/environment";

/** The stack's own resource group, which is kept where images are; undefined where an existing one is used. */
export function createResourceGroup(
  name: string,
  resourceGroupName: string,
  location: string | undefined,
  args: AzureDescription,
  opts: pulumi.CustomResourceOptions,
): ResourceGroup | undefined {
  if (!args.azure.resourceGroup.create) return undefined;
  return new ResourceGroup(
    name,
    { resourceGroupName, location, tags: stackTags(args) },
    guarded(args.deletion, opts),
  );
}
