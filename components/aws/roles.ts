import { Role, type RoleArgs } from "@pulumi/aws/iam/role";
import type * as pulumi from "@pulumi/pulumi";
import { nameOf, stackTags } from "./names";
import type { AwsDescription } from "./settings";

/** What sets one role of a stack apart from the others. */
export interface RoleOf extends Pick<RoleArgs, "description" | "maxSessionDuration"> {
  /** What the role is for, in its name: `build-api`. */
  part: string;
  /** Who may assume it, as JSON. */
  assumeRolePolicy: pulumi.Input<string>;
}

/** A role of the stack: its name, tags, path and permissions boundary are the same for whatever it is. */
export function createRole(
  child: string,
  args: AwsDescription,
  { part, ...rest }: RoleOf,
  opts: pulumi.CustomResourceOptions,
): Role {
  const { path, permissionsBoundary } = args.aws.iam;
  return new Role(
    child,
    {
      name: nameOf("role", args.namePrefix, part),
      path,
      permissionsBoundary,
      tags: stackTags(args),
      ...rest,
    },
    opts,
  );
}
