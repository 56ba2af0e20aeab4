import { AzureCloud } from "../locations";

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
