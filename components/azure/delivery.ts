import type { AzureDescription } from "./settings";
import * as pulumi from "@pulumi/pulumi";
import type { Registry } from "@pulumi/azure-native/containerregistry/registry";
import { clientMirrors } from "../caches/mirrors";

import { createBuilds, taskName, type Builds } from "./acr-tasks/tasks";
import { createCaches, type Caches } from "./cache-rules/caches";
import { createClusterAccess, type ClusterAccess } from "./identities/clusters";
import type { InRegistry } from "./container-registry";
import { createIdentities, type PipelineIdentity } from "./identities/pipelines";
import type { Names } from "./names";
import type { Home } from "./place";
import { pipelineFiles } from "./identities/workflows";

/** Builds, caches, and the keyless identities of pipelines and clusters. */
export interface Delivery {
  identities: PipelineIdentity[];
  clusters: ClusterAccess[];
  caches: Caches;
  builds: Builds;
}

/** The identities of pipelines and clusters, the caches of other registries and the builds of a description. */
export function createDelivery(
  name: string,
  registry: Registry,
  inRegistry: InRegistry,
  names: Names,
  home: Home,
  args: AzureDescription,
  opts: pulumi.CustomResourceOptions,
): Delivery {
  return {
    identities: createIdentities(`${name}-identity`, registry.id, home, args, opts),
    clusters: createClusterAccess(`${name}-cluster`, registry.id, home, args, opts),
    caches: createCaches(`${name}-cache`, names.cacheVault, inRegistry, home, args, opts),
    builds: createBuilds(`${name}-build`, registry, inRegistry, home, args, opts),
  };
}

/** The roles on the registry in it. */
export function deliveryGrants({ identities, clusters, builds }: Delivery): pulumi.Resource[] {
  return [
    ...identities.flatMap(({ grants }) => grants),
    ...clusters.flatMap(({ nodes, workloads }) => [
      ...nodes,
      ...workloads.flatMap(({ grants }) => grants),
    ]),
    ...builds.tasks.flatMap(({ grants }) => grants),
  ];
}

/** The part of it in the registry's scope, which a lock on the registry locks too. */
export function deliveryInside(delivery: Delivery): pulumi.Resource[] {
  const { rules, credentials, identities } = delivery.caches;
  const { tasks, agentPool } = delivery.builds;
  return [
    ...deliveryGrants(delivery),
    ...rules,
    ...credentials.map(({ credentialSet }) => credentialSet),
    ...identities.map(({ settings }) => settings),
    ...tasks.map(({ task }) => task),
    ...(agentPool === undefined ? [] : [agentPool]),
  ];
}

/** The part of a stack's outputs that follows from it. */
export interface DeliveryOutputs {
  /** Name of a build to the command that starts it by hand. */
  builds: pulumi.Output<Record<string, string>>;
  /** Name of a keyless identity to its pipeline file. */
  workflows: pulumi.Output<Record<string, string>>;
  /** Path of a client's settings file to its content. */
  mirrors: pulumi.Output<Record<string, string>>;
  /** Client ids of the identities of clusters' service accounts, by `cluster/namespace/name`. */
  clientIds: pulumi.Output<Record<string, string>>;
}

/** The outputs of a registry's deliveries. */
export function deliveryOutputs(
  { identities, clusters, builds }: Delivery,
  names: Names,
  home: Home,
  args: AzureDescription,
  server: pulumi.Output<string>,
  addresses: pulumi.Output<Record<string, string>>,
): DeliveryOutputs {
  const workloads = clusters.flatMap(({ workloads }, index) =>
    workloads.map(({ serviceAccount, identity: { clientId } }) =>
      pulumi.all([`${args.clusters[index]?.name}/${serviceAccount}`, clientId] as const),
    ),
  );
  return {
    builds: pulumi
      .all(builds.tasks.map(({ task }) => task.id))
      .apply(() =>
        Object.fromEntries(
          args.builds.map((build) => [
            build.name,
            `az acr task run --registry ${names.registry} --name ${taskName(build)}`,
          ]),
        ),
      ),
    workflows: pipelineFiles(identities, home.cloud, server, addresses),
    // A client sends no login to a mirror, so that there is no mirror where pulls need a login.
    mirrors: server.apply((host) =>
      args.access.public
        ? clientMirrors(
            args.pullThroughCaches.map((cache) => ({
              cache,
              endpoint: `https://${host}/v2/${cache.name}`,
            })),
          )
        : {},
    ),
    clientIds: pulumi.all(workloads).apply((pairs) => Object.fromEntries(pairs)),
  };
}
