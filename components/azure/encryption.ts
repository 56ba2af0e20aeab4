import type { AzureDescription } from "./settings";
import { RoleAssignment } from "@pulumi/azure-native/authorization/roleAssignment";
import { Key } from "@pulumi/azure-native/keyvault/key";
import { Vault } from "@pulumi/azure-native/keyvault/vault";
import { UserAssignedIdentity } from "@pulumi/azure-native/managedidentity/userAssignedIdentity";
import type * as pulumi from "@pulumi/pulumi";
import { Environment, guarded } from "../model/environment";

import { createKey } from "./key-vault";
import { guidOf, prefixInNames, stackTags } from "./names";
import { type Home, inGroup } from "./place";
import { roleDefinitionId } from "./role-assignments";

/** The key that encrypts the images, and the identity by which the registry uses it. */
export interface Encryption {
  /** The stack's own vault; undefined where an existing key is used. */
  vault?: Vault;
  /** The stack's own key; undefined where an existing key is used. */
  key?: Key;
  /** Keys of earlier numbers of days, which images may still be encrypted with. */
  earlierKeys?: Key[];
  identity: UserAssignedIdentity;
  /** Lets the identity use the key; the registry must be created after it. */
  grant: RoleAssignment;
  /** URL of the key, without a version where new versions are to be used. */
  keyIdentifier: pulumi.Input<string>;
}

/** Days for which a deleted vault can be recovered and its name is taken: the shortest possible in a lab, Azure's default elsewhere. */
const recoverableDays = (environment: Environment) => (environment === Environment.Lab ? 7 : 90);

/**
 * The customer-managed key of the images, and the identity that may use it; undefined with Microsoft's key. Azure may take minutes
 * until a new role counts; where it refuses the registry for that, the next `up` continues from there.
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
      // A name that follows from the vault's, so that an up after a down finds the assignment, which Azure allows only once.
      roleAssignmentName: guidOf(`${home.subscriptionId}/${vaultName}/encryption`),
      // The rules of the description require the vault of an existing key.
      scope: created?.vault.id ?? azure.keyVault ?? "",
      roleDefinitionId: roleDefinitionId(
        "Key Vault Crypto Service Encryption User",
        home.subscriptionId,
      ),
      principalId: identity.principalId,
      principalType: "ServicePrincipal",
    },
    // Of a stack from before, the name stays the one that the provider made up: another would replace it.
    { ...stays, ignoreChanges: ["roleAssignmentName"] },
  );
  return { ...created, identity, grant, keyIdentifier: created?.key.keyUri ?? encryption.key };
}

/**
 * A vault that nobody can purge, as ACR requires it, and a key in it that rotates by itself. Azure Resource Manager does not change
 * an existing key ("Keys - Create If Not Exist"), so that another number of days is another key, to which the registry moves.
 */
function createVaultKey(
  name: string,
  vaultName: string,
  tenantId: pulumi.Input<string>,
  home: Home,
  args: AzureDescription,
  opts: pulumi.CustomResourceOptions,
): { vault: Vault; key: Key; earlierKeys: Key[] } {
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
  const { rotationDays } = args.encryption;
  const [first = rotationDays, ...later] = args.keyRotations ?? [];
  const keys = new Map(
    [...new Set([first, ...later, rotationDays])].map((days) => [days, createRotated(days)]),
  );
  const key = keys.get(rotationDays) as Key;
  return { vault, key, earlierKeys: [...keys.values()].filter((one) => one !== key) };

  function createRotated(days: number): Key {
    const own = days === first ? "" : `-${days}d`;
    return new Key(
      `${name}-key${own}`,
      {
        resourceGroupName: home.resourceGroupName,
        vaultName: vault.name,
        keyName: `registry${own}`,
        properties: {
          kty: "RSA",
          keySize: 2048,
          keyOps: ["wrapKey", "unwrapKey"],
          rotationPolicy: {
            lifetimeActions: [
              { trigger: { timeAfterCreate: `P${days}D` }, action: { type: "rotate" } },
            ],
          },
        },
        tags,
      },
      // Deleting only a key goes through the vault's own API, which needs other roles than creating it.
      { ...opts, deletedWith: vault },
    );
  }
}
