import type { AwsDescription } from "./settings";
import * as pulumi from "@pulumi/pulumi";
import { setCommand } from "../core/messages";
import { runsDockerHubImages } from "../builds/docker-script";
import { estimateBy } from "../cost/estimate";
import { awsCosts } from "./cost";
import { BuildCache } from "../model/builds";
import { upstreamOf } from "../model/caches";

import { ecrDifferences } from "../retention/ecr";
import { sentences } from "../retention/listing";
import { authorised } from "./codebuild/settings";
import { connectedHosts, connectionName } from "./codebuild/sources";
import { SubscriptionProtocol } from "./events/settings";
import type { ClusterRoles } from "./identities/clusters";
import { keyAlias } from "./names";
import type { Place } from "./place";
import { claimName } from "./private-registry";
import { ScanType } from "./private-registry-settings";
import { galleryLogin } from "./public-repositories";
import { pullThroughGrants } from "./pull-through-cache/upstreams";
import { replicationNotes } from "./replication/notes";

/** What a person should know about builds, pipelines, clusters, caches and replicas, a sentence each. */
export function deliveryNotes(
  args: AwsDescription,
  place: Place,
  host: pulumi.Output<string>,
  clusters: ReadonlyMap<string, ClusterRoles>,
): pulumi.Output<string[]> {
  return pulumi
    .all([host, clusterNotes(clusters), replicationNotes(args, place)])
    .apply(([at, ofClusters, ofCopies]) => [
      ...pendingNotes(args),
      ...ofClusters,
      ...cacheNotes(args, at),
      ...ofCopies,
    ]);
}

/** Those of builds and pipelines, which are known before anything is created. */
export function pendingNotes(args: AwsDescription): string[] {
  return [...connectionNotes(args), ...pipelineNotes(args)];
}

/** What only a person can do with a connection, in AWS's console. */
function connectionNotes({ namePrefix, builds, aws }: AwsDescription): string[] {
  return connectedHosts(builds)
    .filter((one) => aws.builds.connections[one] === undefined)
    .map((one) => {
      const set = setCommand(["aws", "builds", "connections", one], authorised);
      return `Builds from ${one} start once somebody has authorised the connection ${connectionName(namePrefix, one)} in AWS's console, Developer Tools, Settings, Connections, "Update pending connection"; then ${set} and pulumi up.`;
    });
}

function pipelineNotes({ identities, endpoint, aws }: AwsDescription): string[] {
  const limited = endpoint.allowFrom.length > 0 || aws.network.limitToVpc;
  return limited && identities.length > 0
    ? [
        "Pipelines of wharf:identities can push and pull only from the named networks: they need self-hosted runners there.",
      ]
    : [];
}

function clusterNotes(clusters: ReadonlyMap<string, ClusterRoles>): pulumi.Output<string[]> {
  const arns = [...clusters].flatMap(([name, { role, associations = [] }]) =>
    role === undefined || associations.length > 0
      ? []
      : role.arn.apply(
          (arn) =>
            `Service accounts of the cluster ${name} assume their role with the annotation eks.amazonaws.com/role-arn: ${arn}.`,
        ),
  );
  return pulumi.all(arns);
}

/** The image names of caches. ECR's passwords expire after twelve hours, so a cache cannot be a mirror in a client's settings. */
function cacheNotes(args: AwsDescription, host: string): string[] {
  const names = args.pullThroughCaches.map(({ name, upstream }) => {
    const { registry } = upstreamOf(upstream);
    // Docker's official images have the path library/, which only Docker's clients add by themselves.
    const example = registry === "docker.io" ? "library/alpine" : "NAME";
    return `${registry}/${example} is pulled as ${host}/${name}/${example}.`;
  });
  const others = pullThroughGrants(args).some(
    ({ accounts, organizations, organizationalUnits }) =>
      accounts.length + organizations.length + organizationalUnits.length > 0,
  );
  return [
    ...names,
    ...buildNotes(args),
    ...(others && args.pullThroughCaches.length > 0 && !args.aws.managePrivateRegistry
      ? [
          "Other accounts can pull only what the caches hold already. To let them pull new images through the caches, the stack with wharf:aws.managePrivateRegistry true has to set the registry's policy.",
        ]
      : []),
  ];
}

