import type { AzureDescription } from "./settings";
import { RoleAssignment } from "@pulumi/azure-native/authorization/roleAssignment";
import { Key } from "@pulumi/azure-native/keyvault/key";
import { Vault } from "@pulumi/azure-native/keyvault/vault";
import { UserAssignedIdentity } from "@pulumi/azure-native/managedidentity/userAssignedIdentity";
import type * as pulumi from "@pulumi/pulumi";
import { Environment, guarded } from "../model/environment";

import { createKey } from "./key-vault";
import { prefixInNames, stackTags } from "./names";
import { type Home, inGroup } from "./place";
import { roleDefinitionId } from "./role-assignments";

/** Whose key encrypts the images, and by which identity the registry reaches it. */
export interface Encryption {
  /** Vault of the stack's own; undefined where a key is given. */
  vault?: Vault;
  /** Key of the stack's own; undefined where one is given. */
  key?: Key;
  identity: UserAssignedIdentity;
  /** What lets the identity use the key; the registry must come after it. */
  grant: RoleAssignment;
  /** URL of the key, without a version where new ones are to be taken. */
  keyIdentifier: pulumi.Input<string>;
}

/** Days for which Key Vault keeps a deleted vault under its name: the shortest that it takes in a lab, its default elsewhere. */
const recoverableDays = (environment: Environment) => (environment === Environment.Lab ? 7 : 90);

/**
 * The key that the images are encrypted with, and the identity that may use it; undefined with Microsoft's own key. Azure may
 * take minutes to honour the grant; where the registry is refused for that, the next `up` goes on from there.
 */
export function createEncryption(
  name: string,
  vaultName: string,
  home: Home,
  args: AzureDescription,
  opts: pulumi.CustomResourceOptions,
): Encryption | undefined {
  const { encryption, azure, namePrefix } = args;
  if (encryption.key === undefined) return undefined;
  const stays = guarded(args.deletion, opts);
  const identity = new UserAssignedIdentity(
    `${name}-encryption-identity`,
    {
      ...inGroup(home),
      resourceName: `id-${prefixInNames(namePrefix)}-encryption`,
      tags: stackTags(args),
    },
    stays,
  );
  const created =
    encryption.key === createKey
      ? createVaultKey(name, vaultName, identity.tenantId, home, args, stays)
      : undefined;
  const grant = new RoleAssignment(
    `${name}-encryption-grant`,
    {
      // The rules of the description demand the vault of a key that is given.
      scope: created?.vault.id ?? azure.keyVault ?? "",
      roleDefinitionId: roleDefinitionId(
        "Key Vault Crypto Service Encryption User",
        home.subscriptionId,
      ),
      principalId: identity.principalId,
      principalType: "ServicePrincipal",
    },
    stays,
  );
  return { ...created, identity, grant, keyIdentifier: created?.key.keyUri ?? encryption.key };
}

/** A vault that nobody can purge, as ACR demands it, and a key in it that makes a new version of itself in time. */
function createVaultKey(
  name: string,
  vaultName: string,
  tenantId: pulumi.Input<string>,
  home: Home,
  args: AzureDescription,
  opts: pulumi.CustomResourceOptions,
): { vault: Vault; key: Key } {
  const tags = stackTags(args);
  const vault = new Vault(
    `${name}-key-vault`,
    {
      ...inGroup(home),
      vaultName,
      properties: {
        tenantId,
        sku: { family: "A", name: "standard" },
        enableRbacAuthorization: true,
        enableSoftDelete: true,
        enablePurgeProtection: true,
        softDeleteRetentionInDays: recoverableDays(args.environment),
      },
      tags,
    },
    opts,
  );
  const key = new Key(
    `${name}-key`,
    {
      resourceGroupName: home.resourceGroupName,
      vaultName: vault.name,
      keyName: "registry",
      properties: {
        kty: "RSA",
        keySize: 2048,
        keyOps: ["wrapKey", "unwrapKey"],
        rotationPolicy: {
          lifetimeActions: [
            {
              trigger: { timeAfterCreate: `P${args.encryption.rotationDays}D` },
              action: { type: "rotate" },
            },
          ],
        },
      },
      tags,
    },
    // By itself a key is deleted through the vault's own API, which other roles open than those that made it.
    { ...opts, deletedWith: vault },
  );
  return { vault, key };
}
