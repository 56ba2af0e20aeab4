import * as pulumi from "@pulumi/pulumi";
import type { RegistryArgs } from "../registry";

/** Whether the state of the stack has resources of the registry, finished or not. */
export async function holdsNamespaceOf({ stack }: RegistryArgs): Promise<boolean> {
  const stackName = `${pulumi.getOrganization()}/${pulumi.getProject()}/${stack}`;
  const { outputs } = (await pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", {
    stackName,
  })) as { outputs: Record<string, unknown> };
  return Object.keys(outputs).some((urn) => urn.includes("::wharf:index:KubernetesRegistry$"));
}
