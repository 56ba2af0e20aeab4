import type { AwsDescription } from "./settings";
import type * as pulumi from "@pulumi/pulumi";
import { PullTimeUpdateExclusion } from "@pulumi/aws/ecr/pullTimeUpdateExclusion";
import { RegistryScanningConfiguration } from "@pulumi/aws/ecr/registryScanningConfiguration";
import { withRepositoryDefaults } from "../model/defaults";
import { repositorySettings } from "../model/repositories";

import { ScanType } from "./private-registry-settings";
import { belowCache, scanFilters } from "./scan-filters";

/** The scanning configuration of a registry, its filters collected from the repositories. */
export function scanningOf(args: AwsDescription) {
  const { type, continuous } = args.aws.scanning;
  const { scan } = withRepositoryDefaults(repositorySettings.parse({ name: "any" }), args);
  const filters = scanFilters([
    ...args.repositories.map((repository) => ({
      name: repository.name,
      onPush: repository.scan.onPush,
    })),
    ...args.pullThroughCaches.map((cache) => ({
      name: belowCache(cache.name),
      onPush: scan.onPush,
    })),
  ]);
  return {
    scanType: type === ScanType.Enhanced ? "ENHANCED" : "BASIC",
    rules:
      filters.length === 0
        ? []
        : [
            {
              scanFrequency: continuous ? "CONTINUOUS_SCAN" : "SCAN_ON_PUSH",
              repositoryFilters: filters.map((filter) => ({ filter, filterType: "WILDCARD" })),
            },
          ],
  };
}

/**
 * The scanning configuration of the whole registry. It exists once in an account and region: the owner of the registry's settings
 * creates it. Enhanced scanning turns Amazon Inspector on for ECR by itself. No `inspector2.Enabler` is created: that one disables
 * Inspector for every resource type that it does not list, EC2 and Lambda among them, and for all of them when it is deleted.
 */
export function createScanning(
  name: string,
  args: AwsDescription,
  opts: pulumi.CustomResourceOptions,
): RegistryScanningConfiguration {
  return new RegistryScanningConfiguration(`${name}-scanning`, scanningOf(args), opts);
}

/** Principals, such as scanners, whose pulls do not count as an image's last pull; one resource for each principal. */
export function createPullTimeExclusions(
  name: string,
  args: AwsDescription,
  opts: pulumi.CustomResourceOptions,
): PullTimeUpdateExclusion[] {
  return args.aws.scanning.pullTimeExclusions.map(
    (principalArn) =>
      new PullTimeUpdateExclusion(
        `${name}-pull-time-${principalArn.slice(principalArn.lastIndexOf(":") + 1)}`,
        { principalArn },
        opts,
      ),
  );
}
