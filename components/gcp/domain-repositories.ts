import type * as pulumi from "@pulumi/pulumi";
import { Repository } from "@pulumi/gcp/artifactregistry/repository";
import type { RegistryArgs } from "../registry";
import { retentionOf } from "../retention/settings";
import { domainLocations } from "./domains";
import type { Place } from "./place";
import { repositorySettings, type RepositoryInputs } from "./repository-settings";
import { cleanup } from "./retention";
import { scansOthers, vulnerabilityScanning } from "./scanning";

/**
 * The repositories behind domains of Container Registry, by domain, each in the location that Google demands. Their tags may move,
 * as they could in Container Registry; retention and scans are those for all.
 */
export function createDomainRepositories(
  name: string,
  args: RegistryArgs,
  { project }: Place,
  inputs: RepositoryInputs,
  opts: pulumi.CustomResourceOptions,
): Record<string, Repository> {
  const policies = cleanup(retentionOf(args.environment, args.retention));
  const vulnerabilityScanningConfig = vulnerabilityScanning(scansOthers(args));
  return Object.fromEntries(
    args.gcp.domains.map((domain) => {
      const place = { project, location: domainLocations[domain] };
      const settings = repositorySettings(args, place, inputs, opts);
      const repository = new Repository(
        `${name}-repository-${domain}`,
        {
          ...settings.args,
          repositoryId: domain,
          mode: "STANDARD_REPOSITORY",
          description: `Images of ${domain}, formerly of Container Registry`,
          ...policies,
          vulnerabilityScanningConfig,
        },
        settings.opts,
      );
      return [domain, repository];
    }),
  );
}
