import { Rule } from "@pulumi/gcp/artifactregistry/rule";
import type { GcpDescription } from "./settings";
import { Repository, type RepositoryArgs } from "@pulumi/gcp/artifactregistry/repository";
import type * as pulumi from "@pulumi/pulumi";
import { guarded } from "../model/environment";
import type { Retention } from "../model/retention";

import { compileArtifactRegistry, compileShared } from "../retention/artifact-registry";
import { deletionPolicy, type RepositoryKey } from "./encryption";
import { stackLabels } from "./labels";
import type { Place } from "./place";
import { descriptionOfShared, heldIn } from "./repository-ids";
import { vulnerabilityScanning } from "./scanning";
import { after, type Services } from "./services";

/**
 * The cleanup policies of a repository. Dry run is always stated with them: without it the provider lets them delete from the first
 * day.
 */
export function cleanup(
  retention: Retention,
): Pick<RepositoryArgs, "cleanupPolicies" | "cleanupPolicyDryRun"> {
  const { cleanupPolicies, cleanupPolicyDryRun } = compileArtifactRegistry(retention);
  return cleanupPolicies.length === 0 ? {} : { cleanupPolicies, cleanupPolicyDryRun };
}

/** The cleanup policies of a repository that holds several described ones, by the names of their images. */
function cleanupOfShared(id: string, { gcp, repositories }: GcpDescription) {
  const held = repositories
    .map(({ name, retention }) => ({ retention, ...heldIn(name, gcp) }))
    .filter((one) => one.shared && one.id === id);
  const { cleanupPolicies, cleanupPolicyDryRun } = compileShared(held);
  return cleanupPolicies.length === 0 ? {} : { cleanupPolicies, cleanupPolicyDryRun };
}

/** What repositories take from other resources. */
export interface RepositoryInputs {
  services: Services;
  /** Keys by location. */
  keys: Record<string, RepositoryKey>;
}

/** What all repositories of a stack in one location have in common, whatever their mode. */
export interface RepositorySettings {
  args: Pick<RepositoryArgs, "project" | "format" | "kmsKeyName" | "labels" | "deletionPolicy"> & {
    location: string;
  };
  opts: pulumi.CustomResourceOptions;
}

/** What all repositories of a stack in one location have in common; made once, since a stack may have thousands. */
export function repositorySettings(
  args: GcpDescription,
  { project, location }: Place,
  { services, keys }: RepositoryInputs,
  opts: pulumi.CustomResourceOptions,
): RepositorySettings {
  const key = keys[location];
  return {
    args: {
      project,
      location,
      format: "DOCKER",
      labels: stackLabels(args),
      deletionPolicy: deletionPolicy(args.deletion),
      ...(key === undefined ? {} : { kmsKeyName: key.keyName }),
    },
    opts: after(
      // Its name is fixed, and Artifact Registry refuses a second repository of the same name.
      { ...guarded(args.deletion, opts), deleteBeforeReplace: true },
      services.artifactRegistry,
      services.containerScanning,
      key?.grant,
    ),
  };
}

/** A repository for each of the description, or for those that share one, by the described name. */
export function createRepositories(
  name: string,
  args: GcpDescription,
  place: Place,
  inputs: RepositoryInputs,
  opts: pulumi.CustomResourceOptions,
): Record<string, Repository> {
  const settings = repositorySettings(args, place, inputs, opts);
  const created = new Map<string, Repository>();
  return Object.fromEntries(
    args.repositories.map(({ name: described, immutableTags, retention, scan }) => {
      const { id, shared } = heldIn(described, args.gcp);
      const standing = created.get(id);
      if (standing !== undefined) return [described, standing];
      const repository = new Repository(
        `${name}-repository-${id}`,
        {
          ...settings.args,
          repositoryId: id,
          mode: "STANDARD_REPOSITORY",
          description: shared ? descriptionOfShared(id) : `Images of ${described}`,
          // The API returns no block for one that says false, which would show as a change at every run.
          ...(immutableTags.enabled ? { dockerConfig: { immutableTags: true } } : {}),
          ...(shared ? cleanupOfShared(id, args) : cleanup(retention)),
          vulnerabilityScanningConfig: vulnerabilityScanning(scan.onPush),
        },
        settings.opts,
      );
      created.set(id, repository);
      return [described, repository];
    }),
  );
}

/** Rules that allow or deny downloads from repositories to everybody, by name. */
export function createDownloadRules(
  name: string,
  { gcp }: GcpDescription,
  { project, location }: Place,
  repositories: Record<string, Repository>,
  opts: pulumi.CustomResourceOptions,
): Record<string, Rule> {
  return Object.fromEntries(
    gcp.downloadRules.flatMap((rule) => {
      const repository = repositories[rule.repository];
      if (repository === undefined) return [];
      const created = new Rule(
        `${name}-download-rule-${rule.name}`,
        {
          project,
          location,
          repositoryId: repository.repositoryId,
          // The id of a package has no slash.
          ...(heldIn(rule.repository, gcp).shared && {
            packageId: encodeURIComponent(heldIn(rule.repository, gcp).image),
          }),
          ruleId: rule.name,
          operation: "DOWNLOAD",
          action: rule.action.toUpperCase(),
          ...(rule.condition === undefined ? {} : { condition: { expression: rule.condition } }),
        },
        opts,
      );
      return [[rule.name, created] as const];
    }),
  );
}
