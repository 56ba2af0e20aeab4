import type * as pulumi from "@pulumi/pulumi";
import { FederatedIdentityCredential } from "@pulumi/azure-native/managedidentity/federatedIdentityCredential";
import { UserAssignedIdentity } from "@pulumi/azure-native/managedidentity/userAssignedIdentity";
import type { RegistryArgs } from "../../registry";
import { entra } from "./entra";
import { stackTags } from "../labels";
import { inGroup, type Home } from "../place";

/** A managed identity whose tokens Entra ID gives to whoever shows a token of the issuer's for the subject. */
export interface FederatedIdentity {
  identity: UserAssignedIdentity;
  credential: FederatedIdentityCredential;
}

/** Whose tokens are taken. */
export interface Subject {
  /** URL of who gives the token out, to the letter: the slash at the end of AKS's counts. */
  issuer: string;
  /** Claim `sub` of the token, to the letter: only app registrations have credentials with wildcards, managed identities have not. */
  subject: string;
}

/**
 * A managed identity of the stack's own with one federated credential, and no key that anybody keeps.
 * @param resourceName name of the identity in the resource group
 */
export function createFederatedIdentity(
  name: string,
  resourceName: string,
  { issuer, subject }: Subject,
  home: Home,
  args: RegistryArgs,
  opts: pulumi.CustomResourceOptions,
): FederatedIdentity {
  const identity = new UserAssignedIdentity(
    name,
    { ...inGroup(home), resourceName, tags: stackTags(args) },
    opts,
  );
  const credential = new FederatedIdentityCredential(
    `${name}-credential`,
    {
      resourceGroupName: home.resourceGroupName,
      resourceName: identity.name,
      federatedIdentityCredentialResourceName: "token",
      issuer,
      subject,
      audiences: [entra[home.cloud].audience],
    },
    opts,
  );
  return { identity, credential };
}
