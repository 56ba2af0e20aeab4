import type { AzureDescription } from "../settings";
import { FederatedIdentityCredential } from "@pulumi/azure-native/managedidentity/federatedIdentityCredential";
import { UserAssignedIdentity } from "@pulumi/azure-native/managedidentity/userAssignedIdentity";
import type * as pulumi from "@pulumi/pulumi";

import { AzureCloud } from "../locations";
import { stackTags } from "../names";
import { type Home, inGroup } from "../place";

/** How the tokens of others are exchanged for Entra ID's in one of Azure's clouds. */
interface Entra {
  /** Host that gives tokens out (`az cloud show --query endpoints.activeDirectory`). */
  host: string;
  /** Resource that a token of a registry's user is for: ACR takes those of Azure Resource Manager. */
  resource: string;
  /** Audience that a token must name to be exchanged ("Workload identity federation", cloud-specific audiences). */
  audience: string;
  /** What the action azure/login calls the cloud. */
  environment: string;
}

/** Entra ID in each of Azure's clouds. */
export const entra: Record<AzureCloud, Entra> = {
  public: {
    host: "login.microsoftonline.com",
    resource: "https://management.azure.com",
    audience: "api://AzureADTokenExchange",
    environment: "azurecloud",
  },
  usgovernment: {
    host: "login.microsoftonline.us",
    resource: "https://management.usgovcloudapi.net",
    audience: "api://AzureADTokenExchangeUSGov",
    environment: "azureusgovernment",
  },
  china: {
    host: "login.chinacloudapi.cn",
    resource: "https://management.chinacloudapi.cn",
    audience: "api://AzureADTokenExchangeChina",
    environment: "azurechinacloud",
  },
};

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
