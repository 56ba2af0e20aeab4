import type { AzureDescription } from "../settings";
import { FederatedIdentityCredential } from "@pulumi/azure-native/managedidentity/federatedIdentityCredential";
import { UserAssignedIdentity } from "@pulumi/azure-native/managedidentity/userAssignedIdentity";
import type * as pulumi from "@pulumi/pulumi";

import { AzureCloud } from "../locations";
import { stackTags } from "../names";
import { type Home, inGroup } from "../place";

/** How tokens of other issuers are exchanged for Entra ID's in one of Azure's clouds. */
interface Entra {
  /** Host that issues tokens (`az cloud show --query endpoints.activeDirectory`). */
  host: string;
  /** Audience that a token needs to be exchanged ("Workload identity federation", cloud-specific audiences). */
  audience: string;
  /** The cloud's name in the action azure/login. */
  environment: string;
}

/** Entra ID in each of Azure's clouds. */
export const entra: Record<AzureCloud, Entra> = {
  public: {
    host: "login.microsoftonline.com",
    audience: "api://AzureADTokenExchange",
    environment: "azurecloud",
  },
  usgovernment: {
    host: "login.microsoftonline.us",
    audience: "api://AzureADTokenExchangeUSGov",
    environment: "azureusgovernment",
  },
  china: {
    host: "login.chinacloudapi.cn",
    audience: "api://AzureADTokenExchangeChina",
    environment: "azurechinacloud",
  },
};

/** A managed identity that whoever has the issuer's token for the subject may use (workload identity federation). */
export interface FederatedIdentity {
  identity: UserAssignedIdentity;
  credential: FederatedIdentityCredential;
}

/** The tokens that are accepted. */
export interface Subject {
  /** URL of the token's issuer, compared exactly: the slash at the end of AKS's counts. */
  issuer: string;
  /** Claim `sub` of the token, compared exactly: only app registrations have credentials with wildcards, managed identities do not. */
  subject: string;
}

/**
 * A managed identity of the stack with one federated credential, and no stored key.
 * @param resourceName name of the identity in the resource group
 */
export function createFederatedIdentity(
  name: string,
  resourceName: string,
  { issuer, subject }: Subject,
  home: Home,
  args: AzureDescription,
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
