import type { AwsDescription } from "../settings";
import * as pulumi from "@pulumi/pulumi";
import { pinnedActions } from "../../builds/pinned";
import type { Identity } from "../../model/identities";
import { workflowFile, type PlatformLogin } from "../../identities/workflow";
import { galleryOf } from "../iam-grants";
import { galleryLogin } from "../public-repositories";

import type { PipelineRoles } from "./pipelines";
import { audience } from "../trust-policies";

/** What a pipeline needs to know about the registry. */
interface Registry {
  region: string;
  /** Host by which clients name the registry. */
  host: string;
  /** ARN of the pipeline's role. */
  role: string;
}

/** The pipeline file of each identity by its name. */
export function pipelineFiles(
  { identities }: AwsDescription,
  roles: PipelineRoles,
  region: string,
  host: pulumi.Output<string>,
  addresses: pulumi.Output<Record<string, string>>,
): pulumi.Output<Record<string, string>> {
  const arns = identities.map(({ name }) => roles.get(name)?.arn ?? "");
  return pulumi.all([pulumi.all(arns), host, addresses]).apply(([known, at, images]) =>
    Object.fromEntries(
      identities.map((identity, index) => {
        const login = platformLogin(identity, { region, host: at, role: known[index] ?? "" });
        return [identity.name, workflowFile(identity, login, images)];
      }),
    ),
  );
}

/**
 * How a pipeline assumes the role with its token and logs Docker in: on GitHub with AWS's action, on GitLab with the AWS CLI,
 * which assumes the role by itself once a file holds the token ("Assume role with web identity" of its guide).
 */
export function platformLogin(identity: Identity, { region, host, role }: Registry): PlatformLogin {
  const logins = [
    ...(host === "public.ecr.aws"
      ? []
      : [`aws ecr get-login-password | docker login --username AWS --password-stdin ${host}`]),
    ...(galleryOf(identity).length > 0 ? [galleryLogin] : []),
  ];
  return {
    github: {
      steps: [
        {
          name: "Configure AWS credentials",
          uses: pinnedActions.awsCredentials.uses,
          with: { "role-to-assume": role, "aws-region": region },
        },
        {
          name: "Log in to the registry",
          run: logins.join("\n"),
        },
      ],
    },
    gitlab: {
      audience,
      variables: {
        AWS_REGION: region,
        AWS_ROLE_ARN: role,
        AWS_ROLE_SESSION_NAME: `wharf-${identity.name}-$CI_PIPELINE_ID`,
        AWS_WEB_IDENTITY_TOKEN_FILE: "/tmp/id-token",
      },
      script: [
        "apk add --no-cache aws-cli",
        // printenv does not show the token among the arguments of a process.
        'umask 077 && printenv WHARF_ID_TOKEN > "$AWS_WEB_IDENTITY_TOKEN_FILE"',
        ...logins,
      ],
    },
  };
}
