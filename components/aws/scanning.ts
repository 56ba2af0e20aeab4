import type { AwsDescription } from "./settings";
import type * as pulumi from "@pulumi/pulumi";
import { PullTimeUpdateExclusion } from "@pulumi/aws/ecr/pullTimeUpdateExclusion";
import { RegistryScanningConfiguration } from "@pulumi/aws/ecr/registryScanningConfiguration";
import { Enabler } from "@pulumi/aws/inspector2/enabler";
import { withRepositoryDefaults } from "../model/defaults";
import { repositorySettings } from "../model/repositories";

import type { Place } from "./place";
import { ScanType } from "./private-registry-settings";
import { belowCache, scanFilters } from "./scan-filters";

/** What scans the images of a registry. */
export interface Scanning {
  configuration: RegistryScanningConfiguration;
  /** Inspector, where it scans and the stack is to enable it. */
  inspector?: Enabler;
}

/**
 * The scan of the whole registry, its filters collected from the repositories. Once for an account in a region: the owner of the
 * registry's settings makes it.
 */
export function createScanning(
  name: string,
  args: AwsDescription,
  place: Place,
  opts: pulumi.CustomResourceOptions,
): Scanning {
  const { type, continuous, inspector } = args.aws.scanning;
  const enhanced = type === ScanType.Enhanced;
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
  const enabler =
    enhanced && inspector
      ? new Enabler(
          `${name}-inspector`,
          { accountIds: [place.accountId()], resourceTypes: ["ECR"] },
          opts,
        )
      : undefined;
  const configuration = new RegistryScanningConfiguration(
    `${name}-scanning`,
    {
      scanType: enhanced ? "ENHANCED" : "BASIC",
      rules:
        filters.length === 0
          ? []
          : [
              {
                scanFrequency: continuous ? "CONTINUOUS_SCAN" : "SCAN_ON_PUSH",
                repositoryFilters: filters.map((filter) => ({ filter, filterType: "WILDCARD" })),
              },
            ],
    },
    enabler === undefined ? opts : { ...opts, dependsOn: enabler },
  );
  return { configuration, inspector: enabler };
}

/** Pulls of scanners and the like, which are not to count as the last pull of an image; each is of its principal alone. */
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
