import type { AzureDescription } from "../settings";
import * as pulumi from "@pulumi/pulumi";
import { getClientConfigOutput } from "@pulumi/azure-native/authorization/getClientConfig";
import { Secret } from "@pulumi/azure-native/keyvault/secret";
import { Vault } from "@pulumi/azure-native/keyvault/vault";

import { resolved } from "../../core/tokens";
import { stackTags } from "../names";
import { inGroup, type Home } from "../place";
import { parseVaultUrl } from "../key-vault";

/** A secret of a Key Vault: where its value is read, and what a role on it alone is assigned at. */
export interface VaultSecret {
  /** URL of the secret, without a version where new ones are to be taken. */
  url: string;
  /** Identifier of the secret in Azure Resource Manager. */
  scope: pulumi.Input<string>;
  /** The secret itself; undefined where it is not the stack's own. */
  resource?: Secret;
}

/** What a cache logs in to its upstream with; ACR reads the name from a vault as well. */
export interface UpstreamLogin {
  username: VaultSecret;
  password: VaultSecret;
}

/** The vault of the caches' logins, and each cache's own by the cache's name. */
export interface CacheVault {
  vault: Vault;
  logins: Map<string, UpstreamLogin>;
}

/** Days for which Key Vault keeps the deleted vault under its name, the shortest there are: what is in it can be typed again. */
const recoverableDays = 7;

/** The vault that keeps the caches' user names and passwords; undefined where no cache logs in. */
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
      // By itself a secret is deleted through the vault's own API, which other roles open than those that made it.
      { ...opts, deletedWith: vault },
    );
    return {
      url: `https://${vaultName}.${home.suffixes.keyVault}/secrets/${secretName}`,
      scope: resource.id,
      resource,
    };
  }
}

/** A secret that is there already, in the vault of the given identifier. */
function given(args: AzureDescription, url: string): VaultSecret {
  const { keyVault = "" } = args.azure.pullThroughCaches;
  return {
    url,
    scope: resolved(args, [keyVault, url] as const, ([vault, secret]) => {
      const { name } = parseVaultUrl("secrets", secret) ?? {};
      if (name === undefined) {
        throw new pulumi.RunError(
          "an Output that should be the URL of a Key Vault's secret is none, as https://acme.vault.azure.net/secrets/docker-hub",
        );
      }
      return `${vault}/secrets/${name}`;
    }),
  };
}
