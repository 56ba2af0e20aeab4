import { z } from "zod";
import { matchesPattern } from "../core/repository-pattern";
import { inputOf } from "../core/tokens";
import { type AccessLists, Role, roles } from "./access";
import { selfHosted, type Target } from "./environment";

/** Schema of an entry of `wharf:groups`. */
export const groupSettings = z.strictObject({
  name: z
    .string()
    .regex(
      /^[a-z][a-z0-9-]{0,38}[a-z0-9]$/,
      "is not a name: 2 to 40 lower-case letters, digits and - between them, a letter first",
    )
    .meta({
      description:
        "Name of the group, by which `wharf:access` and the lists of a repository name all of its members.",
    }),
  members: z
    .array(inputOf(z.string().min(1, "is empty; a member needs a name")))
    .default([])
    .meta({
      description:
        "Users of `wharf:users` on docker and kubernetes, principals in the platform's own words on a cloud. Defaults to none.",
    }),
  role: z.enum(Role).optional().meta({
    description:
      "What every member may do: `pull`, `push` (and pull), `delete` (only that) or `admin` (all of it). Defaults to `push` where `repositories` is given, else to nothing but what the lists say that name the group.",
  }),
  repositories: z.array(z.string().min(1, "is empty; name a repository")).optional().meta({
    description:
      "Repositories that the role is for, by names or patterns: `shop/*` for one part of a name, `shop/**` for all below. On a cloud a pattern is for the described repositories that it matches. Defaults to all.",
  }),
});

/** A checked entry of `wharf:groups`. */
export type Group = z.output<typeof groupSettings>;

/** What every member of a group may do without any list: the role, and the repositories that it is for, undefined for all. */
export function rightOf({ role, repositories }: Group):
  | {
      role: Role;
      repositories: readonly string[] | undefined;
    }
  | undefined {
  if (role === undefined && repositories === undefined) return undefined;
  return { role: role ?? Role.Push, repositories };
}

/** The parts of a description whose lists may name groups. */
interface Named {
  target: Target;
  access: AccessLists;
  repositories: readonly (AccessLists & { name: string })[];
  groups: readonly Group[];
}

/**
 * The lists of a description with the members in the place of each group. On a cloud also what a group's own role gives them, for the
 * described repositories; a registry that Wharf runs decides that by pattern.
 */
export function withMembers<D extends Named>(d: D): Pick<D, "access" | "repositories"> {
  const { access, groups, repositories, target } = d;
  if (groups.length === 0) return { access, repositories };
  const rights = selfHosted.includes(target) ? [] : groups;
  const lists = (own: AccessLists, more: (group: Group) => Role | undefined): AccessLists =>
    Object.fromEntries(
      roles.map((role) => [
        role,
        membersOf(
          [...own[role], ...rights.filter((group) => more(group) === role).map(({ name }) => name)],
          groups,
        ),
      ]),
    ) as AccessLists;
  return {
    access: {
      ...access,
      ...lists(access, (group) => (group.repositories === undefined ? group.role : undefined)),
    },
    repositories: repositories.map((repository) => ({
      ...repository,
      ...lists(repository, (group) =>
        group.repositories?.some((pattern) => matchesPattern(pattern, repository.name))
          ? rightOf(group)?.role
          : undefined,
      ),
    })) as unknown as D["repositories"],
  };
}

/** Principals of a list, the members in the place of each group, nobody twice. */
function membersOf(principals: readonly string[], groups: readonly Group[]): string[] {
  const named = (principal: string) => groups.find(({ name }) => name === principal);
  return [...new Set(principals.flatMap((principal) => named(principal)?.members ?? [principal]))];
}
