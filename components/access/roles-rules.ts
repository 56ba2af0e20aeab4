import { unknownName, repeated } from "../core/names";
import { keyOf, removeCommand, setCommand, shown } from "../core/messages";
import type { Path } from "../core/fields";
import type { Problem } from "../core/problems";
import { wrote, type Rule, type Written } from "../core/rule";
import { isToken } from "../core/tokens";
import { AuthMode } from "../model/auth";
import { defaultImages, isRolesImage, type SharedDescription } from "../model/description";
import { isLoopback } from "../model/endpoint";
import { Environment, Target } from "../model/environment";
import { rolesAskedBy, type AskedRole } from "../model/roles";
import { firstSecret } from "../model/users";
import { maintenanceUser } from "./distribution";
import { grantLists } from "./matrix";
import { patternProblems } from "./pattern-rules";

type Find = Rule<SharedDescription>["find"];

/** Why a mode other than `roles` cannot do what the description has, where it is not htpasswd that lacks it. */
const lacking: Partial<Record<AuthMode, string>> = {
  token: "the token server decides who may do what",
  off: "nobody logs in, and everybody may do everything",
};

/** What was written that needs roles: outside a lab tags are immutable by default, which asks for nothing by itself. */
function askedIn(d: SharedDescription, written: Written): AskedRole[] {
  return rolesAskedBy(d).filter(({ path }) => wrote(written, path));
}

/** Why the mode is not `roles`. */
function said({ auth }: SharedDescription): string {
  return auth.mode === AuthMode.Token
    ? "wharf:auth.token is set"
    : `wharf:auth.mode is ${auth.mode}`;
}

/** The commands that let a key hold which needs roles. */
function toRoles({ auth }: SharedDescription): string {
  const set = setCommand(["auth", "mode"], AuthMode.Roles);
  return auth.token === undefined ? set : `${removeCommand(["auth", "token"])} && ${set}`;
}

/** What only roles can do, while another mode was chosen. */
const beyondMode: Find = (d, written) => {
  const { mode } = d.auth;
  if (mode === AuthMode.Roles) return [];
  return askedIn(d, written).map(({ path, lacks }) => ({
    key: keyOf(path),
    message: `needs roles, but ${said(d)}: ${lacking[mode] ?? lacks}`,
    fix: toRoles(d),
  }));
};

/** A mode, and the keys that it needs or excludes. */
const modeProblems: Find = (d) => {
  const { auth, endpoint, environment, target, users } = d;
  const key = keyOf(["auth", "mode"]);
  const problems: Problem[] = [];
  if (auth.mode === AuthMode.Token && auth.token === undefined) {
    problems.push({
      key: keyOf(["auth", "token"]),
      message: 'is missing; mode "token" needs a token server: its realm, service, issuer and jwks',
      fix: removeCommand(["auth", "mode"]),
    });
  }
  if (auth.mode !== AuthMode.Token && auth.token !== undefined) {
    problems.push({
      key,
      message: `"${auth.mode}" does not use the token server of wharf:auth.token; a registry has one access control`,
      fix: setCommand(["auth", "mode"], AuthMode.Token),
    });
  }
  if (auth.mode !== AuthMode.Off) return problems;
  const near = target === Target.Docker && isLoopback(endpoint.address);
  if (environment !== Environment.Lab || !near) {
    problems.push({
      key,
      message:
        '"off" lets everybody push and delete; it is allowed only in a lab on a loopback address of a Docker host',
      fix: setCommand(["auth", "mode"], AuthMode.Htpasswd),
    });
  }
  if (users.length > 0) {
    problems.push({
      key: keyOf(["users"]),
      message: `names ${users.length === 1 ? "1 user" : `${users.length} users`}, but with mode "off" of wharf:auth nobody logs in`,
      fix: removeCommand(["users"]),
    });
  }
  return problems;
};

/** An image that has no roles where they are needed. */
const imageProblems: Find = (d, written) => {
  const { images, target } = d;
  if (d.auth.mode !== AuthMode.Roles || isRolesImage(images.registry)) return [];
  const [first] = askedIn(d, written);
  const why = first === undefined ? 'mode "roles" of wharf:auth' : keyOf(first.path);
  const seen =
    images.registry === defaultImages.registry
      ? "is the official image"
      : `${shown(images.registry)} is not Wharf's registry image`;
  return [
    {
      key: keyOf(["images", "registry"]),
      message:
        target === Target.Docker
          ? `${seen}, which ${why} needs; without this key npx wharf up builds it`
          : `${seen}; ${why} needs Wharf's registry image, published where the nodes can pull it`,
      fix:
        target === Target.Docker
          ? removeCommand(["images", "registry"])
          : `npx wharf image publish --to HOST/NAME && ${setCommand(["images", "registry"], "HOST/NAME/wharf-registry:TAG@DIGEST")}`,
    },
  ];
};

