import { RunError } from "@pulumi/pulumi/errors";
import { keyOf, shown } from "../core/messages";
import type { Problem } from "../core/problems";
import { isToken } from "../core/tokens";
import { effectiveAccess, grantLists, highestRoles, type AccessArgs, type Grant } from "./matrix";
import { Role, roles } from "../model/access";

/**
 * How an ACR registry reads role assignments: for the whole registry (`LegacyRegistryPermissions`), or with conditions on
 * repositories (`AbacRepositoryPermissions`), where AcrPull, AcrPush and AcrDelete are not honoured.
 */
export const RoleAssignmentMode = {
  Legacy: "LegacyRegistryPermissions",
  Abac: "AbacRepositoryPermissions",
} as const;
export type RoleAssignmentMode = (typeof RoleAssignmentMode)[keyof typeof RoleAssignmentMode];

/** Azure's built-in roles by the GUID of their definition ("Azure built-in roles for containers"). */
export const acrRoles = {
  AcrPull: "7f951dda-4ed3-4680-a7ca-43fe172d538d",
  AcrPush: "8311e382-0749-4cb8-b61a-304f252e45ec",
  AcrDelete: "c2f4ef07-c644-48eb-af81-4b1b4947fb11",
  "Container Registry Repository Reader": "b93aa761-3e63-49ed-ac28-beffa264f7ac",
  "Container Registry Repository Writer": "2a1e307c-b015-4ebd-883e-5b7698a07328",
  "Container Registry Repository Contributor": "2efddaa5-3f1f-4df3-97df-af3f13818f4c",
  "Container Registry Repository Catalog Lister": "bfdb9389-c9a5-478a-bb2f-ba9ca092c3c7",
} as const;
export type AcrRole = keyof typeof acrRoles;

/** A principal of the access lists as a role assignment names it. */
export interface AcrPrincipal {
  /** Object id in Entra ID. */
  principalId: string;
  principalType: "User" | "Group" | "ServicePrincipal";
}

/** One role assignment on the registry. */
export interface AcrRoleAssignment {
  /** Name that is stable while the assignment exists: the role's short name and the principal. */
  key: string;
  role: AcrRole;
  /** GUID of the role's definition. */
  roleDefinition: string;
  /** Object id in Entra ID; of a principal that is an Output, the token for all of it, see `acrPrincipal`. */
  principalId: string;
  /** Undefined where the principal is an Output. */
  principalType?: AcrPrincipal["principalType"];
  /** Expression that limits it to repositories; the whole registry where left out. */
  condition?: string;
  /** Version of the condition's language. */
  conditionVersion?: "2.0";
}

/** Roles of a registry whose assignments hold for all of it. */
export const legacyRoles: Record<Role, readonly AcrRole[]> = {
  pull: ["AcrPull"],
  push: ["AcrPush"],
  delete: ["AcrDelete"],
  admin: ["AcrPush", "AcrDelete"],
};
/**
 * Roles of a registry whose assignments may be limited to repositories. No built-in role only deletes: of Contributor a condition leaves
 * that.
 */
export const abacRoles: Record<Role, AcrRole> = {
  pull: "Container Registry Repository Reader",
  push: "Container Registry Repository Writer",
  delete: "Container Registry Repository Contributor",
  admin: "Container Registry Repository Contributor",
};

/** Actions on images of a repository that a role allows. */
const dataActions: Record<Role, readonly string[]> = {
  pull: ["content/read", "metadata/read"],
  push: ["content/read", "content/write", "metadata/read", "metadata/write"],
  delete: ["content/delete", "metadata/delete"],
  admin: [
    "content/read",
    "content/write",
    "content/delete",
    "metadata/read",
    "metadata/write",
    "metadata/delete",
  ],
};

const resource = "Microsoft.ContainerRegistry/registries/repositories";
/** Longest condition of a role assignment, in characters (8 KB). */
export const longestCondition = 8192;

/** A name that no repository can have. */
const noRepository = "/";

/** An action that is none of these, or one of them on a named repository. ACR's repository names are lower-case. */
function allowedOn(actions: readonly string[], repositories: readonly string[]): string {
  const others = actions.map((action) => `!(ActionMatches{'${resource}/${action}'})`);
  const named = (repositories.length === 0 ? [noRepository] : repositories).map(
    (name) => `@Request[${resource}:name] StringEqualsIgnoreCase '${name}'`,
  );
  return `((${others.join(" AND ")}) OR (${named.join(" OR ")}))`;
}

/** The condition that limits a role to repositories, in the form of ACR's manual. */
export function repositoryCondition(role: Role, repositories: readonly string[]): string {
  return role === Role.Delete
    ? deletingCondition(repositories)
    : allowedOn(dataActions[role], repositories);
}

/**
 * The condition that leaves only deleting of the role Contributor, and all of it in the repositories that the same principal
 * administers: Azure refuses a second assignment of the role.
 * @param deleted the repositories where images may be deleted, undefined for all
 */
export function deletingCondition(
  deleted: readonly string[] | undefined,
  administered: readonly string[] = [],
): string {
  const deleting = dataActions.delete;
  const others = dataActions.admin.filter((action) => !deleting.includes(action));
  return [
    allowedOn(others, administered),
    ...(deleted === undefined
      ? []
      : [allowedOn(deleting, [...new Set([...deleted, ...administered])].sort())]),
  ].join(" AND ");
}

