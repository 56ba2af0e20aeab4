import type * as pulumi from "@pulumi/pulumi";
import { Pricing } from "@pulumi/azure-native/security/pricing";
import type { RegistryArgs } from "../registry";

/**
 * Switches Microsoft Defender for Containers on, and in it the assessment of images at every push. It is a setting of the whole
 * subscription: going, the stack leaves it on, since other registries may lean on it by then.
 */
export function enableDefender(
  name: string,
  subscriptionId: string,
  { azure }: RegistryArgs,
  opts: pulumi.CustomResourceOptions,
): Pricing | undefined {
  if (!azure.defender) return undefined;
  return new Pricing(
    name,
    {
      scopeId: `subscriptions/${subscriptionId}`,
      pricingName: "Containers",
      pricingTier: "Standard",
      extensions: [{ name: "ContainerRegistriesVulnerabilityAssessments", isEnabled: "True" }],
    },
    { ...opts, retainOnDelete: true },
  );
}
