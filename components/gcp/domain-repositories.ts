import type { GcpDescription } from "./settings";
import { Repository } from "@pulumi/gcp/artifactregistry/repository";
import type * as pulumi from "@pulumi/pulumi";
import { retentionOf } from "../model/retention";

import { domainLocations } from "./locations";
import type { Place } from "./place";
import { cleanup, type RepositoryInputs, repositorySettings } from "./repositories";
import { scansOthers, vulnerabilityScanning } from "./scanning";

/**
 * The repositories behind domains of Container Registry, by domain, each in the location that Google requires. Their tags may move,
 * as in Container Registry; retention and scans are the common ones.
 */
export function createDomainRepositories(
  name: string,
  args: GcpDescription,
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
