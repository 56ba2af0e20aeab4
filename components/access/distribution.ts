import type { SharedDescription } from "../model/description";
import { Role, roles } from "../model/access";
import { rightOf } from "../model/groups";
import type { Identity } from "../model/identities";
import type { User } from "../model/users";
import { isToken } from "../core/tokens";
import { issuerUrl, isGitHub, projectName, refOf, subjectOf } from "../identities/subject";
import { grantLists } from "./matrix";

// What a registry of Wharf's own image reads: who may do what, in one file that may change while it runs. The program refuses a file
// with a field that it does not know (offline/go/distribution/policy), so this is its whole form.

/** What a request asks of a repository, in distribution's own words. */
export const actions = ["pull", "push", "delete"] as const;
export type Action = (typeof actions)[number];

/** Actions on the repositories that match one of the patterns. */
export interface PolicyRule {
  repositories: string[];
  actions: Action[];
}

/** One password of a user. */
export interface PolicySecret {
  bcrypt: string;
  /** When it is refused from then on, ISO 8601; never where left out. */
  until?: string;
}

/** A user who logs in with a password, or with a token that the stack signed. */
export interface PolicyUser {
  name: string;
  secrets: PolicySecret[];
  /** When the user is refused from then on, ISO 8601; never where left out. */
  expires?: string;
  /** Ranges of addresses that the user may connect from; everywhere where left out. */
  allowFrom?: string[];
  rules: PolicyRule[];
}

/** A workload that logs in with an OpenID Connect token of its own platform. */
export interface PolicyIdentity {
  name: string;
  issuer: string;
  audience: string;
  /** CA, PEM, of the issuer's server; a public one where left out. */
  ca?: string;
  /** Keys of the issuer; those that it answers where left out. */
  jwks?: { keys: object[] };
  /** Every claim must match one of its patterns. */
  claims: Record<string, string[]>;
  rules: PolicyRule[];
}

/** The policy file. */
export interface Policy {
  version: 1;
  allowFrom?: string[];
  /** Whose word on the address of a client is believed. */
  trustedProxies?: string[];
  anonymous?: { rules: PolicyRule[] };
  users: PolicyUser[];
  identities?: PolicyIdentity[];
  tokens?: { keys: Record<string, string>[]; revoked: string[] };
  immutableTags?: { repositories: string[]; except: string[] }[];
}

/**
 * User that no password belongs to: `wharf` itself pushes, counts and deletes as this one, by a token of minutes that the stack's key
 * signs, so that it never depends on which users a description has.
 */
export const maintenanceUser = "wharf";

/** Realm of the registry, and audience of the tokens that the stack signs. */
export const registryRealm = "wharf";

const everything = "**";

/** What each role may do. */
const actionsOf: Record<Role, readonly Action[]> = {
  pull: ["pull"],
  push: ["pull", "push"],
  delete: ["delete"],
  admin: ["pull", "push", "delete"],
};

/** Roles of the users that a description need not name: those of the tutorials. Everybody else may push. */
const roleByName: Record<string, Role> = { admin: Role.Admin, readonly: Role.Pull };

/** The parts of a description that decide who may do what. */
export type AccessParts = Pick<
  SharedDescription,
  | "access"
  | "groups"
  | "repositories"
  | "users"
  | "identities"
  | "clusters"
  | "immutableTags"
  | "endpoint"
  | "auth"
  | "target"
  | "namePrefix"
>;

/**
 * What a user may do: by the role, on the repositories that it is for, by the roles of groups, and by every list of `wharf:access` and of
 * a repository that names the user. One who is named in a list or has a group's role, and has neither a role nor repositories of their
 * own, has only the rights of these.
 */
export function rulesOfUser(
  user: Pick<User, "name" | "role" | "repositories">,
  { access, groups, repositories }: Pick<SharedDescription, "access" | "groups" | "repositories">,
): PolicyRule[] {
  const lists = grantLists({ access, repositories }).filter(({ principals }) =>
    principals.includes(user.name),
  );
  const ofGroups = groups.flatMap((group) => {
    const right = group.members.includes(user.name) ? rightOf(group) : undefined;
    return right === undefined
      ? []
      : [{ ...right, repositories: right.repositories ?? [everything] }];
  });
  const others = lists.length + ofGroups.length;
  const own =
    user.role === undefined && user.repositories === undefined && others > 0
      ? []
      : [
          {
            role: user.role ?? roleByName[user.name] ?? Role.Push,
            repositories: user.repositories ?? [everything],
          },
        ];
  return joined([
    ...own,
    ...ofGroups,
    ...lists.map(({ repository, role }) => ({ role, repositories: [repository ?? everything] })),
  ]);
}

function rule(repositories: readonly string[], role: Role): PolicyRule {
  return { repositories: [...repositories], actions: [...actionsOf[role]] };
}

/** One rule for each role, none without a repository. */
function joined(rights: readonly { role: Role; repositories: readonly string[] }[]): PolicyRule[] {
  return [...roles].reverse().flatMap((role) => {
    const same = rights.filter((one) => one.role === role);
    const repositories = [...new Set(same.flatMap((one) => one.repositories))];
    return repositories.length === 0 ? [] : [rule(repositories, role)];
  });
}

/** Name of the registry that an identity's token must be for: the first host that clients know, or the names' prefix. */
export function audienceOf({
  endpoint,
  namePrefix,
}: Pick<SharedDescription, "endpoint" | "namePrefix">): string {
  return endpoint.hosts[0] ?? namePrefix;
}

