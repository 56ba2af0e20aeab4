import { unknownName } from "../../core/names";
import type { Rule } from "../../core/rule";
import type { AwsDescription } from "../settings";
import { keyOf, removeCommand, setCommand, shown } from "../../core/messages";
import type { Problem } from "../../core/problems";

import { isGitHub } from "../../identities/subject";
import { pipelineGrants, stackPolicy } from "../iam-grants";
import { identityArn } from "../private-registry-settings";
import { issuerHost, issuersOf } from "../trust-policies";

/** Longest inline policies of a role, white space not counted ("IAM and AWS STS quotas"). */
const rolePolicyLimit = 10_240;

/** Inline policies longer than IAM accepts. */
function lengthProblems({ identities, aws }: AwsDescription): Problem[] {
  // Of the longest places, so that what fits here fits everywhere.
  const place = { partition: "aws-us-gov", region: "ap-southeast-1", account: "123456789012" };
  return identities.flatMap((identity, index) => {
    const grants = pipelineGrants(identity);
    const { length } = stackPolicy({ stack: "", aws }, grants, place);
    return length > rolePolicyLimit
      ? [
          {
            key: keyOf(["identities", index]),
            message: `names ${grants.length} repositories, which needs a policy of ${length} characters; IAM allows ${rolePolicyLimit} in a role. Split the repositories over several identities`,
          },
        ]
      : [];
  });
}

/**
 * Environments of GitLab. AWS reads only the claims `sub`, `aud` and `amr` of its tokens ("Available keys for AWS OIDC federation"), and
 * GitLab's subject does not name the environment, so that a role could only trust all pipelines of the project.
 */
function environmentProblems({ identities }: AwsDescription): Problem[] {
  return identities.flatMap((identity, index) => {
    const { environment, branch, tag } = identity;
    if (environment === undefined || isGitHub(identity)) return [];
    const path = ["identities", index];
    const remove = removeCommand([...path, "environment"]);
    return [
      {
        key: keyOf([...path, "environment"]),
        message: `${shown(environment)} would admit every branch of ${identity.project}: AWS cannot read the environment from GitLab's tokens. Limit the identity to a protected branch or tag`,
        fix:
          branch === undefined && tag === undefined
            ? `${remove} && ${setCommand([...path, "branch"], "main")}`
            : remove,
      },
    ];
  });
}

/** Clusters whose nodes or issuer are not EKS's. */
function clusterProblems({ clusters }: AwsDescription): Problem[] {
  return clusters.flatMap(({ nodes, issuer }, index) => [
    ...(nodes === undefined ||
    (identityArn.safeParse(nodes).success && nodes.split(":")[5]?.startsWith("role/") === true)
      ? []
      : [
          {
            key: keyOf(["clusters", index, "nodes"]),
            message: `${shown(nodes)} is not an IAM role, such as arn:aws:iam::123456789012:role/eks-nodes`,
          },
        ]),
    ...(issuer === undefined || /^https:\/\/[^\s/]+(\/[^\s/]+)*\/?$/.test(issuer)
      ? []
      : [
          {
            key: keyOf(["clusters", index, "issuer"]),
            message: `${shown(issuer)} is not an issuer of EKS, such as https://oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF`,
            fix: "aws eks describe-cluster --name CLUSTER --query cluster.identity.oidc.issuer --output text",
          },
        ]),
  ]);
}

/** Clusters of EKS Pod Identity that the description does not have, or that have no service accounts. */
function podIdentityProblems({ aws: { podIdentity }, clusters }: AwsDescription): Problem[] {
  return Object.entries(podIdentity).flatMap(([name, eksName]): Problem[] => {
    const path = ["aws", "podIdentity", name];
    const unknown = unknownName(
      path,
      name,
      clusters.map((cluster) => cluster.name),
      {
        predicate: "is not a cluster of wharf:clusters",
        set: (meant) =>
          `${removeCommand(path)} && ${setCommand(["aws", "podIdentity", meant], eksName)}`,
        fix: removeCommand(path),
      },
    );
    if (unknown.length > 0) return unknown;
    return clusters.some((cluster) => cluster.name === name && cluster.workloads.length > 0)
      ? []
      : [
          {
            key: keyOf(path),
            message: `has no service accounts to give a role to; name them in workloads of the cluster ${name}`,
            fix: removeCommand(path),
          },
        ];
  });
}

/** Providers that no identity uses, and those of another issuer. */
function providerProblems({
  aws: { oidcProviders },
  identities,
  clusters,
}: AwsDescription): Problem[] {
  const hosts = issuersOf({ identities, clusters }).map(issuerHost);
  return Object.entries(oidcProviders).flatMap(([host, arn]): Problem[] => {
    const path = ["aws", "oidcProviders", host];
    const unknown = unknownName(path, host, hosts, {
      predicate: "is not an issuer of wharf:identities or wharf:clusters",
      set: (meant) =>
        `${removeCommand(path)} && ${setCommand(["aws", "oidcProviders", meant], arn)}`,
      fix: removeCommand(path),
    });
    if (unknown.length > 0) return unknown;
    const of = arn.slice(arn.indexOf(":oidc-provider/") + ":oidc-provider/".length);
    return of === host
      ? []
      : [
          {
            key: keyOf(path),
            message: `is the provider of ${of}, not of ${host}`,
          },
        ];
  });
}

/** Rules about pipelines and clusters that log in without a stored key. */
export const identityRules: Rule<AwsDescription>[] = [
  { needs: ["identities", "aws"], find: lengthProblems },
  { needs: ["identities"], find: environmentProblems },
  { needs: ["clusters"], find: clusterProblems },
  { needs: ["aws", "clusters"], find: podIdentityProblems },
  { needs: ["aws", "identities", "clusters"], find: providerProblems },
];
