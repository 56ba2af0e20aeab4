import * as pulumi from "@pulumi/pulumi";
import type { Problem } from "../../core/problems";
import { defaultSubscription } from "../place";

/** Settings of the provider for its credentials, each with the variable that it reads where the stack's config has none. */
const settings = {
  clientId: "ARM_CLIENT_ID",
  clientSecret: "ARM_CLIENT_SECRET",
  clientCertificatePath: "ARM_CLIENT_CERTIFICATE_PATH",
  tenantId: "ARM_TENANT_ID",
  useMsi: "ARM_USE_MSI",
  useOidc: "ARM_USE_OIDC",
  useDefaultAzureCredential: "ARM_USE_DEFAULT_AZURE_CREDENTIAL",
} as const;

/** Whether a setting of the provider is set. */
function isSet(name: keyof typeof settings): boolean {
  const value = new pulumi.Config("azure-native").get(name) ?? process.env[settings[name]];
  return value !== undefined && value !== "" && value !== "false";
}

/**
 * Problems of the credentials that the provider will look for: a service principal, a managed identity, or the login of the
 * Azure CLI. Whether they are still valid, only Azure knows.
 */
export function credentialProblems(): Problem[] {
  if (isSet("useMsi") || isSet("useDefaultAzureCredential")) return [];
  if (!isSet("clientId")) {
    return defaultSubscription() !== undefined
      ? []
      : [
          {
            key: "azure-native:clientId",
            message:
              "is missing, as is ARM_CLIENT_ID, and nobody is logged in to the Azure CLI on this machine",
            fix: "az login",
          },
        ];
  }
  const problems: Problem[] = [];
  if (!isSet("tenantId")) {
    problems.push({
      key: "azure-native:tenantId",
      message: "is missing, as is ARM_TENANT_ID; a service principal logs in to its tenant",
      fix: 'pulumi config set azure-native:tenantId "$(az account show --query tenantId --output tsv)"',
    });
  }
  if (!isSet("clientSecret") && !isSet("clientCertificatePath") && !isSet("useOidc")) {
    problems.push({
      key: "azure-native:clientSecret",
      message:
        "is missing, as are ARM_CLIENT_SECRET, ARM_CLIENT_CERTIFICATE_PATH and ARM_USE_OIDC, by one of which a service principal logs in",
      fix: "pulumi config set --secret azure-native:clientSecret",
    });
  }
  return problems;
}
