import type { AzureDescription } from "./settings";
import { DiagnosticSetting } from "@pulumi/azure-native/monitor/diagnosticSetting";
import { Pricing } from "@pulumi/azure-native/security/pricing";
import type * as pulumi from "@pulumi/pulumi";
import { containersPlan } from "./existing-plan";

/** The part of the plan that scans images. */
const assessment = "ContainerRegistriesVulnerabilityAssessments";

/**
 * Enables Microsoft Defender for Containers, and in it the assessment of images at every push. It is a setting of the whole
 * subscription: it stays on after the stack is removed, since other registries may depend on it by then.
 */
export function enableDefender(
  name: string,
  subscriptionId: string,
  { azure, planExtensions = [] }: AzureDescription,
  opts: pulumi.CustomResourceOptions,
): Pricing | undefined {
  const others = planExtensions.filter(({ name }) => name !== assessment);
  if (!azure.defender) return undefined;
  return new Pricing(
    name,
    {
      scopeId: `subscriptions/${subscriptionId}`,
      pricingName: containersPlan,
      pricingTier: "Standard",
      extensions: [...others, { name: assessment, isEnabled: "True" }],
    },
    { ...opts, retainOnDelete: true },
  );
}

/** Sends the registry's logs (logins, pushes, pulls, deletions) and metrics where the description says; undefined where it says nothing. */
export function createDiagnostics(
  name: string,
  resourceUri: pulumi.Input<string>,
  { azure: { diagnostics } }: AzureDescription,
  opts: pulumi.CustomResourceOptions,
): DiagnosticSetting | undefined {
  const { workspace, storageAccount } = diagnostics;
  if (workspace === undefined && storageAccount === undefined) return undefined;
  return new DiagnosticSetting(
    name,
    {
      name: "wharf",
      resourceUri,
      workspaceId: workspace,
      storageAccountId: storageAccount,
      logs: [{ categoryGroup: "allLogs", enabled: true }],
      metrics: [{ category: "AllMetrics", enabled: true }],
    },
    opts,
  );
}
