import { inputOf } from "../core/tokens";
import { z } from "zod";

/** What a principal may do with a repository. */
export const Role = {
  Pull: "pull",
  /** Pushing, and pulling. */
  Push: "push",
  /** Deleting images by tag or digest, and nothing else: neither pulling nor listing them. */
  Delete: "delete",
  /** All of these. */
  Admin: "admin",
} as const;
export type Role = (typeof Role)[keyof typeof Role];

/** The roles, in the order in which tables and policies have them. */
export const roles: readonly Role[] = [Role.Pull, Role.Push, Role.Delete, Role.Admin];

const included: Record<Role, readonly Role[]> = {
  pull: [Role.Pull],
  push: [Role.Pull, Role.Push],
  delete: [Role.Delete],
  admin: roles,
};

/** Whether who has a role may do all that another role allows. */
export function includes(role: Role, other: Role): boolean {
  return included[role].includes(other);
}

const principals = z.array(inputOf(z.string().min(1, "is empty; a principal needs a name")));

/** The lists of principals, for `wharf:access` and, as an override that adds, for one repository. */
export const accessLists = {
  pull: principals.default([]).meta({
    description:
      "Who may pull, in the platform's own words: `arn:aws:iam::123456789012:role/ci`, `group:dev@example.com`, `servicePrincipal:<object id>`. Defaults to none.",
  }),
  push: principals.default([]).meta({
    description: "Who may push and pull. Defaults to none.",
  }),
  delete: principals.default([]).meta({
    description:
      "Who may delete images by tag or digest; it allows neither pulling nor pushing, for which a principal is named in those lists too. Defaults to none.",
  }),
  admin: principals.default([]).meta({
    description: "Who may pull, push and delete. Defaults to none.",
  }),
};

/** Stack config `wharf:access`: who may do what with all repositories. */
export const accessSettings = z.strictObject({
  ...accessLists,
  public: z.boolean().default(false).meta({
    description:
      "Whether anyone may pull without logging in, from every repository. Defaults to false.",
  }),
});

/** Checked access settings. */
export type AccessSettings = z.output<typeof accessSettings>;

/** The principals of one repository, by role. */
export type AccessLists = Record<Role, string[]>;
