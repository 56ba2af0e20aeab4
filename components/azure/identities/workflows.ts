import * as pulumi from "@pulumi/pulumi";
import { pinnedActions } from "../../builds/pinned";
import { workflowFile, type PlatformLogin } from "../../identities/workflow";
import { entra } from "./federated-identity";
import type { PipelineIdentity } from "./pipelines";
import type { AzureCloud } from "../locations";

/** What a pipeline needs to log in. */
export interface LoginAt {
  cloud: AzureCloud;
  /** Login server of the registry. */
  server: string;
  clientId: string;
  tenantId: string;
}

/** The pipeline file of each identity by its name. */
export function pipelineFiles(
  identities: PipelineIdentity[],
  cloud: AzureCloud,
  server: pulumi.Output<string>,
  addresses: pulumi.Output<Record<string, string>>,
): pulumi.Output<Record<string, string>> {
  const ids = identities.map(({ identity: { clientId, tenantId } }) =>
    pulumi.all({ clientId, tenantId }),
  );
  return pulumi.all([pulumi.all(ids), server, addresses]).apply(([known, at, images]) =>
    Object.fromEntries(
      identities.map(({ settings }, index) => {
        const { clientId = "", tenantId = "" } = known[index] ?? {};
        const login = platformLogin({ cloud, server: at, clientId, tenantId });
        return [settings.name, workflowFile(settings, login, images)];
      }),
    ),
  );
}

/**
 * Resource of a token that only ACR accepts, in every cloud ("Disable authentication as ARM"). A registry accepts Azure Resource
 * Manager's too unless `wharf:azure.armTokens` is false, but one of those may do more than push and pull.
 */
const acrResource = "https://containerregistry.azure.net";

/** User name of who logs in to a registry by a token of Entra ID ("Authenticate with an Azure container registry"). */
const tokenUser = "00000000-0000-0000-0000-000000000000";

/**
 * How a pipeline exchanges its token for Entra ID's and that for the registry's, with which it logs Docker in (AAD-OAuth.md of
 * Azure/acr). `az acr login` and azure/login's `subscription-id` look up the registry and its subscription in Azure Resource
 * Manager, which the identity may not read: its roles are only for images. Tokens pass from one process to the next by pipes, since
 * everybody on a machine may read a process's arguments.
 */
export function platformLogin({ cloud, server, clientId, tenantId }: LoginAt): PlatformLogin {
  const { host, audience, environment } = entra[cloud];
  const logIn = [
    `curl --silent --show-error --fail --data grant_type=access_token --data service=${server} --data-urlencode access_token@- https://${server}/oauth2/exchange`,
    "jq --raw-output --join-output .refresh_token",
    `docker login ${server} --username ${tokenUser} --password-stdin`,
  ].join(" | ");
  const trusted: Record<string, string> = cloud === "public" ? {} : { environment, audience };
  return {
    github: {
      steps: [
        {
          name: "Log in to Azure",
          uses: pinnedActions.azureLogin.uses,
          with: {
            "client-id": clientId,
            "tenant-id": tenantId,
            "allow-no-subscriptions": "true",
            ...trusted,
          },
        },
        {
          name: "Log in to the registry",
          run: `az account get-access-token --resource ${acrResource} --query accessToken --output tsv | tr -d '\\n' | ${logIn}`,
        },
      ],
    },
    gitlab: {
      audience,
      script: [
        "apk add --no-cache curl jq",
        // printenv does not show the token among its arguments.
        `printenv WHARF_ID_TOKEN | tr -d '\\n' | curl --silent --show-error --fail --data grant_type=client_credentials --data client_id=${clientId} --data scope=${acrResource}/.default --data client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer --data-urlencode client_assertion@- https://${host}/${tenantId}/oauth2/v2.0/token | jq --raw-output --join-output .access_token | ${logIn}`,
      ],
    },
  };
}
