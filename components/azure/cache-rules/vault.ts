import type { AzureDescription } from "../settings";
import * as pulumi from "@pulumi/pulumi";
import { getClientConfigOutput } from "@pulumi/azure-native/authorization/getClientConfig";
import { Secret } from "@pulumi/azure-native/keyvault/secret";
import { Vault } from "@pulumi/azure-native/keyvault/vault";

import { resolved } from "../../core/tokens";
import { stackTags } from "../names";
import { inGroup, type Home } from "../place";
import { parseVaultUrl } from "../key-vault";

/** A secret of a Key Vault: the URL of its value, and the scope of a role for only this secret. */
export interface VaultSecret {
  /** URL of the secret, without a version where new versions are to be used. */
  url: string;
  /** Resource id of the secret. */
  scope: pulumi.Input<string>;
  /** The secret itself; undefined where an existing one is used. */
  resource?: Secret;
}

/** The login of a cache to its upstream; ACR reads the user name from a vault as well. */
export interface UpstreamLogin {
  username: VaultSecret;
  password: VaultSecret;
}

/** The vault of the caches' logins, and each login by the cache's name. */
export interface CacheVault {
  vault: Vault;
  logins: Map<string, UpstreamLogin>;
}

/** Days for which the deleted vault can be recovered and its name is taken, the shortest possible: its secrets are still in the config. */
const recoverableDays = 7;

/** The vault with the caches' user names and passwords; undefined where no cache logs in. */
export function createCacheVault(
  name: string,
  vaultName: string,
  home: Home,
  args: AzureDescription,
  opts: pulumi.CustomResourceOptions,
): CacheVault | undefined {
  const withLogin = args.pullThroughCaches.flatMap(({ name: cache, credentials }) =>
    credentials === undefined ? [] : [{ cache, credentials }],
  );
  if (withLogin.length === 0) return undefined;
  const tags = stackTags(args);
  const vault = new Vault(
    `${name}-vault`,
    {
      ...inGroup(home),
      vaultName,
      properties: {
        tenantId: getClientConfigOutput({ parent: opts.parent }).tenantId,
        sku: { family: "A", name: "standard" },
        enableRbacAuthorization: true,
        enableSoftDelete: true,
        softDeleteRetentionInDays: recoverableDays,
      },
      tags,
    },
    opts,
  );
  const logins = withLogin.map(({ cache, credentials }): [string, UpstreamLogin] => [
    cache,
    {
      username: store(`${cache}-username`, credentials.username),
      password:
        credentials.passwordSecret === undefined
          ? store(`${cache}-password`, credentials.password ?? "")
          : given(args, credentials.passwordSecret),
    },
  ]);
  return { vault, logins: new Map(logins) };

  function store(secretName: string, value: string): VaultSecret {
    const resource = new Secret(
      `${name}-${secretName}`,
      {
        resourceGroupName: home.resourceGroupName,
        vaultName: vault.name,
        secretName,
        properties: { value: pulumi.secret(value) },
        tags,
      },
      // Deleting only a secret goes through the vault's own API, which needs other roles than creating it.
      { ...opts, deletedWith: vault },
    );
    return {
      url: `https://${vaultName}.${home.suffixes.keyVault}/secrets/${secretName}`,
      scope: resource.id,
      resource,
    };
  }
}

/** An existing secret, in the vault with the given resource id. */
function given(args: AzureDescription, url: string): VaultSecret {
  const { keyVault = "" } = args.azure.pullThroughCaches;
  return {
    url,
    scope: resolved(args, [keyVault, url] as const, ([vault, secret]) => {
      const { name } = parseVaultUrl("secrets", secret) ?? {};
      if (name === undefined) {
        throw new pulumi.RunError(
          "an Output that should be the URL of a Key Vault's secret, for example https://acme.vault.azure.net/secrets/docker-hub, is something else",
        );
      }
      return `${vault}/secrets/${name}`;
    }),
  };
}
