import { isGitHub, issuerUrl, projectName, subjectOf } from "../identities/subject";
import type { Cluster, Identity } from "../model/identities";

/** Partitions other than `aws`, by the prefix of their regions' codes. */
const partitions: readonly (readonly [prefix: string, partition: string])[] = [
  ["cn-", "aws-cn"],
  ["us-gov-", "aws-us-gov"],
  ["us-iso-", "aws-iso"],
  ["us-isob-", "aws-iso-b"],
  ["eu-isoe-", "aws-iso-e"],
  ["us-isof-", "aws-iso-f"],
  ["eusc-", "aws-eusc"],
];

/** The partition of a region, as in ARNs. */
export function partitionOf(region: string): string {
  return partitions.find(([prefix]) => region.startsWith(prefix))?.[1] ?? "aws";
}

/**
 * The trust policy of a role that an AWS service assumes, as JSON.
 * @param sid what it assumes the role for
 * @param service the service's name, as in `ecr` of `ecr.amazonaws.com`
 * @param condition on whose behalf; without one, on any that the service itself allows ("confused deputy" of IAM's user guide)
 */
export function serviceTrust(sid: string, service: string, condition?: Conditions): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: sid,
        Effect: "Allow",
        Principal: { Service: `${service}.amazonaws.com` },
        Action: "sts:AssumeRole",
        Condition: condition,
      },
    ],
  });
}

/** What a role requires of the tokens that it is assumed with: operator to condition key to values, as IAM writes it. */
export type Conditions = Record<string, Record<string, string | string[]>>;

/** Claim `aud` of the tokens that a role is assumed with: the one that AWS's GitHub action and EKS request. */
export const audience = "sts.amazonaws.com";

/** An issuer as in condition keys and in the ARN of its provider: without `https://`. */
export function issuerHost(url: string): string {
  return url.replace(/^https:\/\//, "").replace(/\/$/, "");
}

/** Issuers whose tokens the roles of a description are assumed with, each once. */
export function issuersOf({
  identities,
  clusters,
}: {
  identities: readonly Pick<Identity, "issuer">[];
  clusters: readonly Pick<Cluster, "issuer" | "workloads">[];
}): string[] {
  const ofClusters = clusters.flatMap(({ issuer, workloads }) =>
    issuer === undefined || workloads.length === 0 ? [] : issuer.replace(/\/$/, ""),
  );
  return [...new Set([...identities.map(issuerUrl), ...ofClusters])];
}

/** The trust policy of a role that is assumed with tokens of an issuer, as JSON. */
export function webIdentityTrust(providerArn: string, conditions: Conditions): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "ExchangeTokens",
        Effect: "Allow",
        Principal: { Federated: providerArn },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: conditions,
      },
    ],
  });
}

/**
 * The trust policy of a web identity with a statement more: the agent of EKS Pod Identity assumes the role for pods of one cluster ("EKS
 * Pod Identity role" of EKS's user guide).
 * @param trust the policy as `webIdentityTrust` makes it
 * @param clusterArn the cluster of EKS
 */
export function withPodIdentity(trust: string, clusterArn: string): string {
  const { Version, Statement } = JSON.parse(trust) as { Version: string; Statement: object[] };
  const pods = {
    Sid: "PodIdentity",
    Effect: "Allow",
    Principal: { Service: "pods.eks.amazonaws.com" },
    Action: ["sts:AssumeRole", "sts:TagSession"],
    Condition: {
      StringEquals: { "aws:SourceAccount": clusterArn.split(":")[4] },
      ArnEquals: { "aws:SourceArn": clusterArn },
    },
  };
  return JSON.stringify({ Version, Statement: [...Statement, pods] });
}

/**
 * The conditions on the tokens of a pipeline. GitHub writes the ids of owner and repository into the subject of repositories that
 * are newer than 15 July 2026 or have opted in ("OpenID Connect reference", immutable subject claims): where the description
 * gives the ids they are required, else both forms are accepted. Then the claim `repository` is required as well, which AWS reads
 * from GitHub's tokens in its public regions ("Available keys for AWS OIDC federation"), so that the `*` for the ids admits no
 * other project.
 */
export function pipelineConditions(identity: Identity, region: string): Conditions {
  const host = issuerHost(issuerUrl(identity));
  const subject = literal(subjectOf(identity));
  const { project } = identity;
  const eitherForm = isGitHub(identity) && projectName(identity) === project;
  const subjects = eitherForm ? [subject, withAnyIds(subject, project)] : [subject];
  const claimed = eitherForm && partitionOf(region) === "aws";
  const exact = {
    [`${host}:aud`]: audience,
    ...(claimed && { [`${host}:repository`]: project }),
  };
  const sub = { [`${host}:sub`]: subjects.length === 1 ? subject : subjects };
  return subjects.some((one) => one.includes("*"))
    ? { StringEquals: exact, StringLike: sub }
    : { StringEquals: { ...exact, ...sub } };
}

function withAnyIds(subject: string, project: string): string {
  return subject.replace(project, () =>
    project
      .split("/")
      .map((part) => `${part}@*`)
      .join("/"),
  );
}

/** The conditions on the tokens of a cluster's service accounts. */
export function workloadConditions(issuer: string, workloads: Cluster["workloads"]): Conditions {
  const host = issuerHost(issuer);
  return {
    StringEquals: {
      [`${host}:aud`]: audience,
      [`${host}:sub`]: workloads.map(
        ({ namespace, serviceAccount }) => `system:serviceaccount:${namespace}:${serviceAccount}`,
      ),
    },
  };
}

/** A text in a condition, with `$` and `?` escaped ("IAM policy elements: Variables and tags"). */
function literal(text: string): string {
  return text.replace(/[$?]/g, (character) => `\${${character}}`);
}
