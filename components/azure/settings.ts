import { Sku } from "./choices";
import type { SharedDescription } from "../model/description";
import { z } from "zod";
import { inputOf } from "../core/tokens";
import { RoleAssignmentMode } from "../access/acr";
import { azureBuildSettings } from "./acr-tasks/settings";
import { resourceId } from "./resource-id";

/** Schema of `wharf:azure.pullThroughCaches`: the settings of caches that only this target has. */
export const azureCacheSettings = z.strictObject({
  registries: z
    .record(
      z.string(),
      resourceId("a container registry", "Microsoft.ContainerRegistry", "registries"),
    )
    .default({})
    .meta({
      description:
        "Registries of ACR that caches are of, by the cache's name, each by its resource id: a managed identity is created for the cache and granted the role Container Registry Repository Reader there, so that the registry must be in the mode AbacRepositoryPermissions. Required for a cache of another ACR.",
    }),
  keyVault: resourceId("a Key Vault", "Microsoft.KeyVault", "vaults").optional().meta({
    description:
      "Key Vault of the secrets that credentials.passwordSecret of wharf:pullThroughCaches name, by its resource id: each cache's identity may read its own secret there, so that the vault must use role-based access. Required with passwordSecret.",
  }),
});

// Names and lengths of the REST API: WebhookCreateParameters and its siblings, pattern ^[a-zA-Z0-9]*$, 5 to 50.
const alphanumeric = /^[A-Za-z0-9]{5,50}$/;

const resourceGroup = z.strictObject({
  name: z
    .string()
    .regex(
      /^(?=.{1,90}$)[\p{L}\p{N}_().-]*[\p{L}\p{N}_()-]$/u,
      "is not the name of a resource group: 1 to 90 letters, digits and _ ( ) . -, no period at the end",
    )
    .optional()
    .meta({ description: "Name of the resource group. Defaults to `rg-wharf-<stack>`." }),
  create: z.boolean().default(true).meta({
    description:
      "Whether the resource group is created; false uses an existing one, which is not deleted with the stack. Defaults to true.",
  }),
});

const replica = z.strictObject({
  location: z
    .string()
    .min(1)
    .meta({ description: "Location of the geo-replica, for example `northeurope`." }),
  zoneRedundant: z.boolean().default(false).meta({
    description: "Whether zone redundancy is set on the geo-replica. Defaults to false.",
  }),
  acceptsRequests: z.boolean().default(true).meta({
    description:
      "Whether clients near it are sent there; false keeps a copy that no client is sent to. Defaults to true.",
  }),
});

const privateEndpoint = z.strictObject({
  subnet: inputOf(
    resourceId("a subnet", "Microsoft.Network", "virtualNetworks", "subnets").meta({
      description: "Subnet that the endpoint takes its addresses from, by its resource id.",
    }),
  ),
  dnsZone: resourceId("a private DNS zone", "Microsoft.Network", "privateDnsZones")
    .optional()
    .meta({
      description:
        "Existing private DNS zone that answers for the registry, by its resource id. Defaults to one that is created and linked to the subnet's network.",
    }),
});

const webhook = z.strictObject({
  name: z
    .string()
    .regex(alphanumeric, "is not the name of a webhook: 5 to 50 letters and digits")
    .meta({ description: "Name of the webhook, unique within the registry." }),
  url: z
    .url({ protocol: /^https$/, error: "is not an https:// URL" })
    .meta({ description: "URL that events are posted to, over https." }),
  events: z
    .array(z.enum(["push", "delete", "chart_push", "chart_delete"]))
    .min(1)
    .default(["push", "delete"])
    .meta({ description: "Events that are posted. Defaults to push and delete." }),
  scope: z.string().min(1).optional().meta({
    description:
      "Repository, or `repository:tag`, whose events are posted: those of all its tags, or of one. Defaults to all repositories.",
  }),
  headers: z
    .record(
      z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, "is not the name of a header"),
      inputOf(z.string().min(1).meta({ description: "Value of the header.", secret: true })),
    )
    .default({})
    .meta({ description: "Headers of each request, such as Authorization, as secrets." }),
});

const diagnostics = z.strictObject({
  workspace: resourceId("a Log Analytics workspace", "Microsoft.OperationalInsights", "workspaces")
    .optional()
    .meta({ description: "Log Analytics workspace that logs and metrics are sent to." }),
  storageAccount: resourceId("a storage account", "Microsoft.Storage", "storageAccounts")
    .optional()
    .meta({ description: "Storage account that logs and metrics are archived in." }),
});

