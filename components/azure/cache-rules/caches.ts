import type { AzureDescription } from "../settings";
import type * as pulumi from "@pulumi/pulumi";
import { RoleAssignment } from "@pulumi/azure-native/authorization/roleAssignment";
import { CacheRule } from "@pulumi/azure-native/containerregistry/cacheRule";
import { CredentialSet } from "@pulumi/azure-native/containerregistry/credentialSet";
import { upstreamOf } from "../../model/caches";

import { acrHost } from "../rules/caches";
import { createReader, giveIdentity, type RuleIdentity } from "./registries";
import { createCacheVault, type CacheVault, type UpstreamLogin } from "./vault";
import type { InRegistry } from "../container-registry";
import type { Home } from "../place";
import { roleDefinitionId } from "../role-assignments";

/** How the registry logs in to an upstream. */
export interface UpstreamCredentials {
  credentialSet: CredentialSet;
  /** Lets the set's identity read its two secrets. */
  grants: RoleAssignment[];
}

/** The pull-through caches: their rules, and the logins to their upstreams. */
export interface Caches {
  rules: CacheRule[];
  /** Vault of the logins; undefined where no cache has one. */
  vault?: CacheVault;
  credentials: UpstreamCredentials[];
  /** How caches of other registries of ACR pull from them. */
  identities: RuleIdentity[];
}

/**
 * A cache rule for each upstream: `docker.io/library/alpine` is `NAME/library/alpine` here, NAME the cache's own. The rule's
 * wildcards map all repositories of the upstream to those below the name ("Wildcard support for artifact cache").
 */
export function createCaches(
  name: string,
  vaultName: string,
  inRegistry: InRegistry,
  home: Home,
  args: AzureDescription,
  opts: pulumi.CustomResourceOptions,
): Caches {
  const vault = createCacheVault(name, vaultName, home, args, opts);
  const credentials: UpstreamCredentials[] = [];
  const identities: RuleIdentity[] = [];
  const rules = args.pullThroughCaches.map((cache) => {
    const { registry } = upstreamOf(cache.upstream);
    const login = vault?.logins.get(cache.name);
    const own =
      login &&
      createCredentials(
        `${name}-${cache.name}`,
        cache.name,
        registry,
        login,
        inRegistry,
        home,
        opts,
      );
    if (own !== undefined) credentials.push(own);
    const rule = new CacheRule(
      `${name}-${cache.name}`,
      {
        ...inRegistry,
        cacheRuleName: nameInRegistry(cache.name),
        sourceRepository: `${registry}/*`,
        targetRepository: `${cache.name}/*`,
        credentialSetResourceId: own?.credentialSet.id,
      },
      // A pull before the identity may read its secrets would be refused by the upstream.
      { ...opts, dependsOn: own?.grants ?? [] },
    );
    if (acrHost(cache) !== undefined) {
      const prefix = `${name}-${cache.name}`;
      const reader = createReader(prefix, cache, home, args, opts);
      identities.push(giveIdentity(prefix, cache, reader, rule, inRegistry, args, opts));
    }
    return rule;
  });
  return { rules, vault, credentials, identities };
}

/** Names of rules and of credential sets in the REST API: pattern ^[a-zA-Z0-9-]*$, 5 to 50; a cache's own may be shorter. */
function nameInRegistry(cache: string): string {
  return `wharf-${cache}`;
}

/**
 * A credential set and the right to read its secrets. Azure creates its identity together with the set, so that the set names
 * secrets that it may read only a moment later.
 */
function createCredentials(
  name: string,
  cache: string,
  loginServer: string,
  { username, password }: UpstreamLogin,
  inRegistry: InRegistry,
  { subscriptionId }: Home,
  opts: pulumi.CustomResourceOptions,
): UpstreamCredentials {
  const credentialSet = new CredentialSet(
    `${name}-credentials`,
    {
      ...inRegistry,
      credentialSetName: nameInRegistry(cache),
      loginServer,
      identity: { type: "SystemAssigned" },
      authCredentials: [
        {
          name: "Credential1",
          usernameSecretIdentifier: username.url,
          passwordSecretIdentifier: password.url,
        },
      ],
    },
    {
      ...opts,
      dependsOn: [username, password].flatMap(({ resource = [] }) => resource),
    },
  );
  const principalId = credentialSet.identity.apply((identity) => identity?.principalId ?? "");
  const grants = Object.entries({ username, password }).map(
    ([part, { scope }]) =>
      new RoleAssignment(
        `${name}-${part}`,
        {
          scope,
          roleDefinitionId: roleDefinitionId("Key Vault Secrets User", subscriptionId),
          principalId,
          principalType: "ServicePrincipal",
          description: `Lets the registry's cache ${cache} read its own ${part}.`,
        },
        opts,
      ),
  );
  return { credentialSet, grants };
}
