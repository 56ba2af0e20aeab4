import * as pulumi from "@pulumi/pulumi";
import { RepositoryCreationTemplate } from "@pulumi/aws/ecr/repositoryCreationTemplate";
import { Role } from "@pulumi/aws/iam/role";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy";
import { withRepositoryDefaults } from "../description/defaults";
import { repositorySettings } from "../description/repositories";
import type { RegistryArgs } from "../registry";
import { compileEcr } from "../retention/ecr";
import { repositoryPolicies } from "./access";
import type { Encryption } from "./encryption";
import { stackTags } from "./labels";
import { tagMutability } from "./mutability";
import type { Place } from "./place";
import type { CreationTemplate } from "./registry-wide-settings";

/** Templates for repositories that ECR makes by itself, and the role by which it tags and encrypts them. */
export interface CreationTemplates {
  role?: Role;
  templates: RepositoryCreationTemplate[];
}

const appliedFor: Record<CreationTemplate["appliedFor"][number], string> = {
  createOnPush: "CREATE_ON_PUSH",
  pullThroughCache: "PULL_THROUGH_CACHE",
  replication: "REPLICATION",
};

/** A template for each prefix of the description: repositories made by it are as those that the description leaves plain. */
export function createCreationTemplates(
  name: string,
  args: RegistryArgs,
  place: Place,
  { keyArn }: Encryption,
  opts: pulumi.CustomResourceOptions,
): CreationTemplates {
  const { creationTemplates } = args.aws;
  if (creationTemplates.length === 0) return { templates: [] };
  const role = createRole(name, args, place, keyArn, opts);
  // A repository of which the description says nothing; its name is not used.
  const plain = withRepositoryDefaults(repositorySettings.parse({ name: "any" }), args);
  const templates = creationTemplates.map(
    ({ prefix, appliedFor: occasions }) =>
      new RepositoryCreationTemplate(
        `${name}-template-${prefix.replace(/\/$/, "")}`,
        {
          prefix,
          description: `Repositories of the Wharf stack ${args.stack} below ${prefix}`,
          appliedFors: occasions.map((occasion) => appliedFor[occasion]),
          customRoleArn: role.arn,
          ...tagMutability(plain.immutableTags, args.aws),
          encryptionConfigurations:
            keyArn === undefined ? undefined : [{ encryptionType: "KMS", kmsKey: keyArn }],
          lifecyclePolicy: compileEcr(plain.retention).policy,
          repositoryPolicy: repositoryPolicies(args, place)(plain),
          resourceTags: stackTags(args),
        },
        opts,
      ),
  );
  return { role, templates };
}

/** The role that ECR takes on to make a repository with tags or a key ("Creating a repository creation role" of its guide). */
function createRole(
  name: string,
  args: RegistryArgs,
  { partition, region }: Place,
  keyArn: pulumi.Input<string> | undefined,
  opts: pulumi.CustomResourceOptions,
): Role {
  const role = new Role(
    `${name}-template-role`,
    {
      name: `wharf-${args.stack}-templates`,
      description: `ECR makes repositories of the Wharf stack ${args.stack} by it`,
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "RegistryMakesRepositories",
            Effect: "Allow",
            Principal: { Service: "ecr.amazonaws.com" },
            Action: "sts:AssumeRole",
          },
        ],
      }),
      tags: stackTags(args),
    },
    opts,
  );
  const make = {
    Sid: "MakeRepositories",
    Effect: "Allow",
    Action: ["ecr:CreateRepository", "ecr:ReplicateImage", "ecr:TagResource"],
    Resource: args.aws.creationTemplates.map(({ prefix }) => {
      const path = prefix === "ROOT" ? "*" : `${prefix.replace(/\/$/, "")}/*`;
      return `arn:${partition}:ecr:${region}:*:repository/${path}`;
    }),
  };
  new RolePolicy(
    `${name}-template-role-policy`,
    {
      name: "make-repositories",
      role: role.name,
      policy: pulumi.output(keyArn).apply((key) =>
        JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            make,
            ...(key === undefined
              ? []
              : [
                  {
                    Sid: "EncryptThem",
                    Effect: "Allow",
                    Action: ["kms:CreateGrant", "kms:DescribeKey", "kms:RetireGrant"],
                    Resource: key,
                  },
                ]),
          ],
        }),
      ),
    },
    opts,
  );
  return role;
}
