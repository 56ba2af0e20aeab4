import type { AwsDescription } from "../settings";
import * as pulumi from "@pulumi/pulumi";
import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup";
import { Project } from "@pulumi/aws/codebuild/project";
import { isExact } from "../../builds/branches";
import { buildspec } from "../../builds/codebuild";
import { BuildCache, type Build } from "../../model/builds";
import { upstreamOf } from "../../model/caches";
import { SourceKind, sourceOf } from "../../model/build-sources";

import type { Connections } from "./connections";
import { createBuildRole, logGroupName, projectName, type BuildRole } from "./role";
import type { AwsBuildSettings } from "./settings";
import { connectedHost, sourceTypes } from "./sources";
import { createTriggers, type BuildTriggers } from "./triggers";
import { stackTags, within } from "../names";
import type { Place } from "../place";
import type { Repositories } from "../repositories";

/** The resources of a build on CodeBuild. */
export interface CodeBuildBuild extends BuildRole, BuildTriggers {
  logGroup: LogGroup;
  project: Project;
}

/** CodeBuild's images, Amazon Linux 2023 ("Docker images provided by CodeBuild"), with Docker, buildx and the AWS CLI. */
const images = {
  LINUX_CONTAINER: "aws/codebuild/amazonlinux-x86_64-standard:6.0",
  ARM_CONTAINER: "aws/codebuild/amazonlinux-aarch64-standard:4.0",
} as const;

const computeTypes: Record<AwsBuildSettings["computeType"], string> = {
  small: "BUILD_GENERAL1_SMALL",
  medium: "BUILD_GENERAL1_MEDIUM",
  large: "BUILD_GENERAL1_LARGE",
  xlarge: "BUILD_GENERAL1_XLARGE",
};

/**
 * A project for each of `wharf:builds`, with its role, log and triggers. A build whose host of source code has no authorised
 * connection yet is left out: CodeBuild would refuse its project.
 */
export function createBuilds(
  name: string,
  args: AwsDescription,
  place: Place,
  connections: Connections,
  repositories: Repositories,
  opts: pulumi.CustomResourceOptions,
): ReadonlyMap<string, CodeBuildBuild> {
  return new Map(
    args.builds.flatMap((build) => {
      const connection = connections.get(connectedHost(build) ?? "");
      if (connection?.usable === false) return [];
      const child = `${name}-build-${build.name}`;
      const logGroup = new LogGroup(
        `${child}-log`,
        {
          name: logGroupName(args.namePrefix, build.name),
          retentionInDays: args.aws.builds.logDays,
          tags: stackTags(args),
        },
        opts,
      );
      const owned = createBuildRole(child, args, build, place, connection?.arn, opts);
      const project = new Project(
        child,
        {
          name: projectName(args.namePrefix, build.name),
          description: within(255, `Builds ${build.repository} of the Wharf stack ${args.stack}`),
          serviceRole: owned.role.arn,
          artifacts: { type: "NO_ARTIFACTS" },
          source: sourceFor(build, args, connection?.arn),
          sourceVersion: sourceVersion(build),
          environment: environmentFor(build, args, repositories),
          cache: cacheFor(build),
          logsConfig: { cloudwatchLogs: { groupName: logGroup.name, status: "ENABLED" } },
          buildTimeout: build.timeoutMinutes,
          tags: stackTags(args),
        },
        { ...opts, dependsOn: [owned.policy] },
      );
      const triggers = createTriggers(child, args, build, place, project, opts);
      return [[build.name, { ...owned, logGroup, project, ...triggers }]];
    }),
  );
}

/** The command that starts each build by hand. */
export function startCommands(
  builds: ReadonlyMap<string, CodeBuildBuild>,
  region: string,
): pulumi.Output<Record<string, string>> {
  const names = [...builds.values()].map(({ project }) => project.name);
  return pulumi.all(names).apply((projects) => {
    const commands = projects.map(
      (project) => `aws codebuild start-build --region ${region} --project-name ${project}`,
    );
    return Object.fromEntries(
      [...builds.keys()].map((build, index) => [build, commands[index] ?? ""]),
    );
  });
}

function sourceFor(
  build: Build,
  { pullThroughCaches }: AwsDescription,
  connectionArn: pulumi.Input<string> | undefined,
) {
  const source = sourceOf(build.source);
  return {
    type: sourceTypes[source?.kind ?? SourceKind.GitHub] ?? "",
    location: source?.url,
    gitCloneDepth: 1,
    buildspec: buildspec(
      build,
      build.cache.kind === BuildCache.Registry ? build.cache.repository : undefined,
      pullThroughCaches.find(({ upstream }) => upstreamOf(upstream).registry === "docker.io")?.name,
    ),
    auth:
      connectionArn === undefined
        ? undefined
        : { type: "CODECONNECTIONS", resource: connectionArn },
  };
}

/** The branch or tag of a build that is scheduled or started by hand; undefined for a pattern. */
function sourceVersion({ branch, tag }: Build): string | undefined {
  const pattern = tag ?? branch ?? "";
  if (!isExact(pattern)) return undefined;
  return tag === undefined ? `refs/heads/${pattern}` : `refs/tags/${pattern}`;
}

function environmentFor(build: Build, { aws }: AwsDescription, repositories: Repositories) {
  const { platforms, cache, repository } = build;
  const addressOf = (of: string) => repositories.get(of)?.repositoryUrl ?? pulumi.output("");
  const address = addressOf(repository);
  const layers = cache.kind === BuildCache.Registry ? cache.repository : undefined;
  const variables = {
    REGISTRY: address.apply((url) => url.split("/")[0] ?? ""),
    REPOSITORY: address,
    ...(layers !== undefined && { CACHE_REPOSITORY: addressOf(layers) }),
  };
  // A machine of the image's platform where there is only one; several are emulated on x86-64.
  const type = platforms.every((platform) => platform.startsWith("linux/arm64"))
    ? "ARM_CONTAINER"
    : "LINUX_CONTAINER";
  return {
    type,
    image: images[type],
    computeType: computeTypes[aws.builds.computeType],
    // Docker's daemon runs inside the build's container, which needs privileged mode; CodeBuild runs every build on a separate
    // machine ("Docker in custom image sample"). Policies that refuse privileged projects need an exception.
    privilegedMode: true,
    environmentVariables: Object.entries(variables).map(([variable, value]) => ({
      name: variable,
      value,
    })),
  };
}

function cacheFor({ cache }: Build) {
  return cache.kind === BuildCache.Local
    ? { type: "LOCAL", modes: ["LOCAL_DOCKER_LAYER_CACHE"] }
    : undefined;
}
