import type { AwsDescription } from "./settings";
import * as pulumi from "@pulumi/pulumi";
import { setCommand } from "../core/messages";
import { estimateBy } from "../cost/estimate";
import { awsCosts } from "./cost";
import { upstreamOf } from "../model/caches";

import { ecrDifferences } from "../retention/ecr";
import { sentences } from "../retention/listing";
import { authorised } from "./codebuild/settings";
import { connectedHosts, connectionName } from "./codebuild/sources";
import type { ClusterRoles } from "./identities/clusters";
import { keyAlias } from "./names";
import type { Place } from "./place";
import { claimName } from "./private-registry";
import { ScanType } from "./private-registry-settings";
import { pullThroughGrants } from "./pull-through-cache/upstreams";
import { likeAll, registryPolicyFor, replicaPaths, replicaRegions } from "./replication/plan";

/** What a person should know about builds, pipelines, clusters, caches and copies, a sentence each. */
export function deliveryNotes(
  args: AwsDescription,
  place: Place,
  host: pulumi.Output<string>,
  clusters: ReadonlyMap<string, ClusterRoles>,
): pulumi.Output<string[]> {
  return pulumi
    .all([host, clusterNotes(clusters), replicationNotes(args, place)])
    .apply(([at, ofClusters, ofCopies]) => [
      ...connectionNotes(args),
      ...pipelineNotes(args),
      ...ofClusters,
      ...cacheNotes(args, at),
      ...ofCopies,
    ]);
}

/** The one thing of a connection that no interface of AWS's does. */
function connectionNotes({ namePrefix, builds, aws }: AwsDescription): string[] {
  return connectedHosts(builds)
    .filter((one) => aws.builds.connections[one] === undefined)
    .map((one) => {
      const set = setCommand(["aws", "builds", "connections", one], authorised);
      return `Builds from ${one} wait for somebody to authorise the connection ${connectionName(namePrefix, one)} once: in AWS's console under Developer Tools, Settings, Connections, "Update pending connection"; then ${set} and pulumi up.`;
    });
}

function pipelineNotes({ identities, endpoint, aws }: AwsDescription): string[] {
  const limited = endpoint.allowFrom.length > 0 || aws.network.limitToVpc;
  return limited && identities.length > 0
    ? [
        "Pipelines of wharf:identities reach the images from the named networks alone, so that they need runners there; runners of GitHub's and GitLab's own are elsewhere.",
      ]
    : [];
}

function clusterNotes(clusters: ReadonlyMap<string, ClusterRoles>): pulumi.Output<string[]> {
  const arns = [...clusters].flatMap(([name, { role }]) =>
    role === undefined
      ? []
      : role.arn.apply(
          (arn) =>
            `Service accounts of the cluster ${name} take on their role by the annotation eks.amazonaws.com/role-arn: ${arn}.`,
        ),
  );
  return pulumi.all(arns);
}

/** How names change: clients log in to ECR by a password of twelve hours, so that it is no mirror that settings could name. */
function cacheNotes(args: AwsDescription, host: string): string[] {
  const names = args.pullThroughCaches.map(({ name, upstream }) => {
    const { registry } = upstreamOf(upstream);
    // Docker's own images lie below library/, which only its own clients add by themselves.
    const example = registry === "docker.io" ? "library/alpine" : "NAME";
    return `${registry}/${example} is pulled as ${host}/${name}/${example}.`;
  });
  const others = pullThroughGrants(args).some(
    ({ accounts, organizations }) => accounts.length + organizations.length > 0,
  );
  return others && args.pullThroughCaches.length > 0 && !args.aws.managePrivateRegistry
    ? [
        ...names,
        "Other accounts pull of the caches what they hold already; that they may be the first takes the registry's policy, of the stack with wharf:aws.managePrivateRegistry true.",
      ]
    : names;
}

function replicationNotes(args: AwsDescription, place: Place): pulumi.Output<string[]> {
  const { aws, repositories } = args;
  if (aws.replication.length === 0) return pulumi.output<string[]>([]);
  const unlike = [...replicaRegions(aws.replication)].flatMap(([region, entries]) =>
    replicaPaths(entries, repositories)
      .filter(({ repositories: below }) => below.length > 1 && likeAll(below) === undefined)
      .map(
        ({ repositories: below }) =>
          `In ${region} ${below.map(({ name }) => name).join(", ")} get what the description says for all, since one template serves them and their own settings differ.`,
      ),
  );
  const others = aws.replication.filter(({ account }) => account !== undefined);
  const fixed = [
    "ECR copies what is pushed from now on; what is there already is copied at its next push.",
    ...unlike,
  ];
  if (others.length === 0) return pulumi.output(fixed);
  return place
    .accountId()
    .apply((own) => [
      ...fixed,
      ...others.map(
        ({ account = "", region }) =>
          `Account ${account} has to let account ${own} in: aws ecr put-registry-policy --region ${region} --policy-text '${registryPolicyFor({ partition: place.partition, region, account }, own)}', or wharf:aws.registryPolicy.replicateFrom of a Wharf stack there.`,
      ),
    ]);
}

/** What a person should know about a registry on this target, a sentence each. */
export function notesFor(args: AwsDescription, region: string): string[] {
  const { deletion, aws, encryption, repositories, endpoint, namePrefix } = args;
  const { network, scanning, identityPolicies } = aws;
  const limited = endpoint.allowFrom.length > 0 || network.limitToVpc;
  return [
    "A login ends after 12 hours.",
    {
      force: "The images go when the stack goes.",
      retain:
        "The repositories stay when the stack goes; pulumi import takes one back into a stack.",
      protect:
        "The repositories are protected: set wharf:deletion to retain before the stack can go.",
    }[deletion],
    identityPolicies.account === undefined
      ? "Whoever logs in needs ecr:GetAuthorizationToken on the own role or user; wharf:aws.identityPolicies makes the policies."
      : identityPolicies.attach
        ? undefined
        : `The IAM policies whose names begin with ${namePrefix}- wait to be attached to their roles and users: aws iam attach-role-policy --role-name ROLE --policy-arn ARN.`,
    aws.managePrivateRegistry
      ? `This stack owns the settings of the account's registry in ${region}, as ${claimName} of Systems Manager says; what they held before is replaced.`
      : repositories.some(({ scan }) => scan.onPush)
        ? "Repositories are scanned on push by their own setting; the registry's filters are left to their owner (wharf:aws.managePrivateRegistry)."
        : undefined,
    scanning.type === ScanType.Enhanced
      ? "Amazon Inspector bills each image that it scans."
      : undefined,
    encryption.key === "create"
      ? `The key ${keyAlias(namePrefix)} encrypts the images; without it nobody reads them again.`
      : undefined,
    limited
      ? "Images are moved from the named networks alone; settings can be changed from everywhere, so that nobody is locked out."
      : undefined,
    ...sentences(
      ecrDifferences,
      repositories.map(({ retention }) => retention),
    ),
    ...estimateBy(args, awsCosts).warnings,
  ].filter((note) => note !== undefined);
}
