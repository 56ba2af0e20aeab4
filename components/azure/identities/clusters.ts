import { roleModeOf } from "../choices";
import type { AzureDescription } from "../settings";
import type * as pulumi from "@pulumi/pulumi";
import type { RoleAssignment } from "@pulumi/azure-native/authorization/roleAssignment";
import type { Cluster } from "../../model/identities";

import { createFederatedIdentity, type FederatedIdentity } from "./federated-identity";
import { grantRights, type Right } from "../role-assignments";
import { digest, prefixInNames } from "../names";
import type { Home } from "../place";

/** A service account's managed identity, and its roles. */
export interface WorkloadIdentity extends FederatedIdentity {
  /** The service account, as `namespace/name`. */
  serviceAccount: string;
  grants: RoleAssignment[];
}

/** The identities that a cluster pulls with. */
export interface ClusterAccess {
  /** Roles of the kubelet's identity; empty where the description names none. */
  nodes: RoleAssignment[];
  workloads: WorkloadIdentity[];
}

/**
 * Lets AKS clusters pull: the kubelet by the identity that the cluster gave it, each service account by a managed identity of the
 * stack, which trusts the cluster's issuer (workload identity).
 */
export function createClusterAccess(
  name: string,
  registryId: pulumi.Input<string>,
  home: Home,
  args: AzureDescription,
  opts: pulumi.CustomResourceOptions,
): ClusterAccess[] {
  return args.clusters.map((cluster) => {
    const own = `${name}-${cluster.name}`;
    const rights: Right[] = [{ role: "pull", repositories: cluster.pull }];
    const grant = (to: string, principalId: pulumi.Input<string>, who: string) =>
      grantRights(
        to,
        registryId,
        {
          principalId,
          description: `${who} of cluster ${cluster.name}, granted by Wharf's stack ${args.stack}.`,
        },
        rights,
        roleModeOf(args.azure),
        home,
        opts,
      );
    return {
      nodes: cluster.nodes === undefined ? [] : grant(`${own}-nodes`, cluster.nodes, "Kubelets"),
      workloads: cluster.workloads.map((workload) => workloadIdentity(own, cluster, workload)),
    };

    function workloadIdentity(
      prefix: string,
      { issuer = "" }: Cluster,
      { namespace, serviceAccount }: Cluster["workloads"][number],
    ): WorkloadIdentity {
      const path = `${namespace}/${serviceAccount}`;
      // Together both may be too long for a name.
      const key = digest(path).slice(0, 8);
      const workloadName = `${prefix}-workload-${key}`;
      const federated = createFederatedIdentity(
        workloadName,
        `id-${prefixInNames(args.namePrefix)}-cluster-${cluster.name}-${key}`,
        { issuer, subject: `system:serviceaccount:${namespace}:${serviceAccount}` },
        home,
        args,
        opts,
      );
      const grants = grant(workloadName, federated.identity.principalId, `Service account ${path}`);
      return { serviceAccount: path, ...federated, grants };
    }
  });
}
