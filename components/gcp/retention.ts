import type { RepositoryArgs } from "@pulumi/gcp/artifactregistry/repository";
import { compileArtifactRegistry } from "../retention/artifact-registry";
import type { Retention } from "../retention/settings";

/**
 * The cleanup policies of a repository. Whether they are in earnest is stated wherever there are any: without a word the provider
 * lets them delete from the first day.
 */
export function cleanup(
  retention: Retention,
): Pick<RepositoryArgs, "cleanupPolicies" | "cleanupPolicyDryRun"> {
  const { cleanupPolicies, cleanupPolicyDryRun } = compileArtifactRegistry(retention);
  return cleanupPolicies.length === 0 ? {} : { cleanupPolicies, cleanupPolicyDryRun };
}
