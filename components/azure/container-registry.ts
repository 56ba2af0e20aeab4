import { Replication } from "@pulumi/azure-native/containerregistry/replication";
import { normalLocation } from "./locations";
import { ManagementLockByScope } from "@pulumi/azure-native/authorization/managementLockByScope";
import { Deletion } from "../model/environment";
import * as pulumi from "@pulumi/pulumi";
import {
  Registry,
  type RegistryArgs as AcrArgs,
} from "@pulumi/azure-native/containerregistry/registry";

import type { AcrRetention } from "../retention/acr";
import type { AzureDescription } from "./settings";
import { Sku } from "./choices";
import type { Encryption } from "./encryption";
import { stackTags } from "./names";
import { guarded } from "../model/environment";
import { networkProperties } from "./network";
import { inGroup, type Home } from "./place";

/** What every resource within a registry names it by. */
export interface InRegistry {
  resourceGroupName: pulumi.Input<string>;
  registryName: pulumi.Input<string>;
}

/** A registry as Azure Resource Manager takes it, in the property names that all API versions share. */
export interface RegistryShape {
  sku: { name: Sku };
  identity: AcrArgs["identity"];
  properties: ReturnType<typeof propertiesOf>;
}

/** The registry's settings: closed by default, and open only where the description says so. */
export function registryShape(
  args: AzureDescription,
  sku: Sku,
  { retentionPolicy }: AcrRetention,
  encryption: Encryption | undefined,
): RegistryShape {
  return {
    sku: { name: sku },
    identity:
      encryption === undefined
        ? undefined
        : {
            type: "UserAssigned",
            userAssignedIdentities: encryption.identity.id.apply((id) => ({ [id]: {} })),
          },
    properties: propertiesOf(args, sku === Sku.Premium, retentionPolicy, encryption),
  };
}

function propertiesOf(
  args: AzureDescription,
  premium: boolean,
  retentionPolicy: AcrRetention["retentionPolicy"],
  encryption: Encryption | undefined,
) {
  const { access, azure } = args;
  return {
    // One user who may do everything, with two passwords; tokens and roles replace it.
    adminUserEnabled: false,
    anonymousPullEnabled: access.public,
    ...networkProperties(args, premium),
    encryption:
      encryption === undefined
        ? undefined
        : {
            status: "enabled",
            keyVaultProperties: {
              identity: encryption.identity.clientId,
              keyIdentifier: encryption.keyIdentifier,
            },
          },
    policies: {
      // Policies that only Premium has are left out on other SKUs. Content trust is never named: Azure refuses it on new registries.
      ...(premium
        ? {
            exportPolicy: { status: azure.exportImages ? "enabled" : "disabled" },
            // A preview feature that withholds pushed images from pulls and from Defender's scans.
            quarantinePolicy: { status: "disabled" },
            retentionPolicy: retentionPolicy ?? { status: "disabled" },
          }
        : {}),
      azureADAuthenticationAsArmPolicy: { status: azure.armTokens ? "enabled" : "disabled" },
      softDeletePolicy:
        azure.softDeleteDays === undefined
          ? { status: "disabled" }
          : { status: "enabled", retentionDays: azure.softDeleteDays },
    },
    zoneRedundancy: azure.zoneRedundant ? "Enabled" : "Disabled",
  };
}

/** The registry itself: kept when the stack is removed in dev and staging, and protected against deletion in prod. */
export function createContainerRegistry(
  name: string,
  registryName: string,
  { sku, identity, properties }: RegistryShape,
  home: Home,
  args: AzureDescription,
  encryption: Encryption | undefined,
  opts: pulumi.CustomResourceOptions,
): Registry {
  const { networkRuleSet, ...rest } = properties;
  return new Registry(
    name,
    {
      ...inGroup(home),
      ...rest,
      registryName,
      sku,
      identity,
      networkRuleSet: networkRuleSet && {
        ...networkRuleSet,
        // The SDK's name for the API's `value`.
        ipRules: networkRuleSet.ipRules.map(({ action, value }) => ({
          action,
          iPAddressOrRange: value,
        })),
      },
      tags: stackTags(args),
    },
    {
      ...guarded(args.deletion, opts),
      dependsOn: encryption === undefined ? [] : [encryption.grant],
    },
  );
}

/**
 * A lock that keeps everyone from deleting the registry, by Pulumi, the portal or the CLI. It also locks what is in the registry's
 * scope: role assignments and tokens. So it is created after all of them, and deleted before them.
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
      notes: `Protects the images of Wharf's stack ${stack}; set wharf:deletion to retain or force to remove this lock.`,
    },
    { ...opts, dependsOn },
  );
}

/** The registry's geo-replicas; they hold the same images under the same name. */
export function createReplicas(
  name: string,
  registry: InRegistry,
  args: AzureDescription,
  opts: pulumi.CustomResourceOptions,
): Replication[] {
  return args.azure.replicas.map((replica) => {
    const location = normalLocation(replica.location);
    return new Replication(
      `${name}-replica-${location}`,
      {
        ...registry,
        replicationName: location,
        location,
        regionEndpointEnabled: replica.acceptsRequests,
        zoneRedundancy: replica.zoneRedundant ? "Enabled" : "Disabled",
        tags: stackTags(args),
      },
      opts,
    );
  });
}
