import type { GcpDescription } from "./settings";
import { IAMCustomRole } from "@pulumi/gcp/projects/iamcustomRole";
import type * as pulumi from "@pulumi/pulumi";
import { deletingPermissions, grantsDeleting } from "../access/artifact-registry";

import { shortened } from "./labels";
import type { Place } from "./place";
import { after, type Services } from "./services";

/** Longest id of a custom role (reference of google_project_iam_custom_role), less the end that is Wharf's own. */
const longestPrefix = 64 - "_delete".length;

/** Id of the custom role of a stack, unique in the project. */
export function deletingRoleId({ gcp, namePrefix }: Pick<GcpDescription, "gcp" | "namePrefix">) {
  return gcp.deletingRole ?? `${shortened(namePrefix, longestPrefix).replaceAll("-", "_")}_delete`;
}

/**
 * The project's custom role for deleting images and nothing else; undefined where nobody needs it. It allows nothing until a repository
 * grants it. Google keeps the id of a deleted role: for 7 days the provider takes it back, for 30 more it is refused ("Create and
 * manage custom roles").
 */
export function createDeletingRole(
  name: string,
  args: GcpDescription,
  { project }: Place,
  { iam }: Services,
  opts: pulumi.CustomResourceOptions,
): IAMCustomRole | undefined {
  if (!grantsDeleting(args)) return undefined;
  return new IAMCustomRole(
    `${name}-deleting-role`,
    {
      project,
      roleId: deletingRoleId(args),
      title: `Wharf: delete images of stack ${args.stack}`.slice(0, 100),
      description: "Deletes images by tag or digest, and nothing else",
      permissions: [...deletingPermissions],
    },
    after(opts, iam),
  );
}
