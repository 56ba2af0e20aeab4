import type { Path } from "../core/fields";
import { includes, Role, roles, type AccessLists, type AccessSettings } from "../model/access";

/** What a description says of access: the block for all repositories and each repository's own lists. */
export interface AccessArgs {
  access: AccessSettings;
  repositories: readonly ({ name: string } & Partial<AccessLists>)[];
}

/** What one principal may do with one repository. One that may pull or push, and delete as well, has two of them. */
export interface Grant {
  repository: string;
  principal: string;
  role: Role;
}

/** One list of principals of a description. */
export interface GrantList {
  role: Role;
  /** The repository that it is for; undefined for the lists of all repositories. */
  repository: string | undefined;
  /** Its path, as in `["repositories", 2, "push"]`. */
  path: Path;
  principals: readonly string[];
}

/** Where a list names a principal: its entry, or the list where a group of it has that member. */
export function entryOf(
  { path }: Pick<GrantList, "path">,
  principal: string,
  named: AccessArgs,
): Path {
  const written = grantLists(named).find((list) => list.path.join() === path.join());
  const index = written?.principals.indexOf(principal) ?? -1;
  return index === -1 ? path : [...path, index];
}

/** Every list of principals that a description has, also the empty ones. */
export function grantLists({ access, repositories }: AccessArgs): GrantList[] {
  return [
    ...roles.map((role) => ({
      role,
      repository: undefined,
      path: ["access", role],
      principals: access[role],
    })),
    ...repositories.flatMap((own, index) =>
      roles.map((role) => ({
        role,
        repository: own.name,
        path: ["repositories", index, role],
        principals: own[role] ?? [],
      })),
    ),
  ];
}

/**
 * What each principal may do, without the roles that another of its roles includes, in the order in which the principals are first
 * named.
 */
export function highestRoles(lists: readonly Pick<GrantList, "role" | "principals">[]): {
  principal: string;
  role: Role;
}[] {
  const given = new Map<string, Role[]>();
  for (const { role, principals } of lists) {
    for (const principal of principals)
      given.set(principal, [...(given.get(principal) ?? []), role]);
  }
  return [...given].flatMap(([principal, own]) =>
    roles
      .filter((role) => own.includes(role))
      .filter((role) => !own.some((other) => other !== role && includes(other, role)))
      .map((role) => ({ principal, role })),
  );
}

/** Who may do what with each repository: the lists of all repositories and its own together. */
export function effectiveAccess({ access, repositories }: AccessArgs): Grant[] {
  const ofAll = grantLists({ access, repositories: [] });
  return repositories.flatMap((own) => {
    const lists = roles.map((role) => ({ role, principals: own[role] ?? [] }));
    return highestRoles([...ofAll, ...lists]).map((grant) => ({ repository: own.name, ...grant }));
  });
}

/** One row of the access matrix. */
export interface AccessRow {
  repository: string;
  /** The principal, or `everybody` where images are public. */
  principal: string;
  pull: boolean;
  push: boolean;
  delete: boolean;
  admin: boolean;
}

/** The access matrix: a row for each repository and principal, in the order of the description. */
export function accessMatrix({ access, repositories }: AccessArgs): AccessRow[] {
  const anyone = access.public ? [{ principal: "everybody", role: Role.Pull }] : [];
  return repositories.flatMap((own) => {
    const grants = [...anyone, ...effectiveAccess({ access, repositories: [own] })];
    return [...new Set(grants.map(({ principal }) => principal))].map((principal) => {
      const may = (role: Role) =>
        grants.some((grant) => grant.principal === principal && includes(grant.role, role));
      return {
        repository: own.name,
        principal,
        ...{ pull: may("pull"), push: may("push"), delete: may("delete"), admin: may("admin") },
      };
    });
  });
}
