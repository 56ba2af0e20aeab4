import * as pulumi from "@pulumi/pulumi";
import { Role } from "@pulumi/aws/iam/role";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy";
import type { RegistryArgs } from "../registry";
import { stackTags } from "./labels";
import { accountName } from "./names";
import { serviceTrust } from "./service-trust";
import { prefixPath } from "./caches/pull-through";

/** Where templates make repositories. */
export interface TemplatePlaces {
  /** The partition of all of them. */
  partition: string;
  /** Prefixes of each region in which there are templates. */
  prefixes: readonly { region: string; prefix: string }[];
  /** ARNs of the keys that encrypt what is made. */
  keys: readonly pulumi.Input<string>[];
}

/** The role that ECR takes on to make a repository with tags or a key ("Creating a repository creation role" of its guide). */
export function createTemplateRole(
  name: string,
  args: RegistryArgs,
  { partition, prefixes, keys }: TemplatePlaces,
  opts: pulumi.CustomResourceOptions,
): Role {
  const role = new Role(
    `${name}-template-role`,
    {
      name: accountName(args.stack, "templates"),
      description: `ECR makes repositories of the Wharf stack ${args.stack} by it`,
      assumeRolePolicy: serviceTrust("RegistryMakesRepositories", "ecr"),
      tags: stackTags(args),
    },
    opts,
  );
  const make = {
    Sid: "MakeRepositories",
    Effect: "Allow",
    Action: ["ecr:CreateRepository", "ecr:ReplicateImage", "ecr:TagResource"],
    Resource: prefixes.map(
      ({ region, prefix }) => `arn:${partition}:ecr:${region}:*:repository/${prefixPath(prefix)}`,
    ),
  };
  new RolePolicy(
    `${name}-template-role-policy`,
    {
      name: "make-repositories",
      role: role.name,
      policy: pulumi.all([...keys]).apply((arns) =>
        JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            make,
            ...(arns.length === 0
              ? []
              : [
                  {
                    Sid: "EncryptThem",
                    Effect: "Allow",
                    Action: ["kms:CreateGrant", "kms:DescribeKey", "kms:RetireGrant"],
                    Resource: arns.length === 1 ? arns[0] : arns,
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
