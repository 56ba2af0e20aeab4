import { estimate } from "../cost/estimate";
import { RoleAssignmentMode } from "../access/acr";
import type { RegistryArgs } from "../registry";
import type { AcrRetention } from "../retention/acr";
import { createKey } from "./encryption-key";
import type { Names } from "./names";
import { isLimited } from "./network";
import type { SkuChoice } from "./sku";
import { loginCommand } from "./tokens";

/** What a person should know about a registry on this target, a sentence each. */
export function notesFor(
  args: RegistryArgs,
  names: Names,
  choice: SkuChoice,
  retention: AcrRetention,
  loginServer: string,
): string[] {
  const { azure, builds, deletion, encryption, repositories, users } = args;
  return [
    ...skuNotes(choice),
    ...estimate(args).warnings,
    azure.roleAssignmentMode === RoleAssignmentMode.Abac
      ? "The registry honours the roles Container Registry Repository Reader, Writer and Contributor; AcrPull, AcrPush and AcrDelete have no effect on it. The mode is set by a template, the deployment wharf-…-registry-settings of the resource group: the API version of the provider's own resource does not know it."
      : undefined,
    ...users.map(
      (user) =>
        `${user.name} logs in after: ${loginCommand(user, names.registry, loginServer)}${user.expires === undefined ? "" : ` (until ${user.expires})`}`,
    ),
    users.length > 0
      ? "Each of those commands makes a new password of the token and ends the one before: Azure makes the passwords itself, and the provider cannot ask for them."
      : undefined,
    ...retention.differences,
    azure.softDeleteDays === undefined
      ? undefined
      : `Deleted images can be brought back for ${azure.softDeleteDays} days, and are billed until then.`,
    azure.publicAccess || azure.privateEndpoints.length > 0
      ? undefined
      : "The registry has no public address and no private endpoint of this stack: only endpoints that others make reach it.",
    isLimited(args) && (retention.purgeTask !== undefined || builds.length > 0)
      ? "Tasks of the registry pass its network rules, or those that purge and build could not."
      : undefined,
    azure.webhooks.length > 0 && azure.replicas.length > 0
      ? "Webhooks tell of what happens in the registry's own location: pushes that a replica takes have none."
      : undefined,
    encryption.key === createKey
      ? `Key Vault ${names.keyVault} cannot be purged: its name stays taken after the stack is gone.`
      : undefined,
    azure.defender
      ? "Microsoft Defender for Containers is on for the whole subscription, is billed by it, and stays on when the stack goes."
      : repositories.some(({ scan }) => scan.onPush)
        ? "This stack has no images scanned: wharf:azure.defender switches Microsoft Defender on, for the whole subscription."
        : undefined,
    repositories.some(({ immutableTags }) => immutableTags.enabled)
      ? "ACR has no immutable tags: az acr repository update --write-enabled false locks a tag that was pushed."
      : undefined,
    {
      force: "The images go when the stack goes.",
      retain: `Registry ${names.registry} stays when the stack goes; pulumi import takes it back.`,
      protect: `Registry ${names.registry} is protected and locked against deletion, and with it its roles, tokens and webhooks: an up that takes one of them away needs wharf:deletion retain, which lifts the lock first; set it back to protect after that.`,
    }[deletion],
  ].filter((note) => note !== undefined);
}

/** Which SKU it is, and each reason for it. */
function skuNotes({ sku, smallest, reasons }: SkuChoice): string[] {
  if (sku !== smallest) {
    return [
      `SKU ${sku}, as wharf:azure.sku says; ${smallest} has all that the description asks for.`,
    ];
  }
  if (reasons.length === 0) return [`SKU ${sku}: nothing in the description asks for more.`];
  return reasons.map((reason) => `SKU ${sku}: ${reason}.`);
}
