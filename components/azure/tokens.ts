import type { AzureDescription } from "./settings";
import type * as pulumi from "@pulumi/pulumi";
import { ScopeMap } from "@pulumi/azure-native/containerregistry/scopeMap";
import { Token } from "@pulumi/azure-native/containerregistry/token";
import { scopeMapActions } from "../access/acr";
import { Role } from "../model/access";

import type { InRegistry } from "./container-registry";
import { digest } from "./names";

type User = AzureDescription["users"][number];

/** Users who log in by name and password: a token each, and the scope maps that they share. */
export interface Tokens {
  scopeMaps: ScopeMap[];
  tokens: Token[];
}

/** A user's role and repositories; all where none is named. */
function scopeOf({ role = Role.Push, repositories = [] }: User) {
  return { role, repositories: [...new Set(repositories)].sort() };
}

/**
 * A token for each user, and a scope map for each set of rights that users have. Azure generates a token's passwords itself, by a
 * call that no resource of the provider makes: see the notes for the command. A token is disabled by the first `up` after it
 * expires, whatever expiry its password was given.
 * @param today ISO 8601, only the day
 */
export function createTokens(
  name: string,
  inRegistry: InRegistry,
  { users }: AzureDescription,
  today: string,
  opts: pulumi.CustomResourceOptions,
): Tokens {
  const scopeMaps = new Map<string, ScopeMap>();
  const tokens = users.map((user) => {
    const { role, repositories } = scopeOf(user);
    const key =
      repositories.length === 0 ? role : `${role}-${digest(repositories.join(",")).slice(0, 8)}`;
    const scopeMap =
      scopeMaps.get(key) ??
      new ScopeMap(
        `${name}-scope-${key}`,
        {
          ...inRegistry,
          scopeMapName: `wharf-${key}`,
          description: `Role ${role} of Wharf for ${repositories.length === 0 ? "all repositories" : "some repositories"}`,
          actions: scopeMapActions(role, repositories.length === 0 ? ["*"] : repositories),
        },
        opts,
      );
    scopeMaps.set(key, scopeMap);
    return new Token(
      `${name}-token-${user.name}`,
      {
        ...inRegistry,
        tokenName: user.name,
        scopeMapId: scopeMap.id,
        status: user.expires !== undefined && user.expires <= today ? "disabled" : "enabled",
      },
      opts,
    );
  });
  return { scopeMaps: [...scopeMaps.values()], tokens };
}

/** The command that generates a token's password and passes it to Docker, so that nobody sees it. */
export function loginCommand(
  { name, expires }: User,
  registryName: string,
  loginServer: string,
): string {
  const end = expires === undefined ? "" : ` --expiration ${expires}T00:00:00Z`;
  return `az acr token credential generate --registry ${registryName} --name ${name} --password1${end} --query 'passwords[0].value' --output tsv | docker login ${loginServer} --username ${name} --password-stdin`;
}
