import type * as pulumi from "@pulumi/pulumi";
import { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup";
import type { RegistryArgs } from "../registry";
import { stackTags } from "./labels";
import { guarded } from "../deletion";

/** The resource group of the stack's own, which stays where images do; undefined where one that is there is taken. */
export function createResourceGroup(
  name: string,
  resourceGroupName: string,
  location: string | undefined,
  args: RegistryArgs,
  opts: pulumi.CustomResourceOptions,
): ResourceGroup | undefined {
  if (!args.azure.resourceGroup.create) return undefined;
  return new ResourceGroup(
    name,
    { resourceGroupName, location, tags: stackTags(args) },
    guarded(args.deletion, opts),
  );
}
