import { unknownName } from "../../core/names";
import type { Rule } from "../../core/rule";
import type { AwsDescription } from "../settings";
import { keyOf, removeCommand, setCommand, shown } from "../../core/messages";
import type { Problem } from "../../core/problems";

import { pipelineGrants, stackPolicy } from "../iam-grants";
import { identityArn } from "../private-registry-settings";
import { issuerHost, issuersOf } from "../trust-policies";

/** Longest policy within a role, white space not counted ("IAM and AWS STS quotas"). */
const rolePolicyLimit = 10_240;

/** Policies that would be longer than IAM takes within a role. */
function lengthProblems({ identities }: AwsDescription): Problem[] {
  // Of the longest places, so that what fits here fits everywhere.
  const place = { partition: "aws-us-gov", region: "ap-southeast-1", account: "123456789012" };
  return identities.flatMap((identity, index) => {
    const grants = pipelineGrants(identity);
    const { length } = stackPolicy("", grants, place);
    return length > rolePolicyLimit
      ? [
          {
            key: keyOf(["identities", index]),
            message: `names ${grants.length} repositories, which makes a policy of ${length} characters; IAM takes ${rolePolicyLimit} in a role. Give the pipeline an identity for each part of them`,
          },
        ]
      : [];
  });
}

/** Clusters whose words are not EKS's. */
function clusterProblems({ clusters }: AwsDescription): Problem[] {
  return clusters.flatMap(({ nodes, issuer }, index) => [
    ...(nodes === undefined ||
    (identityArn.safeParse(nodes).success && nodes.split(":")[5]?.startsWith("role/") === true)
      ? []
      : [
          {
            key: keyOf(["clusters", index, "nodes"]),
            message: `${shown(nodes)} is no role of IAM, such as arn:aws:iam::123456789012:role/eks-nodes`,
          },
        ]),
    ...(issuer === undefined || /^https:\/\/[^\s/]+(\/[^\s/]+)*\/?$/.test(issuer)
      ? []
      : [
          {
            key: keyOf(["clusters", index, "issuer"]),
            message: `${shown(issuer)} is no issuer of EKS, such as https://oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF`,
            fix: "aws eks describe-cluster --name CLUSTER --query cluster.identity.oidc.issuer --output text",
          },
        ]),
  ]);
}

/** Providers that no identity uses, and those that are another issuer's. */
function providerProblems({
  aws: { oidcProviders },
  identities,
  clusters,
}: AwsDescription): Problem[] {
  const hosts = issuersOf({ identities, clusters }).map(issuerHost);
  return Object.entries(oidcProviders).flatMap(([host, arn]): Problem[] => {
    const path = ["aws", "oidcProviders", host];
    const unknown = unknownName(path, host, hosts, {
      predicate: "is no issuer of wharf:identities or wharf:clusters",
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
            message: `is the provider of ${of}, whose tokens are not those of ${host}`,
          },
        ];
  });
}

/** Rules about pipelines and clusters that log in without a stored key. */
export const identityRules: Rule<AwsDescription>[] = [
  { needs: ["identities"], find: lengthProblems },
  { needs: ["clusters"], find: clusterProblems },
  { needs: ["aws", "identities", "clusters"], find: providerProblems },
];