/**
 * Why this access cannot be granted in a mode of role assignments.
 */
export function acrAccessProblems(args: AccessArgs, mode: RoleAssignmentMode): Problem[] {
  if (mode === RoleAssignmentMode.Legacy) {
    return grantLists(args)
      .filter(({ repository, principals }) => repository !== undefined && principals.length > 0)
      .map(({ path }) => ({
        key: keyOf(path),
        message: `cannot be granted for one repository in the mode ${mode}, whose roles hold for the whole registry; name the principals in wharf:access, or choose the mode ${RoleAssignmentMode.Abac}`,
      }));
  }
  return acrRoleAssignments(args, mode)
    .filter(({ condition = "" }) => condition.length > longestCondition)
    .map(({ key, condition = "" }) => ({
      key: keyOf(["repositories"]),
      message: `the condition of ${key} has ${condition.length} characters, more than Azure's ${longestCondition}; name a group for some of the repositories, or the principal in wharf:access`,
    }));
}

/**
 * The role assignments of a registry. A principal has one assignment of a role, its repositories together in one condition, since
 * Azure refuses a second one of the same role at the same scope.
 */
export function acrRoleAssignments(
  args: AccessArgs,
  mode: RoleAssignmentMode,
): AcrRoleAssignment[] {
  const everywhere = highestRoles(
    grantLists(args).filter(({ repository }) => repository === undefined),
  );
  if (mode === RoleAssignmentMode.Legacy) {
    return everywhere.flatMap(({ principal, role }) =>
      legacyRoles[role].map((name) => assignment(name, principal)),
    );
  }
  const narrow = new Map<string, Grant[]>();
  for (const grant of effectiveAccess(args)) {
    const isWide = everywhere.some(
      ({ principal, role }) => principal === grant.principal && role === grant.role,
    );
    if (!isWide) narrow.set(grant.principal, [...(narrow.get(grant.principal) ?? []), grant]);
  }
  const named = (principal: string, role: Role) =>
    (narrow.get(principal) ?? [])
      .filter((grant) => grant.role === role)
      .map(({ repository }) => repository)
      .toSorted();
  const deletes = (principal: string) =>
    everywhere.some((one) => one.principal === principal && one.role === Role.Delete);
  return [
    ...everywhere.flatMap(({ principal, role }) =>
      role === Role.Delete
        ? [limited(role, principal, deletingCondition(undefined, named(principal, Role.Admin)))]
        : [
            assignment(abacRoles[role], principal),
            // Whoever may read every repository may list their names as well.
            assignment("Container Registry Repository Catalog Lister", principal),
          ],
    ),
    ...[...narrow.keys()].flatMap((principal) => {
      const administered = named(principal, Role.Admin);
      return roles.flatMap((role) => {
        const repositories = named(principal, role);
        if (repositories.length === 0) return [];
        if (role === Role.Delete) {
          return [limited(role, principal, deletingCondition(repositories, administered))];
        }
        // One assignment has both.
        const joined = deletes(principal) || named(principal, Role.Delete).length > 0;
        return role === Role.Admin && joined
          ? []
          : [limited(role, principal, repositoryCondition(role, repositories))];
      });
    }),
  ];
}

/** An assignment with a condition. */
function limited(role: Role, principal: string, condition: string): AcrRoleAssignment {
  return {
    ...assignment(abacRoles[role], principal),
    condition,
    conditionVersion: "2.0",
  };
}

const principalTypes: Record<string, AcrPrincipal["principalType"]> = {
  user: "User",
  group: "Group",
  servicePrincipal: "ServicePrincipal",
};

/**
 * A principal of the access lists, `servicePrincipal:` and its object id for example, taken apart.
 * @throws RunError for what is not a principal; of a plain value the rules refuse that first
 */
export function acrPrincipal(principal: string): AcrPrincipal {
  const [kind = "", principalId = ""] = principal.split(":");
  const principalType = principalTypes[kind];
  if (principalType === undefined) {
    throw new RunError(
      `${shown(principal)} is not a principal of Azure, which begins with user:, group: or servicePrincipal:`,
    );
  }
  return { principalId, principalType };
}

function assignment(role: AcrRole, principal: string): AcrRoleAssignment {
  const short = role.replace("Container Registry Repository ", "").replaceAll(" ", "");
  return {
    key: `${short}-${principal}`,
    role,
    roleDefinition: acrRoles[role],
    ...(isToken(principal) ? { principalId: principal } : acrPrincipal(principal)),
  };
}

/** What a token may do with a repository, as ACR's own scope maps for pulling, pushing and administering say it. */
const tokenActions: Record<Role, readonly string[]> = {
  pull: ["content/read"],
  push: ["content/read", "content/write"],
  delete: ["content/delete"],
  admin: ["content/delete", "content/read", "content/write", "metadata/read", "metadata/write"],
};

/** The actions of a scope map that lets a token do what a role allows with each repository. */
export function scopeMapActions(role: Role, repositories: readonly string[]): string[] {
  return repositories.flatMap((name) =>
    tokenActions[role].map((action) => `repositories/${name}/${action}`),
  );
}