/** `*` of a branch or a tag stands for any text, `/` as well. */
const anyText = (pattern: string) => pattern.replace(/\*+/g, "**");

/** How the keys of an issuer are had. */
function keysOf({
  caCertificate,
  jwks,
}: Pick<Identity, "caCertificate" | "jwks">): Pick<PolicyIdentity, "ca" | "jwks"> {
  return {
    ...(caCertificate !== undefined && { ca: caCertificate }),
    // In a preview it may be the token of an Output, which is not JSON yet.
    ...(jwks !== undefined && {
      jwks: isToken(jwks) ? { keys: [] } : (JSON.parse(jwks) as { keys: object[] }),
    }),
  };
}

/** The workloads that log in without a stored key. */
export function policyIdentities(d: AccessParts): PolicyIdentity[] {
  const audience = audienceOf(d);
  const pipelines = d.identities.map((identity): PolicyIdentity => {
    const { kind, pattern } = refOf(identity);
    const project = isGitHub(identity) ? "repository" : "project_path";
    return {
      name: identity.name,
      issuer: issuerUrl(identity),
      audience,
      ...keysOf(identity),
      claims: {
        sub: [anyText(subjectOf(identity))],
        [project]: [projectName(identity)],
        // GitLab's subject ends at the project; its environment is a claim beside it.
        ...(kind === "environment" && { environment: [anyText(pattern)] }),
      },
      rules: joined(
        ([Role.Pull, Role.Push, Role.Delete] as const).map((role) => ({
          role,
          repositories: identity[role],
        })),
      ),
    };
  });
  const workloads = d.clusters.flatMap((cluster) =>
    cluster.workloads.map(({ namespace, serviceAccount }): PolicyIdentity => ({
      name: cluster.name,
      issuer: (cluster.issuer ?? "").replace(/\/$/, ""),
      audience,
      ...keysOf(cluster),
      claims: { sub: [`system:serviceaccount:${namespace}:${serviceAccount}`] },
      rules: [rule(cluster.pull.length > 0 ? cluster.pull : [everything], Role.Pull)],
    })),
  );
  return [...pipelines, ...workloads];
}

/** Which tags of which repositories may not move: one entry for all that have the same exceptions. */
function immutableTagsOf({
  repositories,
  immutableTags,
}: AccessParts): NonNullable<Policy["immutableTags"]> {
  const byExceptions = new Map<string, { repositories: string[]; except: string[] }>();
  for (const repository of repositories) {
    const { enabled, except } = repository.immutableTags;
    if (!enabled) continue;
    const key = JSON.stringify(except);
    const entry = byExceptions.get(key) ?? { repositories: [], except };
    entry.repositories.push(repository.name);
    byExceptions.set(key, entry);
  }
  const entries = [...byExceptions.values()];
  const [first] = entries;
  // What holds for every described repository, and was said for all, holds for those too that appear at a first push.
  const all = entries.length === 1 && first?.repositories.length === repositories.length;
  return all && immutableTags?.enabled === true && first !== undefined
    ? [{ repositories: [everything], except: first.except }]
    : entries;
}

/** Midnight, UTC, at the beginning of a day such as 2027-01-31. */
export const startOf = (day: string) => `${day}T00:00:00Z`;

/** What a policy takes from other resources. */
export interface PolicySecrets {
  /** Passwords of each user, hashed. */
  users: Record<string, PolicySecret[]>;
  /** Public key, as a JWK with a `kid`, of the tokens that the stack signs. */
  tokenKey: Record<string, string>;
}

/** The policy of a registry. */
export function registryPolicy(d: AccessParts, secrets: PolicySecrets): Policy {
  const identities = policyIdentities(d);
  const immutableTags = immutableTagsOf(d);
  const { allowFrom } = d.endpoint;
  return {
    version: 1,
    ...(allowFrom.length > 0 && d.target === "docker" && { allowFrom }),
    ...(d.auth.trustedProxies.length > 0 && { trustedProxies: d.auth.trustedProxies }),
    ...(d.access.public && { anonymous: { rules: [rule([everything], Role.Pull)] } }),
    users: [
      ...d.users.map((user) => ({
        name: user.name,
        secrets: secrets.users[user.name] ?? [],
        ...(user.expires !== undefined && { expires: startOf(user.expires) }),
        ...(user.allowFrom !== undefined &&
          user.allowFrom.length > 0 && { allowFrom: user.allowFrom }),
        rules: rulesOfUser(user, d),
      })),
      { name: maintenanceUser, secrets: [], rules: [rule([everything], Role.Admin)] },
    ],
    ...(identities.length > 0 && { identities }),
    tokens: { keys: [secrets.tokenKey], revoked: d.auth.revokedTokens },
    ...(immutableTags.length > 0 && { immutableTags }),
  };
}

/** The policy of a pull-through cache: whoever may log in to the registry may pull what it keeps, whatever the repository's name upstream. */
export function cachePolicy(policy: Policy): Policy {
  const pulls = [rule([everything], Role.Pull)];
  return {
    ...policy,
    immutableTags: undefined,
    users: policy.users.map((user) => ({ ...user, rules: pulls })),
    ...(policy.identities && {
      identities: policy.identities.map((identity) => ({ ...identity, rules: pulls })),
    }),
  };
}
