import { acrRoles, legacyRoles, RoleAssignmentMode } from "../../access/acr";
import { keyOf, removeCommand, setCommand } from "../../core/messages";
import type { Problem } from "../../core/problems";
import { costChange, dollars } from "../../cost/lines";
import { daysOfMonth } from "../../cost/prices";
import type { StandingResource } from "../../state/standing";
import { roleModeOf, Sku } from "../choices";
import { dayOf } from "../cost";
import { createKey } from "../key-vault";
import { roleModeTag } from "../newer-settings";
import type { AzureDescription } from "../settings";
import { ascending, chooseSku } from "../sku";

/** The part of a registry's properties that Azure returns and a change is measured by. */
interface Existing {
  sku?: { name?: Sku };
  encryption?: { status?: string; keyVaultProperties?: { keyIdentifier?: string } };
  networkRuleSet?: { defaultAction?: string };
}

/**
 * What a description changes on an existing registry that Azure refuses, or that locks people out or gives something up without
 * anybody having written it.
 * @param resources of the registry in the state; none for a new one
 */
export function changes(args: AzureDescription, resources: StandingResource[]) {
  const registry = ofType(resources, "containerregistry", "Registry")[0];
  if (registry === undefined) return { problems: [], warnings: [] };
  const existing = registry.properties as Existing;
  const rotations = rotationsIn(resources);
  return {
    problems: [
      ...encryptionProblems(args, existing, resources),
      ...skuProblems(args, existing, resources),
      ...roleModeProblems(args, resources),
    ],
    warnings: [...skuWarnings(args, existing, resources), ...rotationWarnings(args, rotations)],
    known: { keyRotations: rotations },
  };
}

/** Resources of a type, whatever API version is in its token. */
function ofType(resources: StandingResource[], module: string, type: string): StandingResource[] {
  const form = new RegExp(`^azure-native:${module}(/v\\w+)?:${type}$`);
  return resources.filter((one) => form.test(one.type));
}

/** ACR sets a customer-managed key when it creates a registry, and never after ("Customer-managed keys", limitations). */
function encryptionProblems(
  { encryption: { key }, stack }: AzureDescription,
  { encryption }: Existing,
  resources: StandingResource[],
): Problem[] {
  const encrypted = encryption?.status?.toLowerCase() === "enabled";
  if (encrypted === (key !== undefined)) return [];
  const path = ["encryption", "key"];
  const way = `For a registry that is, describe a stack of its own (pulumi stack init ${stack}-2 --copy-config-from ${stack}) and copy the images with az acr import`;
  if (!encrypted) {
    return [
      {
        key: keyOf(path),
        message: `cannot be set on the existing registry: ACR sets a customer-managed key only when a registry is created. ${way.replace("that is", "with a key")}`,
        fix: removeCommand(path),
      },
    ];
  }
  const ownKey = ofType(resources, "keyvault", "Key").length > 0;
  return [
    {
      key: keyOf(path),
      message: `is missing: the existing registry is encrypted with a customer-managed key, and ACR cannot remove it. ${way.replace("that is", "without a key")}`,
      fix: setCommand(
        path,
        ownKey ? createKey : (encryption?.keyVaultProperties?.keyIdentifier ?? createKey),
      ),
    },
  ];
}

interface RotationPolicy {
  lifetimeActions?: { trigger?: { timeAfterCreate?: string } }[];
}

/** Days after which the stack's keys rotate, first those of the first key; Azure returns the policy beside the key's properties. */
function rotationsIn(resources: StandingResource[]): number[] {
  return ofType(resources, "keyvault", "Key")
    .flatMap(({ name, properties }) => {
      const { rotationPolicy, properties: inner } = properties as {
        rotationPolicy?: RotationPolicy;
        properties?: { rotationPolicy?: RotationPolicy };
      };
      const [action] = (rotationPolicy ?? inner?.rotationPolicy)?.lifetimeActions ?? [];
      const days = Number(/^P(\d+)D$/.exec(action?.trigger?.timeAfterCreate ?? "")?.[1]);
      return Number.isNaN(days) ? [] : [{ days, isFirst: name.endsWith("-key") }];
    })
    .sort((one, other) => Number(other.isFirst) - Number(one.isFirst))
    .map(({ days }) => days);
}

