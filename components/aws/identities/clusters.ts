import { resolved } from "../../core/tokens";
import type { AwsDescription } from "../settings";
import { Policy } from "@pulumi/aws/iam/policy";
import type { Role } from "@pulumi/aws/iam/role";
import { PodIdentityAssociation } from "@pulumi/aws/eks/podIdentityAssociation";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment";
import * as pulumi from "@pulumi/pulumi";
import { Role as Access } from "../../model/access";
import type { Cluster } from "../../model/identities";

import { stackPolicy } from "../iam-grants";
import { nameOf, stackTags } from "../names";
import type { Place } from "../place";
import { createRole } from "../roles";
import { webIdentityTrust, withPodIdentity, workloadConditions } from "../trust-policies";
import type { OidcProviders } from "./pipelines";

/** The IAM policy and role by which a cluster pulls. */
export interface ClusterRoles {
  /** What its nodes and service accounts may do. */
  policy: Policy;
  /** The role of its service accounts, where the description names some. */
  role?: Role;
  /** What gives the role to each of its service accounts, where EKS Pod Identity does so. */
  associations?: PodIdentityAssociation[];
}

/**
 * A policy for each of `wharf:clusters`, attached to the role of its nodes, with which the kubelet pulls, and to a role that its
 * service accounts assume: by their tokens ("IAM roles for service accounts" of EKS's user guide), and by the agent of EKS Pod Identity
 * where `wharf:aws.podIdentity` names the cluster.
 */
export function createClusterRoles(
  name: string,
  args: AwsDescription,
  place: Place,
  providers: OidcProviders,
  opts: pulumi.CustomResourceOptions,
): ReadonlyMap<string, ClusterRoles> {
  const { namePrefix, stack } = args;
  const tags = stackTags(args);
  const prefixes = args.pullThroughCaches.map((cache) => cache.name);
  return new Map(
    args.clusters.map((cluster) => {
      const child = `${name}-cluster-${cluster.name}`;
      const part = `cluster-${cluster.name}`;
      const policy = new Policy(
        `${child}-policy`,
        {
          name: nameOf("policy", namePrefix, part),
          path: args.aws.iam.path,
          description: `The cluster ${cluster.name} pulls images of the Wharf stack ${stack} by it`,
          policy: place
            .accountId()
            .apply((account) =>
              stackPolicy(
                args,
                clusterGrants(cluster),
                { ...place, account },
                { pullThrough: prefixes },
              ),
            ),
          tags,
        },
        opts,
      );
      if (cluster.nodes !== undefined) {
        const nodeRole = resolved(args, cluster.nodes, (arn) =>
          arn.slice(arn.lastIndexOf("/") + 1),
        );
        new RolePolicyAttachment(`${child}-nodes`, { role: nodeRole, policyArn: policy.arn }, opts);
      }
      const { issuer, workloads } = cluster;
      if (issuer === undefined || workloads.length === 0) return [cluster.name, { policy }];
      const eksName = args.aws.podIdentity[cluster.name];
      const eksArn =
        eksName === undefined
          ? undefined
          : place
              .accountId()
              .apply(
                (account) =>
                  `arn:${place.partition}:eks:${place.region}:${account}:cluster/${eksName}`,
              );
      const role = createRole(
        `${child}-workloads`,
        args,
        {
          part,
          description: `Service accounts of the cluster ${cluster.name} assume it to pull from the Wharf stack ${stack}`,
          assumeRolePolicy: pulumi
            .all([providers.get(issuer.replace(/\/$/, "")) ?? "", eksArn ?? ""])
            .apply(([arn, pods]) => {
              const trust = webIdentityTrust(arn, workloadConditions(issuer, workloads));
              return pods === "" ? trust : withPodIdentity(trust, pods);
            }),
        },
        opts,
      );
      new RolePolicyAttachment(
        `${child}-workloads-policy`,
        { role: role.name, policyArn: policy.arn },
        opts,
      );
      const associations =
        eksName === undefined
          ? []
          : workloads.map(
              ({ namespace, serviceAccount }) =>
                new PodIdentityAssociation(
                  `${child}-pods-${namespace}-${serviceAccount}`,
                  { clusterName: eksName, namespace, serviceAccount, roleArn: role.arn, tags },
                  opts,
                ),
            );
      return [cluster.name, { policy, role, associations }];
    }),
  );
}

/** What a cluster may pull: the repositories that it names, or all of the stack. */
function clusterGrants({ pull }: Cluster) {
  const repositories = pull.length === 0 ? ["*"] : pull;
  return repositories.map((repository) => ({ repository, role: Access.Pull }));
}
