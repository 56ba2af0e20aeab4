import type { AwsDescription } from "../settings";
import { EventRule } from "@pulumi/aws/cloudwatch/eventRule";
import { EventTarget } from "@pulumi/aws/cloudwatch/eventTarget";
import type { Project } from "@pulumi/aws/codebuild/project";
import { Webhook } from "@pulumi/aws/codebuild/webhook";
import type { Role } from "@pulumi/aws/iam/role";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy";
import * as pulumi from "@pulumi/pulumi";
import type { EcrPlace } from "../../access/ecr";
import { SourceKind, sourceOf } from "../../model/build-sources";
import type { Build } from "../../model/builds";

import { nameOf, stackTags } from "../names";
import type { Place } from "../place";
import { createRole } from "../roles";
import { serviceTrust } from "../trust-policies";
import { projectName } from "./role";
import { eventSchedule } from "./schedules";
import { codeCommitPattern, webhookFilters } from "./sources";

/** What starts a build. */
export interface BuildTriggers {
  /** The webhook at the host of the source code; CodeCommit has events instead. */
  webhook?: Webhook;
  /** Rules of EventBridge: pushes to CodeCommit, and the schedule. */
  rules: EventRule[];
}

/** The triggers of a build: pushes, and its schedule. */
export function createTriggers(
  child: string,
  args: AwsDescription,
  build: Build,
  place: Place,
  project: Project,
  opts: pulumi.CustomResourceOptions,
): BuildTriggers {
  const source = sourceOf(build.source);
  const fromCodeCommit = source?.kind === SourceKind.CodeCommit;
  const webhook = fromCodeCommit
    ? undefined
    : new Webhook(
        `${child}-webhook`,
        {
          projectName: project.name,
          buildType: "BUILD",
          filterGroups: [{ filters: webhookFilters(build) }],
        },
        opts,
      );
  const events = [
    ...(fromCodeCommit
      ? [
          {
            what: "push",
            description: `Pushes to ${source.path} build ${build.repository}`,
            rule: {
              eventPattern: place
                .accountId()
                .apply((account) => codeCommitPattern(build, { ...place, account })),
            },
            // The branch or tag in full, as webhooks of other hosts name it.
            target: {
              inputTransformer: {
                inputPaths: { ref: "$.detail.referenceFullName" },
                inputTemplate: '{"sourceVersion": <ref>}',
              },
            },
          },
        ]
      : []),
    ...(build.schedule === undefined
      ? []
      : [
          {
            what: "schedule",
            description: `${build.schedule} (UTC) builds ${build.repository}`,
            rule: { scheduleExpression: eventSchedule(build.schedule) },
            target: {},
          },
        ]),
  ];
  if (events.length === 0) return { webhook, rules: [] };
  const starter = createStarter(
    child,
    args,
    build,
    events.map(({ what }) => ruleName(args.namePrefix, what, build)),
    place,
    opts,
  );
  const rules = events.map(({ what, description, rule: when, target }) => {
    const rule = new EventRule(
      `${child}-${what}`,
      {
        name: ruleName(args.namePrefix, what, build),
        description,
        ...when,
        tags: stackTags(args),
      },
      opts,
    );
    new EventTarget(
      `${child}-${what}-target`,
      {
        rule: rule.name,
        targetId: "build",
        arn: project.arn,
        roleArn: starter.arn,
        ...target,
      },
      opts,
    );
    return rule;
  });
  return { webhook, rules };
}

/** Name of the rule that starts a build. */
function ruleName(namePrefix: string, what: string, { name }: Build): string {
  return nameOf("eventRule", namePrefix, `${what}-${name}`);
}

/** The role by which EventBridge starts the build. */
function createStarter(
  child: string,
  args: AwsDescription,
  build: Build,
  rules: readonly string[],
  place: Place,
  opts: pulumi.CustomResourceOptions,
): Role {
  const account = place.accountId();
  const role = createRole(
    `${child}-starter`,
    args,
    {
      part: `starter-${build.name}`,
      description: `EventBridge assumes it to start the build ${build.name} of the Wharf stack ${args.stack}`,
      assumeRolePolicy: account.apply((id) => starterTrust(rules, { ...place, account: id })),
    },
    opts,
  );
  new RolePolicy(
    `${child}-starter-policy`,
    {
      name: "start",
      role: role.name,
      policy: account.apply((id) =>
        JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            {
              Sid: "StartBuild",
              Effect: "Allow",
              Action: "codebuild:StartBuild",
              Resource: `arn:${place.partition}:codebuild:${place.region}:${id}:project/${projectName(args.namePrefix, build.name)}`,
            },
          ],
        }),
      ),
    },
    opts,
  );
  return role;
}

function starterTrust(rules: readonly string[], { partition, region, account }: EcrPlace): string {
  return serviceTrust("EventsOfAccount", "events", {
    StringEquals: { "aws:SourceAccount": account },
    ArnEquals: {
      "aws:SourceArn": rules.map(
        (rule) => `arn:${partition}:events:${region}:${account}:rule/${rule}`,
      ),
    },
  });
}