function rotationWarnings({ encryption }: AzureDescription, rotations: number[]): string[] {
  const { key, rotationDays } = encryption;
  return key === createKey && rotations.length > 0 && !rotations.includes(rotationDays)
    ? [
        `Azure does not change when an existing key rotates: a new key that rotates every ${rotationDays} days is created, and the registry moves to it. The earlier key stays in the vault.`,
      ]
    : [];
}

/** What only a Premium registry has and must be deleted before ACR lowers its SKU; Pulumi deletes after it has updated. */
function premiumOnly(resources: StandingResource[], { networkRuleSet }: Existing): string[] {
  const counted = (module: string, type: string, noun: string) => {
    const { length } = ofType(resources, module, type);
    return length === 0 ? [] : [`${length} ${noun}${length === 1 ? "" : "s"}`];
  };
  return [
    ...counted("containerregistry", "Replication", "geo-replica"),
    ...counted("network", "PrivateEndpoint", "private endpoint"),
    ...counted("containerregistry", "AgentPool", "agent pool"),
    ...(networkRuleSet?.defaultAction === "Deny" ? ["network rules"] : []),
  ];
}

function skuProblems(
  args: AzureDescription,
  existing: Existing,
  resources: StandingResource[],
): Problem[] {
  const before = existing.sku?.name;
  const { sku } = chooseSku(args);
  if (before === undefined || ascending.indexOf(sku) >= ascending.indexOf(before)) return [];
  const path = ["azure", "sku"];
  const first = before === Sku.Premium ? premiumOnly(resources, existing) : [];
  if (first.length > 0) {
    return [
      {
        key: keyOf(path),
        message: `cannot become ${sku} in one step: ACR lowers a SKU only after what needs ${before} is deleted (${first.join(", ")}). Keep ${before} for one up, which deletes it, then lower the SKU`,
        fix: setCommand(path, before),
      },
    ];
  }
  return args.azure.sku === undefined
    ? [
        {
          key: keyOf(path),
          message: `would become ${sku}, since nothing in the description needs ${before} any more: less storage is included, and the registry loses what only ${before} has. Set ${before} to keep it, or ${sku} to lower it`,
          fix: setCommand(path, before),
        },
      ]
    : [];
}

function skuWarnings(
  args: AzureDescription,
  { sku: { name: before } = {} }: Existing,
  resources: StandingResource[],
): string[] {
  const { sku, reasons } = chooseSku(args);
  if (before === undefined || before === sku) return [];
  const month = (name: Sku, replicas: number) => dayOf[name].dollars * daysOfMonth * (1 + replicas);
  const earlier = month(before, ofType(resources, "containerregistry", "Replication").length);
  const later = month(sku, args.azure.replicas.length);
  const why = args.azure.sku === undefined && reasons.length > 0 ? ` (${reasons.join("; ")})` : "";
  return [
    `The SKU changes from ${before} to ${sku}${why}: ${dollars(later)} for 30 days, ${costChange(earlier, later)}.`,
  ];
}

/**
 * A registry from before AbacRepositoryPermissions was the default: in that mode roles that others have assigned, such as AcrPull for
 * a cluster, no longer count.
 */
function roleModeProblems({ azure }: AzureDescription, resources: StandingResource[]): Problem[] {
  if (azure.roleAssignmentMode !== undefined) return [];
  const before = existingMode(resources);
  if (before === roleModeOf(azure)) return [];
  const path = ["azure", "roleAssignmentMode"];
  return [
    {
      key: keyOf(path),
      message: `is missing: the existing registry is in the mode ${before}, and the default is ${roleModeOf(azure)}, in which roles such as AcrPull that were assigned outside of this stack no longer count. Set one of the two`,
      fix: setCommand(path, before),
    },
  ];
}

function existingMode(resources: StandingResource[]): string {
  const settings = ofType(resources, "resources", "Deployment").find(({ name }) =>
    name.endsWith("-newer-settings"),
  );
  const { tags = {} } = (settings?.properties ?? {}) as { tags?: Record<string, string> };
  const named = tags[roleModeTag];
  if (named !== undefined) return named;
  // Before the tag there was a deployment in the mode with conditions, and rarely in the other.
  const classic = Object.values(legacyRoles).flatMap((roles) =>
    roles.map((role) => acrRoles[role]),
  );
  const hasClassic = ofType(resources, "authorization", "RoleAssignment").some(({ properties }) =>
    classic.some((role) => String(properties.roleDefinitionId).endsWith(role)),
  );
  return settings === undefined || hasClassic ? RoleAssignmentMode.Legacy : RoleAssignmentMode.Abac;
}
