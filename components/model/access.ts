import { inputOf } from "../core/tokens";
import { z } from "zod";

/** What a principal may do with a repository; each role includes the one before it. */
export const Role = { Pull: "pull", Push: "push", Admin: "admin" } as const;
export type Role = (typeof Role)[keyof typeof Role];

/** Roles from the least to the most that they allow. */
export const roles: readonly Role[] = [Role.Pull, Role.Push, Role.Admin];

const principals = z.array(inputOf(z.string().min(1, "is empty; a principal needs a name")));

/** The three lists of principals, for `wharf:access` and, as an override that adds, for one repository. */
export const accessLists = {
  pull: principals.default([]).meta({
    description:
      "Who may pull, in the platform's own words: `arn:aws:iam::123456789012:role/ci`, `group:dev@example.com`, `servicePrincipal:<object id>`. Defaults to none.",
  }),
  push: principals.default([]).meta({
    description: "Who may push and pull. Defaults to none.",
  }),
  admin: principals.default([]).meta({
    description: "Who may delete images as well. Defaults to none.",
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