/** Names in the lists of access that neither a user nor a group has, and members of groups that no user is. */
const principalProblems: Find = ({ groups, named, users }) => {
  const people = users.map(({ name }) => name);
  const teams = groups.map(({ name }) => name);
  const names = (path: Path, principals: readonly string[], known: string[], predicate: string) =>
    principals.flatMap((principal, index) =>
      isToken(principal)
        ? [
            {
              key: keyOf([...path, index]),
              message: "is an Output; the name of a user belongs here",
            },
          ]
        : unknownName([...path, index], principal, known, { predicate }),
    );
  const user = "is not a user of wharf:users";
  const either = groups.length === 0 ? user : `${user}, nor a group of wharf:groups`;
  return [
    ...grantLists(named).flatMap(({ path, principals }) => [
      ...names(path, principals, [...people, ...teams], either),
      ...repeated(path, principals),
    ]),
    // That a group cannot be a member is said elsewhere.
    ...groups.flatMap(({ members }, index) =>
      names(["groups", index, "members"], members, [...people, ...teams], user),
    ),
  ];
};

const userProblems: Find = (d) =>
  d.users.flatMap((user, index): Problem[] => {
    const path = ["users", index];
    const { secrets } = user;
    const problems = patternProblems([...path, "repositories"], user.repositories ?? [], d);
    if (user.name === maintenanceUser) {
      problems.push({
        key: keyOf([...path, "name"]),
        message: `"${maintenanceUser}" is the user that wharf itself works as, with mode roles; choose another name`,
        fix: setCommand([...path, "name"], `${maintenanceUser}-user`),
      });
    }
    if (user.repositories?.length === 0) {
      problems.push({
        key: keyOf([...path, "repositories"]),
        message: "is empty, so that the role is for no repository; leave it out for all",
        fix: removeCommand([...path, "repositories"]),
      });
    }
    if (secrets === undefined) return problems;
    if (secrets.length === 0) {
      problems.push({
        key: keyOf([...path, "secrets"]),
        message: "is empty, so that nobody could log in; leave it out for one password",
        fix: removeCommand([...path, "secrets"]),
      });
    }
    problems.push(
      ...repeated(
        [...path, "secrets"],
        secrets.map(({ name }) => name),
        { attribute: "name" },
      ),
    );
    const first = secrets.findIndex(({ name }) => name === firstSecret);
    if (user.password !== undefined && first === -1) {
      problems.push({
        key: keyOf([...path, "password"]),
        message: `is not used beside secrets, none of which is named "${firstSecret}"`,
        fix: setCommand([...path, "secrets", secrets.length, "name"], firstSecret),
      });
    }
    if (user.password !== undefined && secrets[first]?.password !== undefined) {
      problems.push({
        key: keyOf([...path, "secrets", first, "password"]),
        message: `is given twice, also as ${keyOf([...path, "password"])}`,
        fix: removeCommand([...path, "password"]),
      });
    }
    const last = secrets.length - 1;
    if (secrets[last]?.until !== undefined && secrets.some(({ until }) => until === undefined)) {
      problems.push({
        key: keyOf([...path, "secrets", last, "until"]),
        message:
          "ends the password that is handed out, the last one, before another; put the one that stays last",
        fix: removeCommand([...path, "secrets", last, "until"]),
      });
    }
    return problems;
  });

/** Workloads that log in with tokens: whose names are taken, and whose issuer is not one. */
const identityProblems: Find = (d) => {
  const users = d.users.map(({ name }) => name);
  const taken = (list: "identities" | "clusters") =>
    d[list].flatMap(({ name }, index) => {
      const other = users.indexOf(name);
      if (other === -1 && name !== maintenanceUser) return [];
      return [
        {
          key: keyOf([list, index, "name"]),
          message:
            other === -1
              ? `"${name}" is the user that wharf itself works as; choose another name`
              : `"${name}" is the name of ${keyOf(["users", other])} as well; a client says by it who it is`,
          fix: setCommand([list, index, "name"], `${name.slice(0, 23)}-ci`),
        },
      ];
    });
  return [
    ...taken("identities"),
    ...taken("clusters"),
    ...d.clusters.flatMap(({ issuer, workloads }, index) =>
      issuer === undefined || workloads.length === 0 || /^https:\/\/[^/]/.test(issuer)
        ? []
        : [
            {
              key: keyOf(["clusters", index, "issuer"]),
              message: `${shown(issuer)} is not the https:// URL of an issuer, where the registry finds the keys of the cluster's tokens`,
              fix: setCommand(
                ["clusters", index, "issuer"],
                `https://${issuer.replace(/^\w+:\/\//, "")}`,
              ),
            },
          ],
    ),
  ];
};

/** Rules of who may do what on a registry that Wharf runs. */
export const rolesRules: Rule<SharedDescription>[] = [
  {
    needs: [
      "auth",
      "users",
      "access",
      "groups",
      "repositories",
      "immutableTags",
      "identities",
      "clusters",
      "endpoint",
      "storage",
    ],
    find: beyondMode,
  },
  { needs: ["auth", "endpoint", "environment", "users"], find: modeProblems },
  { needs: ["auth", "images", "users", "access", "groups", "repositories"], find: imageProblems },
  { needs: ["users", "access", "repositories", "groups"], find: principalProblems },
  {
    needs: ["users", "repositories"],
    find: (d, written) => (d.auth.mode === AuthMode.Roles ? userProblems(d, written) : []),
  },
  { needs: ["users", "identities", "clusters"], find: identityProblems },
  { needs: ["auth"], find: ({ auth }) => repeated(["auth", "revokedTokens"], auth.revokedTokens) },
];
