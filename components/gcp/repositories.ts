import type * as pulumi from "@pulumi/pulumi";
import { Repository } from "@pulumi/gcp/artifactregistry/repository";
import type { RegistryArgs } from "../registry";
import type { Place } from "./place";
import { repositoryId } from "./repository-ids";
import { repositorySettings, type RepositoryInputs } from "./repository-settings";
import { cleanup } from "./retention";
import { vulnerabilityScanning } from "./scanning";

/** A repository for each of the description, by the described name. */
export function createRepositories(
  name: string,
  args: RegistryArgs,
  place: Place,
  inputs: RepositoryInputs,
  opts: pulumi.CustomResourceOptions,
): Record<string, Repository> {
  const settings = repositorySettings(args, place, inputs, opts);
  return Object.fromEntries(
    args.repositories.map(({ name: described, immutableTags, retention, scan }) => {
      const id = repositoryId(described);
      const repository = new Repository(
        `${name}-repository-${id}`,
        {
          ...settings.args,
          repositoryId: id,
          mode: "STANDARD_REPOSITORY",
          description: `Images of ${described}`,
          // A block that says false comes back as none, and would show as a change at every run.
          ...(immutableTags.enabled ? { dockerConfig: { immutableTags: true } } : {}),
          ...cleanup(retention),
          vulnerabilityScanningConfig: vulnerabilityScanning(scan.onPush),
        },
        settings.opts,
      );
      return [described, repository];
    }),
  );
}
