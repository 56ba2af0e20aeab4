import type { AzureDescription } from "./settings";
import type * as pulumi from "@pulumi/pulumi";
import { Replication } from "@pulumi/azure-native/containerregistry/replication";

import { stackTags } from "./names";
import { normalLocation } from "./locations";
import type { InRegistry } from "./container-registry";

/** The registry's replicas in other locations; they hold the same images under the same name. */
export function createReplicas(
  name: string,
  registry: InRegistry,
  args: AzureDescription,
  opts: pulumi.CustomResourceOptions,
): Replication[] {
  return args.azure.replicas.map((replica) => {
    const location = normalLocation(replica.location);
    return new Replication(
      `${name}-replica-${location}`,
      {
        ...registry,
        replicationName: location,
        location,
        regionEndpointEnabled: replica.acceptsRequests,
        zoneRedundancy: replica.zoneRedundant ? "Enabled" : "Disabled",
        tags: stackTags(args),
      },
      opts,
    );
  });
}
