import { AuthMode } from "../model/auth";
import type { SharedDescription } from "../model/description";
import {
  actions,
  policyIdentities,
  rulesOfUser,
  type Action,
  type AccessParts,
  type Policy,
  type PolicyRule,
} from "./distribution";
import { matchesPattern } from "../core/repository-pattern";

/** Who asks. */
export type Asker =
  /** A client that has not logged in. */
  { kind: "anonymous" } | { kind: "user"; name: string } | { kind: "identity"; name: string };

/** Whether rules allow an action on a repository, as the registry's program decides. */
export function allows(rules: readonly PolicyRule[], action: Action, repository: string): boolean {
  return rules.some(
    (rule) =>
      rule.actions.includes(action) &&
      rule.repositories.some((pattern) => matchesPattern(pattern, repository)),
  );
}

/** What somebody may do with a repository; nothing where the policy does not know them. */
export function allowedActions(policy: Policy, asker: Asker, repository: string): Action[] {
  const rules = rulesOf(policy, asker);
  return actions.filter((action) => allows(rules, action, repository));
}

function rulesOf(policy: Policy, asker: Asker): PolicyRule[] {
  if (asker.kind === "anonymous") return policy.anonymous?.rules ?? [];
  const named = asker.kind === "user" ? policy.users : (policy.identities ?? []);
  return named.filter(({ name }) => name === asker.name).flatMap(({ rules }) => rules);
}

/** Whether a tag may not move to another digest. */
export function isImmutable(policy: Policy, repository: string, tag: string): boolean {
  return (policy.immutableTags ?? []).some(
    ({ repositories, except }) =>
      repositories.some((pattern) => matchesPattern(pattern, repository)) &&
      !except.some((pattern) => matchesPattern(pattern, tag)),
  );
}

/** One row of the access matrix of a registry that Wharf runs. */
export interface RolesRow {
  /** Name of a repository, or a pattern of names. */
  repository: string;
  /** A user, an identity, or `everybody`. */
  principal: string;
  pull: boolean;
  push: boolean;
  delete: boolean;
}

/**
 * The access matrix: a row for each described repository and everybody who may do something there, then the patterns by which somebody
 * may do something in repositories that are not described.
 */
export function rolesMatrix(d: AccessParts): RolesRow[] {
  const everybody = d.access.public
    ? [{ principal: "everybody", rules: [{ repositories: ["**"], actions: ["pull" as const] }] }]
    : [];
  const known = [
    ...everybody,
    ...d.users.map((user) => ({ principal: user.name, rules: rulesOfUser(user, d) })),
    ...policyIdentities(d).map(({ name, rules }) => ({ principal: name, rules })),
  ];
  const described = d.repositories.map(({ name }) => name);
  const patterns = [
    ...new Set(known.flatMap(({ rules }) => rules.flatMap(({ repositories }) => repositories))),
  ].filter((pattern) => !described.includes(pattern));
  return [...described, ...patterns].flatMap((repository) =>
    known.flatMap(({ principal, rules }): RolesRow[] => {
      const may = (action: Action) =>
        described.includes(repository)
          ? allows(rules, action, repository)
          : rules.some(
              (one) => one.actions.includes(action) && one.repositories.includes(repository),
            );
      const row = {
        repository,
        principal,
        pull: may("pull"),
        push: may("push"),
        delete: may("delete"),
      };
      return row.pull || row.push || row.delete ? [row] : [];
    }),
  );
}

/** How much of a registry a user can test: who may push tests more than who may only delete. */
const worth = (may: readonly Action[]) => may.length + (may.includes("push") ? 1 : 0);

/** Whether a user may pull from any repository. */
export function pullsAnything(
  user: SharedDescription["users"][number],
  d: Pick<SharedDescription, "auth" | "access" | "groups" | "repositories">,
): boolean {
  return (
    d.auth.mode !== AuthMode.Roles ||
    rulesOfUser(user, d).some(({ actions: may }) => may.includes("pull"))
  );
}

/** A user by whom the registry can be tested: the first who may do the most with a repository; undefined where nobody may pull. */
export function bestUserFor(
  repository: string,
  d: Pick<SharedDescription, "users" | "access" | "groups" | "repositories">,
): { name: string; actions: Action[] } | undefined {
  const ranked = d.users
    // One whose day has come, or who may connect only from elsewhere, says nothing of the registry.
    .filter(({ expires, allowFrom }) => expires === undefined && allowFrom === undefined)
    .map((user) => ({
      name: user.name,
      actions: actions.filter((action) => allows(rulesOfUser(user, d), action, repository)),
    }))
    .filter(({ actions: may }) => may.includes("pull"))
    .toSorted((one, other) => worth(other.actions) - worth(one.actions));
  return ranked[0];
}