/** The topic's address, and what its subscribers have to do. */
export function eventNotes(
  { aws: { events } }: AwsDescription,
  topic: pulumi.Output<string>,
): pulumi.Output<string[]> {
  if (events === undefined) return pulumi.output([]);
  const has = (...protocols: SubscriptionProtocol[]) =>
    events.subscriptions.some(({ protocol }) => protocols.includes(protocol));
  const confirmed = has(SubscriptionProtocol.Https, SubscriptionProtocol.Email);
  return topic.apply((arn) => [
    `The topic ${arn} tells of ${events.on.join(" and ")} in the repositories.`,
    ...(confirmed
      ? [
          "SNS delivers nothing by https or email until the receiver has confirmed the subscription.",
        ]
      : []),
    ...(has(SubscriptionProtocol.Sqs)
      ? [
          `The policy of each queue has to let sns.amazonaws.com send messages, with the topic as aws:SourceArn, and so has the policy of a key that encrypts the queue.`,
        ]
      : []),
  ]);
}

/** Docker Hub limits pulls without a login by address, and the addresses of CodeBuild are shared by all its customers. */
function buildNotes({ builds, pullThroughCaches: caches }: AwsDescription): string[] {
  if (builds.length === 0) return [];
  const hub = caches.find(({ upstream }) => upstreamOf(upstream).registry === "docker.io");
  if (hub === undefined) {
    return [
      `Builds pull ${builds.some(runsDockerHubImages) ? "BuildKit and " : ""}images of Docker Hub that a Dockerfile starts from without a login, which Docker Hub limits: add a cache of docker-hub with credentials to wharf:pullThroughCaches, or start from public.ecr.aws/docker/library.`,
    ];
  }
  return builds
    .filter(({ cache }) => cache.kind === BuildCache.Local)
    .map(
      ({ name }) =>
        `The build ${name} caches layers on its machine, so the images that its Dockerfile starts from do not come through the cache ${hub.name}: name them by its address, or set the cache's kind to registry.`,
    );
}

/** What a person should know about a registry on this target, a sentence each. */
export function notesFor(args: AwsDescription, region: string): string[] {
  const { deletion, aws, encryption, repositories, endpoint, namePrefix } = args;
  const { network, scanning, identityPolicies } = aws;
  const limited = endpoint.allowFrom.length > 0 || network.limitToVpc;
  return [
    "A login expires after 12 hours.",
    {
      force: "Images are deleted with the stack.",
      retain: "The repositories are kept when the stack is deleted; the next up takes them over.",
      protect:
        "The repositories are protected: set wharf:deletion to retain before you delete the stack.",
    }[deletion],
    aws.publicRepositories.length > 0 && repositories.length > 0
      ? `A push to public.ecr.aws has a login of its own: ${galleryLogin}`
      : undefined,
    identityPolicies.account === undefined
      ? "Every role and user that logs in needs ecr:GetAuthorizationToken; wharf:aws.identityPolicies creates such policies."
      : identityPolicies.attach
        ? undefined
        : `Attach the IAM policies whose names begin with ${namePrefix}- to their roles and users: aws iam attach-role-policy --role-name ROLE --policy-arn ARN.`,
    aws.managePrivateRegistry
      ? `This stack owns the settings of the account's registry in ${region}, as ${claimName} of Systems Manager says; what they held before is replaced.`
      : repositories.some(({ scan }) => scan.onPush)
        ? "Repositories are scanned on push by their own setting; the registry's scan filters are not changed (wharf:aws.managePrivateRegistry)."
        : undefined,
    scanning.type === ScanType.Enhanced
      ? "Amazon Inspector bills each image that it scans."
      : undefined,
    encryption.key === "create"
      ? `The key ${keyAlias(namePrefix)} encrypts the images; without the key they cannot be read.`
      : undefined,
    limited
      ? "Images can be pushed and pulled only from the named networks; settings can be changed from everywhere, so that nobody is locked out."
      : undefined,
    ...sentences(
      ecrDifferences,
      repositories.map(({ retention }) => retention),
    ),
    ...estimateBy(args, awsCosts).warnings,
  ].filter((note) => note !== undefined);
}
