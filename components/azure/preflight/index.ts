import { unknownName } from "../../core/names";
import type { AzureDescription } from "../settings";
import { keyOf, removeCommand } from "../../core/messages";
import type { Problem } from "../../core/problems";

import { acrHost } from "../rules/caches";
import { parseKeyUrl, parseVaultUrl } from "../key-vault";
import {
  AzureCloud,
  cloudOf,
  isLocation,
  locations,
  unlistedPlace,
  normalLocation,
  suffixes,
} from "../locations";
import { type Place, readPlace } from "../place";
import { credentialProblems } from "./credentials";

/** The location that a command suggests where the description has none. */
const offered: Record<AzureCloud, string> = {
  public: "westeurope",
  usgovernment: "usgovvirginia",
  china: "chinanorth3",
};

/**
 * Problems in Azure that can be found without a request: no credentials, no subscription, no location, or a location of another of
 * Azure's clouds.
 */
export function preflight(args: AzureDescription): Promise<Problem[]> {
  const place = readPlace();
  return Promise.resolve([
    ...credentialProblems(),
    ...subscriptionProblems(place),
    ...locationProblems(place),
    ...replicaProblems(place, args),
    ...keyProblems(place, args),
    ...cacheProblems(place, args),
  ]);
}

/** What a preview says of locations that this release does not know. */
export function warnings({ azure }: AzureDescription): string[] {
  const { location } = readPlace();
  return [
    ...(location === undefined ? [] : unlistedPlace("azure-native:location", location)),
    ...azure.replicas.flatMap((replica, index) =>
      unlistedPlace(["azure", "replicas", index, "location"], replica.location),
    ),
  ];
}

function subscriptionProblems({ subscriptionId }: Place): Problem[] {
  const key = "azure-native:subscriptionId";
  if (subscriptionId === undefined) {
    return [
      {
        key,
        message: "is missing, as is ARM_SUBSCRIPTION_ID",
        fix: 'pulumi config set azure-native:subscriptionId "$(az account show --query id --output tsv)"',
      },
    ];
  }
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(subscriptionId)
    ? []
    : [
        {
          key,
          message: `"${subscriptionId}" is not the id of a subscription, such as 00000000-0000-0000-0000-000000000000`,
          fix: `pulumi config set azure-native:subscriptionId "$(az account show --subscription '${subscriptionId.replaceAll("'", "'\\''")}' --query id --output tsv)"`,
        },
      ];
}

function locationProblems({ location, cloud }: Place): Problem[] {
  const key = "azure-native:location";
  const set = (to: string) => `pulumi config set ${key} ${to}`;
  if (location === undefined) {
    return [
      {
        key,
        message: "is missing, as is ARM_LOCATION_NAME; the registry is created there",
        fix: set(offered[cloud]),
      },
    ];
  }
  if (locations[cloud].includes(location)) return [];
  const other = cloudOf(location);
  if (other !== undefined) {
    return [
      {
        key,
        message: `"${location}" is a location of Azure's ${other} cloud, and the stack is in the ${cloud} cloud`,
        fix: `pulumi config set azure-native:environment ${other}`,
      },
    ];
  }
  if (isLocation(location)) return [];
  return unknownName(key, location, locations[cloud], {
    predicate: "is not a location of Azure",
    ending: `, such as ${offered[cloud]}`,
    set,
    fix: set(offered[cloud]),
  });
}

/** Geo-replicas are in other locations of the same cloud. */
function replicaProblems({ location, cloud }: Place, { azure }: AzureDescription): Problem[] {
  return azure.replicas.flatMap((replica, index) => {
    const wanted = normalLocation(replica.location);
    const message =
      wanted === location
        ? "is the registry's own location, azure-native:location"
        : locations[cloud].includes(wanted) || cloudOf(wanted) === undefined
          ? undefined
          : `is not a location of Azure's ${cloud} cloud, where the stack is`;
    return message === undefined
      ? []
      : [
          {
            key: keyOf(["azure", "replicas", index, "location"]),
            message: `"${replica.location}" ${message}`,
            fix: removeCommand(["azure", "replicas", index]),
          },
        ];
  });
}

/** A key must be in a vault of the same cloud. */
function keyProblems({ cloud }: Place, { encryption }: AzureDescription): Problem[] {
  const { suffix } = parseKeyUrl(encryption.key ?? "") ?? {};
  const own = suffixes[cloud].keyVault;
  return suffix === undefined || suffix.toLowerCase() === own
    ? []
    : [
        {
          key: "wharf:encryption.key",
          message: `is a key in ${suffix}, and vaults of Azure's ${cloud} cloud, where the stack is, end in ${own}`,
        },
      ];
}

/** And so must the password of a cache, and an ACR that it is of: identities are of one cloud. */
function cacheProblems(
  { cloud }: Place,
  { pullThroughCaches: caches }: AzureDescription,
): Problem[] {
  const own = suffixes[cloud].keyVault;
  const foreign = caches.flatMap((cache, index) => {
    const host = acrHost(cache);
    return host === undefined || host.endsWith(`.${suffixes[cloud].registry}`)
      ? []
      : [
          {
            key: keyOf(["pullThroughCaches", index, "upstream"]),
            message: `"${cache.upstream}" is a registry of another of Azure's clouds, and an identity of the ${cloud} cloud, where the stack is, has no rights there`,
            fix: removeCommand(["pullThroughCaches", index]),
          },
        ];
  });
  const secrets = caches.flatMap(({ credentials }, index) => {
    const { suffix } = parseVaultUrl("secrets", credentials?.passwordSecret ?? "") ?? {};
    return suffix === undefined || suffix.toLowerCase() === own
      ? []
      : [
          {
            key: keyOf(["pullThroughCaches", index, "credentials", "passwordSecret"]),
            message: `is a secret in ${suffix}, and vaults of Azure's ${cloud} cloud, where the stack is, end in ${own}`,
          },
        ];
  });
  return [...foreign, ...secrets];
}
