import { unknownName, repeated } from "../../core/names";
import type { Rule } from "../../core/rule";
import type { AzureDescription } from "../settings";
import { BlockList, isIP } from "node:net";
import { keyOf, removeCommand, setCommand } from "../../core/messages";
import { isToken } from "../../core/tokens";
import type { Problem } from "../../core/problems";

import { createKey, parseKeyUrl } from "../key-vault";
import { isLocation, locations, normalLocation } from "../locations";
import { chooseSku, lacks, skuKeys } from "../sku";

/** A SKU that is too small for the description, with each reason. */
function skuProblems(d: AzureDescription): Problem[] {
  const { sku } = d.azure;
  if (sku === undefined) return [];
  const reasons = lacks(sku, d);
  return reasons.length === 0
    ? []
    : [
        {
          key: "wharf:azure.sku",
          message: `"${sku}" is too small: ${reasons.join("; ")}`,
          fix: setCommand(["azure", "sku"], chooseSku(d).smallest),
        },
      ];
}

/** Settings of the registry that exclude each other. */
function settingProblems({ access, azure, endpoint }: AzureDescription): Problem[] {
  const { exportImages, publicAccess, replicas, softDeleteDays } = azure;
  const problems: Problem[] = [];
  if (softDeleteDays !== undefined && replicas.length > 0) {
    problems.push({
      key: "wharf:azure.softDeleteDays",
      message:
        "excludes wharf:azure.replicas: ACR does not support soft delete in a geo-replicated registry",
      fix: removeCommand(["azure", "softDeleteDays"]),
    });
  }
  if (!exportImages && publicAccess) {
    problems.push({
      key: "wharf:azure.exportImages",
      message: "false needs wharf:azure.publicAccess false: anyone could still copy images out",
      fix: setCommand(["azure", "publicAccess"], false),
    });
  }
  if (!publicAccess && endpoint.allowFrom.length > 0) {
    problems.push({
      key: "wharf:endpoint.allowFrom",
      message:
        "has no effect with wharf:azure.publicAccess false, with which only private endpoints reach the registry",
      fix: removeCommand(["endpoint", "allowFrom"]),
    });
  }
  if (!publicAccess && access.public) {
    problems.push({
      key: "wharf:access.public",
      message:
        "lets everyone pull, and with wharf:azure.publicAccess false nobody reaches the registry from the internet",
      fix: removeCommand(["access", "public"]),
    });
  }
  return problems;
}

