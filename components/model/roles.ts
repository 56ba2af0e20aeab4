import type { Path } from "../core/fields";
import type { ParsedKeys } from "./description";
import { roles } from "./access";
import { Target } from "./environment";

/** What a description has that needs roles: the key, and what the other modes lack. */
export interface AskedRole {
  path: Path;
  /** Why no other mode can do it, in the words of a refusal. */
  lacks: string;
}

const noRoles = "htpasswd has no roles: every user may pull, push and delete";
const noIdentities = "htpasswd accepts passwords only";
const deletesNothing = "distribution does not expire images";
const movingTags = "distribution lets every tag move";
const fillsVolume = "distribution fills its volume to the last byte";

/**
 * The keys of a description for a registry that Wharf runs that only mode `roles` can carry out. Empty for the clouds, whose own access
 * control does.
 */
export function rolesAskedBy(
  parsed: Pick<
    ParsedKeys,
    | "target"
    | "users"
    | "access"
    | "groups"
    | "immutableTags"
    | "identities"
    | "clusters"
    | "endpoint"
    | "auth"
    | "retention"
    | "storage"
  > & {
    repositories: readonly (Omit<ParsedKeys["repositories"][number], "retention"> & {
      retention?: unknown;
    })[];
  },
): AskedRole[] {
  const { access, auth, clusters, endpoint, groups, identities, repositories, storage } = parsed;
  const { target, users } = parsed;
  if (target !== Target.Docker && target !== Target.Kubernetes) return [];
  const asked = (path: Path, value: unknown, lacks: string): AskedRole[] =>
    value === undefined || value === false || (Array.isArray(value) && value.length === 0)
      ? []
      : [{ path, lacks }];
  return [
    ...users.flatMap((user, index) => {
      const at = (key: string) => ["users", index, key];
      return [
        ...asked(at("role"), user.role, noRoles),
        ...asked(at("repositories"), user.repositories !== undefined, noRoles),
        ...asked(at("expires"), user.expires, "a password in htpasswd does not expire"),
        ...asked(at("secrets"), user.secrets !== undefined, "htpasswd has one password for a user"),
        ...asked(at("allowFrom"), user.allowFrom, "htpasswd limits no addresses"),
      ];
    }),
    ...asked(["groups"], groups, noRoles),
    ...roles.flatMap((role) => asked(["access", role], access[role], noRoles)),
    ...asked(["access", "public"], access.public, "htpasswd requires a login of everybody"),
    ...repositories.flatMap((repository, index) => [
      ...roles.flatMap((role) => asked(["repositories", index, role], repository[role], noRoles)),
      ...asked(
        ["repositories", index, "immutableTags"],
        repository.immutableTags?.enabled,
        movingTags,
      ),
      ...asked(
        ["repositories", index, "retention"],
        repository.retention !== undefined,
        deletesNothing,
      ),
    ]),
    ...asked(["retention"], parsed.retention !== undefined, deletesNothing),
    ...asked(["immutableTags"], parsed.immutableTags?.enabled, movingTags),
    ...(storage.kind === "volume"
      ? [
          ...asked(["storage", "quotaGiB"], storage.quotaGiB, fillsVolume),
          ...asked(["storage", "minFreeGiB"], storage.minFreeGiB, fillsVolume),
        ]
      : []),
    ...asked(["identities"], identities, noIdentities),
    ...asked(["clusters"], clusters, noIdentities),
    // On a cluster a NetworkPolicy and the load balancer limit addresses, whatever the mode.
    ...(target === Target.Docker
      ? asked(
          ["endpoint", "allowFrom"],
          endpoint.allowFrom,
          "Docker publishes a port to everyone who reaches the address that it is bound to",
        )
      : []),
    ...asked(["auth", "trustedProxies"], auth.trustedProxies, "nothing limits addresses there"),
    ...asked(["auth", "revokedTokens"], auth.revokedTokens, "htpasswd accepts passwords only"),
  ];
}
