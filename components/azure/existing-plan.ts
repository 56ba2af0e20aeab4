import { getPricing } from "@pulumi/azure-native/security/getPricing";
import { readPlace } from "./place";
import { credentialProblems } from "./preflight/credentials";
import type { AzureDescription, PlanExtension } from "./settings";

/** The plan of Microsoft Defender that scans registries. */
export const containersPlan = "Containers";

/**
 * A description with the parts that the subscription's plan has already. A subscription has the plan once, for its clusters too, so
 * that a stack states what others enabled beside what it enables itself. Where Azure cannot be asked, it states only the latter.
 */
export async function withExistingPlan<D extends AzureDescription>(args: D): Promise<D> {
  const { subscriptionId } = readPlace();
  if (!args.azure.defender || subscriptionId === undefined || credentialProblems().length > 0) {
    return args;
  }
  try {
    const { pricingTier, extensions = [] } = await getPricing({
      scopeId: `subscriptions/${subscriptionId}`,
      pricingName: containersPlan,
    });
    if (pricingTier !== "Standard") return args;
    const planExtensions = extensions
      .toSorted(byName)
      .map(({ name, isEnabled, additionalExtensionProperties }): PlanExtension => ({
        name,
        isEnabled,
        ...(additionalExtensionProperties !== undefined && {
          additionalExtensionProperties: additionalExtensionProperties as Record<string, unknown>,
        }),
      }));
    return { ...args, planExtensions };
  } catch {
    return args;
  }
}

function byName({ name: one }: { name: string }, { name: other }: { name: string }): number {
  return one < other ? -1 : 1;
}
