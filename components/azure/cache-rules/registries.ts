import { RoleAssignment } from "@pulumi/azure-native/authorization/roleAssignment";
import type { CacheRule } from "@pulumi/azure-native/containerregistry/cacheRule";
import { UserAssignedIdentity } from "@pulumi/azure-native/managedidentity/userAssignedIdentity";
import { Deployment } from "@pulumi/azure-native/resources/deployment";
import * as pulumi from "@pulumi/pulumi";
import { upstreamOf, type Cache } from "../../model/caches";
import type { InRegistry } from "../container-registry";
import { prefixInNames, stackTags } from "../names";
import { templateOf } from "../resource-template";
import { type Home, inGroup } from "../place";
import { roleDefinitionId } from "../role-assignments";
import type { AzureDescription } from "../settings";

/** The identity that a cache reads another registry of ACR by, and its role there. */
export interface RegistryReader {
  identity: UserAssignedIdentity;
  grant: RoleAssignment;
}

/** The identity that a cache rule pulls by, which a template gives it. */
export interface RuleIdentity extends RegistryReader {
  settings: Deployment;
}

/**
 * The managed identity by which a cache pulls from another ACR, with the right to read its images and no other: ACR does not accept a user
 * and password there ("Enable artifact cache to cache artifacts from another Azure Container Registry").
 */
export function createReader(
  name: string,
  { name: cache }: Cache,
  home: Home,
  args: AzureDescription,
  opts: pulumi.CustomResourceOptions,
): RegistryReader {
  const identity = new UserAssignedIdentity(
    `${name}-identity`,
    {
      ...inGroup(home),
      resourceName: `id-${prefixInNames(args.namePrefix)}-cache-${cache}`,
      tags: stackTags(args),
    },
    opts,
  );
  const grant = new RoleAssignment(
    `${name}-reader`,
    {
      // The rules of the description require it.
      scope: args.azure.pullThroughCaches.registries[cache] ?? "",
      roleDefinitionId: roleDefinitionId(
        "Container Registry Repository Reader",
        home.subscriptionId,
      ),
      principalId: identity.principalId,
      principalType: "ServicePrincipal",
      description: `Lets the cache ${cache} of Wharf's stack ${args.stack} pull from this registry.`,
    },
    opts,
  );
  return { identity, grant };
}

/**
 * Gives a rule its identity, which the API version of the provider's own cache rules, 2024-11-01-preview, does not have.
 */
export function giveIdentity(
  name: string,
  { name: cache, upstream }: Cache,
  { identity, grant }: RegistryReader,
  rule: CacheRule,
  inRegistry: InRegistry,
  args: AzureDescription,
  opts: pulumi.CustomResourceOptions,
): RuleIdentity {
  const settings = new Deployment(
    `${name}-settings`,
    {
      resourceGroupName: inRegistry.resourceGroupName,
      deploymentName: `${prefixInNames(args.namePrefix)}-cache-${cache}`,
      properties: templateOf({
        type: "Microsoft.ContainerRegistry/registries/cacheRules",
        apiVersion: "2026-01-01-preview",
        name: pulumi.interpolate`${inRegistry.registryName}/${rule.name}`,
        identity: {
          type: "UserAssigned",
          userAssignedIdentities: identity.id.apply((id) => ({ [id]: {} })),
        },
        properties: {
          sourceRepository: `${upstreamOf(upstream).registry}/*`,
          targetRepository: `${cache}/*`,
        },
      }),
      tags: stackTags(args),
    },
    // A pull before the identity may read would be refused by the upstream.
    { ...opts, dependsOn: [rule, grant] },
  );
  return { identity, grant, settings };
}
