import type { RegistryArgs } from "../registry";
import { standingResources } from "../standing";

/** Whether the state of the stack has resources of the registry, finished or not. */
export async function holdsNamespaceOf(args: RegistryArgs): Promise<boolean> {
  const standing = await standingResources(args);
  return standing.some(({ urn }) => urn.includes("::wharf:index:KubernetesRegistry$"));
}
