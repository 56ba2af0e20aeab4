import type * as pulumi from "@pulumi/pulumi";
import { DiagnosticSetting } from "@pulumi/azure-native/monitor/diagnosticSetting";
import type { RegistryArgs } from "../registry";

/** Sends the registry's logs (logins, pushes, pulls, deletions) and metrics where the description says; undefined where it does not. */
export function createDiagnostics(
  name: string,
  resourceUri: pulumi.Input<string>,
  { azure: { diagnostics } }: RegistryArgs,
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