/** Schema of `wharf:azure`: the settings that only this target has. */
export const azureSettings = z.strictObject({
  registryName: z
    .string()
    .regex(alphanumeric, "is not the name of a registry: 5 to 50 letters and digits")
    .optional()
    .meta({
      description:
        "Name of the registry, 5 to 50 letters and digits, unique in all of Azure. Defaults to `wharf<stack>` and six digits that its subscription and resource group determine.",
    }),
  resourceGroup: resourceGroup
    .prefault({})
    .meta({ description: "Resource group of all that the stack creates." }),
  sku: z.enum(Sku).optional().meta({
    description:
      "SKU of the registry. Defaults to the smallest that supports what the description needs; one that is too small is refused.",
  }),
  roleAssignmentMode: z.enum(RoleAssignmentMode).optional().meta({
    description:
      "Which roles count: with `AbacRepositoryPermissions` Container Registry Repository Reader, Writer and Contributor, each for the repositories of its condition; with `LegacyRegistryPermissions` AcrPull, AcrPush and AcrDelete, for the whole registry. Defaults to AbacRepositoryPermissions.",
  }),
  softDeleteDays: z.int().min(1).max(90).optional().meta({
    description:
      "Days for which deleted images can be restored, 1 to 90 (preview). Defaults to none.",
  }),
  publicAccess: z.boolean().default(true).meta({
    description:
      "Whether the registry is reachable at its public address; with false only through private endpoints. Defaults to true.",
  }),
  trustedServices: z.boolean().default(true).meta({
    description:
      "Whether Azure services that ACR trusts, for example Defender, may bypass the network rules. Defaults to true.",
  }),
  privateEndpoints: z.array(privateEndpoint).default([]).meta({
    description: "Private endpoints of the registry, on Premium. Defaults to none.",
  }),
  dataEndpoints: z.boolean().default(false).meta({
    description:
      "Whether layers come from `<registry>.<location>.data.azurecr.io` instead of any storage account, so that a firewall can name it; on Premium. Defaults to false.",
  }),
  exportImages: z.boolean().default(true).meta({
    description:
      "Whether images may be copied out by import and export pipelines; false needs publicAccess false, on Premium. Defaults to true.",
  }),
  armTokens: z.boolean().default(true).meta({
    description:
      "Whether the registry accepts tokens of Entra ID for Azure Resource Manager beside those for ACR; false refuses a token that was issued for managing resources. The pipeline files that Wharf writes ask for one of ACR; `az` from 2.40.0 does so by itself. Defaults to true.",
  }),
  zoneRedundant: z.boolean().default(false).meta({
    description:
      "Whether zone redundancy is set on the registry, which is only possible when it is created. Azure spreads every registry over zones where the location has them, whatever is set. Defaults to false.",
  }),
  replicas: z.array(replica).default([]).meta({
    description: "Geo-replicas of the registry in other locations, on Premium. Defaults to none.",
  }),
  keyVault: resourceId("a Key Vault", "Microsoft.KeyVault", "vaults").optional().meta({
    description:
      "Existing Key Vault of the customer-managed key that wharf:encryption.key names, by its resource id: the registry's identity is granted the use of keys there.",
  }),
  builds: azureBuildSettings
    .prefault({})
    .meta({ description: "Settings of ACR Tasks, for wharf:builds." }),
  pullThroughCaches: azureCacheSettings
    .prefault({})
    .meta({ description: "Settings of ACR's cache rules, for wharf:pullThroughCaches." }),
  webhooks: z
    .array(webhook)
    .default([])
    .meta({ description: "Webhooks of the registry. Defaults to none." }),
  diagnostics: diagnostics
    .prefault({})
    .meta({ description: "Where the registry's logs and metrics are sent. Defaults to nowhere." }),
  defender: z.boolean().default(false).meta({
    description:
      "Whether Microsoft Defender for Containers is enabled, which scans the images of every registry in the subscription and is billed by it; parts of the plan that the subscription has already stay as they are. Defaults to false.",
  }),
});

/** Checked settings of this target. */
export type AzureSettings = z.output<typeof azureSettings>;

/** A part of a plan of Microsoft Defender, as Azure accepts it. */
export interface PlanExtension {
  name: string;
  /** `True` or `False`. */
  isEnabled: string;
  additionalExtensionProperties?: Record<string, unknown>;
}

/** A checked description for this target. */
export interface AzureDescription extends SharedDescription {
  azure: AzureSettings;
  /** Id of the subscription, where a component's args name it. */
  subscriptionId?: string;
  /** Parts of Microsoft Defender's plan that the subscription has already; none where Azure was not asked. */
  planExtensions?: PlanExtension[];
  /** Days after which the stack's keys in the state rotate, first those of the key `registry`; none where the state is not known. */
  keyRotations?: number[];
}
