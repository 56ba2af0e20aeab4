import type { SharedDescription } from "../model/description";
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword";
import { RandomString } from "@pulumi/random/randomString";
import { hashSync } from "bcryptjs";
import { cachePolicy, registryPolicy, startOf, type PolicySecret } from "../access/distribution";
import { resolved } from "../core/tokens";
import { retentionRules } from "../retention/registry-rules";
import { AuthMode } from "../model/auth";
import { firstSecret, type User } from "../model/users";
import { createSigningKey } from "./signing-key";

/** Users of a registry in the forms that are needed of them. */
export interface Users {
  /** What the registry reads of them while it runs, by file name, secrets; empty where it has no users itself. */
  files: Record<string, pulumi.Output<string>>;
  /** Password by user name, a secret; of several the last. */
  credentials: pulumi.Output<Record<string, string>>;
  /** Private key, a JWK as JSON, by which the stack signs tokens of its users, a secret; empty but for mode `roles`. */
  tokenSigningKey: pulumi.Output<string>;
}

/** File of passwords, a line `name:bcrypt` for each user; with mode `htpasswd`. */
export const htpasswdFile = "htpasswd";
/** File of who may do what; with mode `roles`. */
export const policyFile = "policy.json";
/** The same for the pull-through caches, whose repositories are those of their upstreams. */
export const cachePolicyFile = "caches.json";

/** Rules by which the registry deletes images, beside the policy; with mode `roles`, where the description has any. */
export const retentionFile = "retention.json";

/**
 * Work factor of the hashes, which a registry with htpasswd pays at every request: bcrypt's customary 10 (70 ms, measured) for a
 * password that somebody chose. A generated one has 24 random letters and digits, 143 bits, which nobody guesses however fast a guess
 * is tried, so that 5 (3 ms) is as safe.
 */
const bcryptCost = { chosen: "10", generated: "05" };

/** A password of a user, and its hash. */
interface Secret {
  password: pulumi.Output<string>;
  hash: pulumi.Output<string>;
  /** Day from which on it is refused; never where left out. */
  until?: string;
}

type Described = Pick<
  SharedDescription,
  | "access"
  | "auth"
  | "clusters"
  | "collection"
  | "endpoint"
  | "environment"
  | "groups"
  | "identities"
  | "immutableTags"
  | "inputs"
  | "namePrefix"
  | "notifications"
  | "pullThroughCaches"
  | "repositories"
  | "retention"
  | "stack"
  | "target"
  | "users"
>;

/**
 * Users with passwords and hashes that stay the same from one `up` to the next, in the file that the mode of `auth` reads.
 */
export function createUsers(
  name: string,
  description: Described,
  opts: pulumi.CustomResourceOptions,
): Users {
  const { mode } = description.auth;
  const accounts = description.users.map((user) => ({
    name: user.name,
    secrets: secretsOf(name, user, description, opts),
  }));
  const credentials = pulumi
    .all(accounts.map(({ secrets }) => secrets.at(-1)?.password ?? ""))
    .apply((passwords) =>
      Object.fromEntries(passwords.map((password, i) => [accounts[i]?.name ?? "", password])),
    );
  const key = mode === AuthMode.Roles ? createSigningKey(`${name}-token-key`, opts) : undefined;
  return {
    files:
      key === undefined ? htpasswd(mode, accounts) : policies(accounts, key.publicKey, description),
    credentials: pulumi.secret(credentials),
    tokenSigningKey: pulumi.secret(key?.privateKey ?? ""),
  };
}

interface Account {
  name: string;
  secrets: Secret[];
}

function htpasswd(mode: AuthMode, accounts: Account[]): Users["files"] {
  if (mode !== AuthMode.Htpasswd) return {};
  const lines = pulumi
    .all(accounts.map(({ secrets }) => secrets.at(-1)?.hash ?? ""))
    .apply((hashes) => hashes.map((hash, i) => `${accounts[i]?.name}:${hash}\n`).join(""));
  return { [htpasswdFile]: pulumi.secret(lines) };
}

function policies(
  accounts: Account[],
  tokenKey: pulumi.Output<Record<string, string>>,
  description: Described,
): Users["files"] {
  const hashed = pulumi
    .all(
      accounts.map(({ secrets }) =>
        pulumi.all(secrets.map(({ hash }) => hash)).apply((hashes) =>
          hashes.map((bcrypt, i): PolicySecret => {
            const until = secrets[i]?.until;
            return { bcrypt, ...(until !== undefined && { until: startOf(until) }) };
          }),
        ),
      ),
    )
    .apply((all) =>
      Object.fromEntries(all.map((secrets, i) => [accounts[i]?.name ?? "", secrets])),
    );
  const policy = pulumi
    .all([hashed, tokenKey])
    .apply(([users, key]) =>
      pulumi.output(
        resolved(description, { ...description, inputs: undefined }, (known) =>
          registryPolicy(known, { users, tokenKey: key }),
        ),
      ),
    );
  const text = (made: pulumi.Output<object>) =>
    pulumi.secret(made.apply((value) => `${JSON.stringify(value, undefined, 2)}\n`));
  const { collection, notifications } = description;
  return {
    [policyFile]: text(policy),
    ...(collection && {
      [retentionFile]: text(
        pulumi.output(
          resolved(description, { notifications }, (known) =>
            retentionRules({ ...description, ...known }, collection),
          ),
        ),
      ),
    }),
    ...(description.pullThroughCaches.length > 0 && {
      [cachePolicyFile]: text(policy.apply(cachePolicy)),
    }),
  };
}

function secretsOf(
  name: string,
  user: User,
  description: Described,
  opts: pulumi.CustomResourceOptions,
): Secret[] {
  const own = [{ name: firstSecret, password: user.password, until: undefined }];
  return (user.secrets ?? own).map((secret) => ({
    ...createSecret(
      name,
      secret.name === firstSecret ? user.name : `${user.name}-${secret.name}`,
      {
        password: secret.password ?? (secret.name === firstSecret ? user.password : undefined),
        rotation: user.rotation,
      },
      description,
      opts,
    ),
    until: secret.until,
  }));
}

/**
 * A password and its hash. A generated password changes when the user's `rotation` does; a given one is hashed with a salt kept in the
 * state, since a fresh salt would change the file each time.
 */
function createSecret(
  name: string,
  secretName: string,
  { password: given, rotation }: Pick<User, "password" | "rotation">,
  description: Described,
  opts: pulumi.CustomResourceOptions,
): Secret {
  const keepers = rotation === undefined ? undefined : { rotation: String(rotation) };
  if (given === undefined) {
    const generated = new RandomPassword(
      `${name}-user-${secretName}`,
      { length: 24, special: false, keepers },
      opts,
    );
    // The provider's hash has a cost of 10; its salt, after the `$2a$10$`, stays the same as the password does.
    const hash = pulumi
      .all([generated.result, generated.bcryptHash])
      .apply(([text, made]) => hashOf(text, bcryptCost.generated, made.slice(7, 29)));
    return { password: generated.result, hash };
  }
  const salt = new RandomString(
    `${name}-salt-${secretName}`,
    { length: 22, special: false, keepers },
    opts,
  );
  const password = pulumi.output(pulumi.secret(resolved(description, given, (known) => known)));
  const hash = pulumi
    .all([password, salt.result])
    .apply(([text, saltText]) => hashOf(text, bcryptCost.chosen, saltText));
  return { password, hash };
}

/** A password's hash as htpasswd has it. */
function hashOf(password: string, cost: string, salt: string): string {
  return hashSync(password, `$2b$${cost}$${salt}`);
}