/** Ranges that are not routed on the internet (RFC 1918, RFC 6598, loopback and link-local), which network rules never see. */
const privateRanges = new BlockList();
for (const [network, prefix] of [
  ["10.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
] as const) {
  privateRanges.addSubnet(network, prefix, "ipv4");
}

/** Most network rules of a registry ("Azure Container Registry service tiers"). */
const mostNetworkRules = 100;

function addressProblems({ endpoint: { allowFrom } }: AzureDescription): Problem[] {
  const entries = allowFrom.flatMap((range, index) => {
    const [address = ""] = range.split("/");
    const message =
      isIP(address) !== 4
        ? "is not an IPv4 range, the only kind in ACR's network rules"
        : privateRanges.check(address, "ipv4")
          ? "is a private range, which ACR's network rules never see; use wharf:azure.privateEndpoints for it"
          : undefined;
    return message === undefined
      ? []
      : [
          {
            key: keyOf(["endpoint", "allowFrom", index]),
            message: `"${range}" ${message}`,
            fix: removeCommand(["endpoint", "allowFrom", index]),
          },
        ];
  });
  return allowFrom.length <= mostNetworkRules
    ? entries
    : [
        ...entries,
        {
          key: "wharf:endpoint.allowFrom",
          message: `has ${allowFrom.length} entries; a registry has at most ${mostNetworkRules} network rules`,
        },
      ];
}

/** A key must be in a Key Vault, in which the registry's identity is granted the use of keys by the vault's resource id. */
function keyProblems({ encryption: { key }, azure: { keyVault } }: AzureDescription): Problem[] {
  if (key === undefined || key === createKey) {
    return keyVault === undefined
      ? []
      : [
          {
            key: "wharf:azure.keyVault",
            message: `has no effect ${key === undefined ? "without" : "with a key that the stack creates by"} wharf:encryption.key`,
            fix: removeCommand(["azure", "keyVault"]),
          },
        ];
  }
  if (isToken(key)) {
    return keyVault === undefined
      ? [
          {
            key: "wharf:azure.keyVault",
            message:
              "is missing; it names the vault in which the registry's identity is granted the use of the key",
          },
        ]
      : [];
  }
  const parsed = parseKeyUrl(key);
  if (parsed === undefined) {
    return [
      {
        key: "wharf:encryption.key",
        message: `"${key}" is neither create nor the URL of a Key Vault's key, such as https://acme.vault.azure.net/keys/registry`,
        fix: setCommand(["encryption", "key"], createKey),
      },
    ];
  }
  if (keyVault === undefined) {
    return [
      {
        key: "wharf:azure.keyVault",
        message: `is missing; it names the vault in which the registry's identity is granted the use of ${key}`,
        fix: `pulumi config set --path 'wharf:azure.keyVault' "$(az keyvault show --name ${parsed.vault} --query id --output tsv)"`,
      },
    ];
  }
  if (isToken(keyVault)) return [];
  const vault = keyVault.split("/").at(-1) ?? "";
  return vault.toLowerCase() === parsed.vault.toLowerCase()
    ? []
    : [
        {
          key: "wharf:azure.keyVault",
          message: `is vault ${vault}, and wharf:encryption.key is a key of vault ${parsed.vault}`,
          fix: `pulumi config set --path 'wharf:azure.keyVault' "$(az keyvault show --name ${parsed.vault} --query id --output tsv)"`,
        },
      ];
}

function placeProblems({
  azure: { privateEndpoints, replicas, resourceGroup },
}: AzureDescription): Problem[] {
  const problems: Problem[] = [];
  if (!resourceGroup.create && resourceGroup.name === undefined) {
    problems.push({
      key: "wharf:azure.resourceGroup.name",
      message: "is missing; with create false it names an existing resource group",
      fix: `az group list --query '[].name' --output tsv`,
    });
  }
  const linked = privateEndpoints.filter(({ dnsZone }) => dnsZone === undefined);
  const unknown = linked.length < 2 ? undefined : linked.find(({ subnet }) => isToken(subnet));
  if (unknown !== undefined) {
    problems.push({
      key: keyOf(["azure", "privateEndpoints", privateEndpoints.indexOf(unknown), "dnsZone"]),
      message:
        "is missing; the subnet is an Output, so that it is not known whether it shares its network with another endpoint, and a network can be linked to a zone only once",
    });
  }
  return [
    ...problems,
    ...repeated(
      ["azure", "privateEndpoints"],
      privateEndpoints.map(({ subnet }) => subnet),
      {
        attribute: "subnet",
        identity: (subnet) => subnet.toLowerCase(),
        message: (_, first) => `has an endpoint already, ${first}`,
      },
    ),
    ...repeated(
      ["azure", "replicas"],
      replicas.map(({ location }) => location),
      { attribute: "location", identity: normalLocation },
    ),
    ...replicas.flatMap(({ location }, index) =>
      !isLocation(location)
        ? unknownName(
            ["azure", "replicas", index, "location"],
            location,
            Object.values(locations).flat(),
            { predicate: "is not a location of Azure", ending: ", such as westeurope" },
          )
        : [],
    ),
  ];
}

/** Settings of a registry that exclude each other, and those that a SKU or a location does not support. */
export const contradictions: Rule<AzureDescription>[] = [
  { needs: [...skuKeys], find: skuProblems },
  { needs: ["access", "azure", "endpoint"], find: settingProblems },
  { needs: ["endpoint"], find: addressProblems },
  { needs: ["encryption", "azure"], find: keyProblems },
  { needs: ["azure"], find: placeProblems },
];
