import { resolved } from "../../core/tokens";
import type { GcpDescription } from "../settings";
import type { Repository } from "@pulumi/gcp/artifactregistry/repository";
import type { RepositoryIamMember } from "@pulumi/gcp/artifactregistry/repositoryIamMember";
import * as pulumi from "@pulumi/pulumi";
import { artifactRegistryRoles } from "../../access/artifact-registry";
import type { Cluster } from "../../model/identities";

import { grantRepository } from "../iam-members";
import { heldIn, onePerRepository } from "../repository-ids";
import { projectNumber, type Services } from "../services";

/** Who pulls in a cluster: a part of the grant's name, and the principal. */
interface Puller {
  key: string;
  member: pulumi.Input<string>;
}

/**
 * Lets clusters pull, by the names of the grants: the service account of GKE's nodes, which the kubelet uses to pull, and
 * Kubernetes service accounts, by GKE's workload identity pool.
 */
export function grantClusters(
  name: string,
  args: GcpDescription,
  services: Services,
  repositories: Record<string, Repository>,
  opts: pulumi.CustomResourceOptions,
): Record<string, RepositoryIamMember> {
  const grants = args.clusters.flatMap((cluster) => {
    const pulled = onePerRepository(
      cluster.pull.length > 0 ? cluster.pull : Object.keys(repositories),
      args.gcp,
    );
    return pullersOf(args, cluster, services, opts).flatMap(({ key, member }) =>
      pulled.flatMap((described) => {
        const repository = repositories[described];
        if (repository === undefined) return [];
        const grantName = `${name}-cluster-${cluster.name}/${key}/${heldIn(described, args.gcp).id}`;
        const { pull } = artifactRegistryRoles;
        const granted = grantRepository(grantName, repository, pull, member, opts);
        return [[grantName, granted] as const];
      }),
    );
  });
  return Object.fromEntries(grants);
}

function pullersOf(
  args: GcpDescription,
  { nodes, issuer, workloads }: Cluster,
  services: Services,
  opts: pulumi.CustomResourceOptions,
): Puller[] {
  const ofNodes =
    nodes === undefined
      ? []
      : [{ key: "nodes", member: resolved(args, nodes, (email) => `serviceAccount:${email}`) }];
  if (issuer === undefined || workloads.length === 0) return ofNodes;
  const number = projectNumber(args, issuer, services, opts);
  const ofWorkloads = workloads.map(({ namespace, serviceAccount }) => ({
    key: `${namespace}/${serviceAccount}`,
    member: pulumi.interpolate`principal://iam.googleapis.com/projects/${number}/locations/global/workloadIdentityPools/${issuer}.svc.id.goog/subject/ns/${namespace}/sa/${serviceAccount}`,
  }));
  return [...ofNodes, ...ofWorkloads];
}
