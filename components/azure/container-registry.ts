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

/** A registry as Azure Resource Manager takes it, in the words that all of its API versions share. */
export interface RegistryShape {
  sku: { name: Sku };
  identity: AcrArgs["identity"];
  properties: ReturnType<typeof propertiesOf>;
}

/** What the registry is to be: closed wherever it can be, and open only where the description says so. */
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
    // One user with both passwords for everything; tokens and roles take its place.
    adminUserEnabled: false,
    anonymousPullEnabled: access.public,
    ...networkProperties(args),
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
      // Policies that only Premium has are left out elsewhere. Content trust is never named: Azure takes it no more.
      ...(premium
        ? {
            exportPolicy: { status: azure.exportImages ? "enabled" : "disabled" },
            // A preview that keeps pushed images back from pulls and from Defender's scans.
            quarantinePolicy: { status: "disabled" },
            retentionPolicy: retentionPolicy ?? { status: "disabled" },
          }
        : {}),
      ...(azure.softDeleteDays === undefined
        ? {}
        : { softDeletePolicy: { status: "enabled", retentionDays: azure.softDeleteDays } }),
    },
    zoneRedundancy: azure.zoneRedundant ? "Enabled" : "Disabled",
  };
}

/** The registry itself: it stays in dev and staging when the stack goes, and in prod it refuses to go. */
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
        // The SDK's word for what the API calls value.
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

/** The registry's replicas in other locations; they hold the same images under the same name. */
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
