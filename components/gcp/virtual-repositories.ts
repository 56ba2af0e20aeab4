import type { GcpDescription } from "./settings";
import type * as pulumi from "@pulumi/pulumi";
import { Repository } from "@pulumi/gcp/artifactregistry/repository";
import { Deletion } from "../model/environment";

import type { Place } from "./place";
import { heldIn, onePerRepository } from "./repository-ids";
import { repositorySettings, type RepositoryInputs } from "./repositories";

/** Distance between the priorities of upstreams, which leaves room for one that is added manually. */
const step = 10;

/** The virtual repositories, by name. They hold no images, so that there is nothing to scan or clean up. */
export function createVirtualRepositories(
  name: string,
  args: GcpDescription,
  place: Place,
  inputs: RepositoryInputs & {
    /** Repositories, then caches, by the name that the description has for each. */
    upstreams: Record<string, Repository>;
  },
  opts: pulumi.CustomResourceOptions,
): Record<string, Repository> {
  // They hold no images to protect.
  const settings = repositorySettings({ ...args, deletion: Deletion.Force }, place, inputs, opts);
  return Object.fromEntries(
    args.gcp.virtualRepositories.map((virtual) => {
      const named = virtual.upstreams ?? Object.keys(inputs.upstreams);
      const upstreams = onePerRepository(named, args.gcp);
      // The highest priority is looked up first.
      const upstreamPolicies = upstreams.map((upstream, index) => ({
        id: heldIn(upstream, args.gcp).id,
        repository: inputs.upstreams[upstream]?.id,
        priority: (upstreams.length - index) * step,
      }));
      const repository = new Repository(
        `${name}-repository-${virtual.name}`,
        {
          ...settings.args,
          repositoryId: virtual.name,
          mode: "VIRTUAL_REPOSITORY",
          description: `Images of ${named.join(", ")}`,
          virtualRepositoryConfig: { upstreamPolicies },
        },
        settings.opts,
      );
      return [virtual.name, repository];
    }),
  );
}
