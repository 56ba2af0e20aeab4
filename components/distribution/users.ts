import type { SharedDescription } from "../model/description";
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword";
import { RandomString } from "@pulumi/random/randomString";
import { hashSync } from "bcryptjs";
import { resolved } from "../core/tokens";

/** Users of a registry in the two forms that are needed of them. */
export interface Users {
  /** The htpasswd file: a line `name:bcrypt` for each user, a secret. */
  htpasswd: pulumi.Output<string>;
  /** Password by user name, a secret. */
  credentials: pulumi.Output<Record<string, string>>;
}

/** Work factor of the hashes: bcrypt's customary 10, which @pulumi/random uses as well; distribution hashes at every request. */
const bcryptCost = 10;

/**
 * Passwords and bcrypt hashes that stay the same from one `up` to the next. A generated password changes when the user's
 * `rotation` does; a given one is hashed with a salt kept in the state, since a new salt would change the file each time.
 */
export function createUsers(
  name: string,
  description: Pick<SharedDescription, "users" | "inputs">,
  opts: pulumi.CustomResourceOptions,
): Users {
  const accounts = description.users.map((user) => {
    const keepers = user.rotation === undefined ? undefined : { rotation: String(user.rotation) };
    if (user.password === undefined) {
      const generated = new RandomPassword(
        `${name}-user-${user.name}`,
        { length: 24, special: false, keepers },
        opts,
      );
      return { name: user.name, password: generated.result, hash: generated.bcryptHash };
    }
    const salt = new RandomString(
      `${name}-salt-${user.name}`,
      { length: 22, special: false, keepers },
      opts,
    );
    const password = pulumi.secret(resolved(description, user.password, (known) => known));
    const hash = pulumi
      .all([password, salt.result])
      .apply(([text, saltText]) => hashSync(text, `$2b$${bcryptCost}$${saltText}`));
    return { name: user.name, password, hash };
  });
  return {
    htpasswd: pulumi.secret(
      pulumi
        .all(accounts.map(({ hash }) => hash))
        .apply((hashes) => hashes.map((hash, i) => `${accounts[i]?.name}:${hash}\n`).join("")),
    ),
    credentials: pulumi.secret(
      pulumi
        .all(accounts.map(({ password }) => password))
        .apply((passwords) =>
          Object.fromEntries(passwords.map((password, i) => [accounts[i]?.name ?? "", password])),
        ),
    ),
  };
}
