import type { AwsDescription } from "../settings";
import type { Role } from "@pulumi/aws/iam/role";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy";
import * as pulumi from "@pulumi/pulumi";
import { ecrActions, type EcrPlace } from "../../access/ecr";
import { SourceKind, sourceOf } from "../../model/build-sources";
import { type Build, BuildCache } from "../../model/builds";

import { nameOf, stackTag } from "../names";
import type { Place } from "../place";
import { createRole } from "../roles";
import { serviceTrust } from "../trust-policies";

/** What the role of a build is called after the prefix of the stack's names. */
const buildRolePart = (build: string) => `build-${build}`;

/** ARN of the role of a build. */
export function buildRoleArn(
  { namePrefix, aws: { iam } }: Pick<AwsDescription, "namePrefix" | "aws">,
  build: string,
  { partition, account }: Pick<EcrPlace, "partition" | "account">,
): string {
  const name = nameOf("role", namePrefix, buildRolePart(build));
  return `arn:${partition}:iam::${account}:role${iam.path ?? "/"}${name}`;
}

/** Name of the project of a build; its log group has it too. */
export function projectName(namePrefix: string, build: string): string {
  return nameOf("project", namePrefix, `build-${build}`);
}

/** Name of the log group of a build. */
export function logGroupName(namePrefix: string, build: string): string {
  return `/aws/codebuild/${projectName(namePrefix, build)}`;
}

/** A role and its policy. */
export interface BuildRole {
  role: Role;
  /**
   * The project depends on it: CodeBuild tests the connection with the role when it creates the project (aws-cdk, issue 38504).
   */
  policy: RolePolicy;
}

/** The role of a build's project, which only CodeBuild assumes, and only for that project. */
export function createBuildRole(
  child: string,
  args: AwsDescription,
  build: Build,
  place: Place,
  connectionArn: pulumi.Input<string> | undefined,
  opts: pulumi.CustomResourceOptions,
): BuildRole {
  const { namePrefix, stack } = args;
  const account = place.accountId();
  const project = projectName(namePrefix, build.name);
  const role = createRole(
    `${child}-role`,
    args,
    {
      part: buildRolePart(build.name),
      description: `CodeBuild assumes it to build ${build.repository} of the Wharf stack ${stack}`,
      assumeRolePolicy: account.apply((id) => projectTrust(project, { ...place, account: id })),
    },
    opts,
  );
  const policy = new RolePolicy(
    `${child}-role-policy`,
    {
      name: "build",
      role: role.name,
      policy: pulumi
        .all([account, connectionArn])
        .apply(([id, connection]) =>
          buildPolicy(args, build, { ...place, account: id }, connection),
        ),
    },
    opts,
  );
  return { role, policy };
}

/**
 * Without the conditions CodeBuild would assume the role for projects of other accounts ("confused deputy" of its user guide).
 */
function projectTrust(project: string, { partition, region, account }: EcrPlace): string {
  return serviceTrust("BuildsOfProject", "codebuild", {
    StringEquals: { "aws:SourceAccount": account },
    ArnEquals: {
      "aws:SourceArn": `arn:${partition}:codebuild:${region}:${account}:project/${project}`,
    },
  });
}

/**
 * What a build may do: write its log, push to its repository and that of its layers, pull base images, and read its source code
 * ("Allow CodeBuild to interact with other AWS services", "GitHub App connections" of CodeBuild's user guide).
 */
function buildPolicy(
  {
    namePrefix,
    stack,
    pullThroughCaches,
  }: Pick<AwsDescription, "namePrefix" | "stack" | "pullThroughCaches">,
  build: Build,
  { partition, region, account }: EcrPlace,
  connection?: string,
): string {
  const at = (service: string, rest: string) =>
    `arn:${partition}:${service}:${region}:${account}:${rest}`;
  const { kind, path = "" } = sourceOf(build.source) ?? {};
  const { cache } = build;
  const layers =
    cache.kind === BuildCache.Registry && cache.repository !== undefined ? [cache.repository] : [];
  const repositories = [...new Set([build.repository, ...layers])];
  const statements = [
    {
      Sid: "WriteLog",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: at("logs", `log-group:${logGroupName(namePrefix, build.name)}:log-stream:*`),
    },
    { Sid: "LogIn", Action: ["ecr:GetAuthorizationToken"], Resource: "*" },
    {
      Sid: "Push",
      Action: [...ecrActions.push],
      Resource: repositories.map((repository) => at("ecr", `repository/${repository}`)),
    },
    // What a Dockerfile starts from: images of the stack, and those of other registries through its caches.
    {
      Sid: "PullBaseImages",
      Action: [...ecrActions.pull],
      Resource: at("ecr", "repository/*"),
      Condition: { StringEquals: { [`aws:ResourceTag/${stackTag}`]: stack } },
    },
    ...(pullThroughCaches.length === 0
      ? []
      : [
          {
            Sid: "PullThrough",
            Action: [...ecrActions.pull, "ecr:BatchImportUpstreamImage", "ecr:CreateRepository"],
            Resource: pullThroughCaches.map(({ name }) => at("ecr", `repository/${name}/*`)),
          },
        ]),
    ...(connection === undefined
      ? []
      : [
          {
            Sid: "UseConnection",
            Action: connectionServices(connection).flatMap((service) => [
              `${service}:GetConnection`,
              `${service}:GetConnectionToken`,
            ]),
            Resource: connection,
          },
        ]),
    ...(kind === SourceKind.CodeCommit
      ? [{ Sid: "ReadSource", Action: ["codecommit:GitPull"], Resource: at("codecommit", path) }]
      : []),
  ];
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map(({ Sid, ...rest }) => ({ Sid, Effect: "Allow", ...rest })),
  });
}

/** Prefixes of the actions on a connection: one created under the service's former name needs both ("rename" of its guide). */
function connectionServices(arn: string): string[] {
  const former = "codestar-connections";
  return arn.split(":")[2] === former ? ["codeconnections", former] : ["codeconnections"];
}
