import { Sku } from "./choices";
import type { SharedDescription } from "../model/description";
import { z } from "zod";
import { inputOf } from "../core/tokens";
import { RoleAssignmentMode } from "../access/acr";
import { azureBuildSettings } from "./acr-tasks/settings";
import { resourceId } from "./resource-id";

/** Schema of `wharf:azure.pullThroughCaches`: what only this target asks of caches. */
export const azureCacheSettings = z.strictObject({
  keyVault: resourceId("a Key Vault", "Microsoft.KeyVault", "vaults").optional().meta({
    description:
      "Key Vault of the secrets that credentials.passwordSecret of wharf:pullThroughCaches name, by its identifier: each cache's identity is granted the reading of its own secret there, so that the vault must go by roles. Required with passwordSecret.",
  }),
});

// Names and lengths of the REST API: WebhookCreateParameters and its siblings, pattern ^[a-zA-Z0-9]*$, 5 to 50.
const alphanumeric = /^[A-Za-z0-9]{5,50}$/;

const resourceGroup = z.strictObject({
  name: z
    .string()
    .regex(
      /^(?=.{1,90}$)[\p{L}\p{N}_().-]*[\p{L}\p{N}_()-]$/u,
      "is no resource group's name: 1 to 90 letters, digits and _ ( ) . -, no period at the end",
    )
    .optional()
    .meta({ description: "Name of the resource group. Defaults to `rg-wharf-<stack>`." }),
  create: z.boolean().default(true).meta({
    description: "False takes one that is there, and leaves it there. Defaults to true.",
  }),
});

const replica = z.strictObject({
  location: z.string().min(1).meta({ description: "Location of the replica, as `northeurope`." }),
  zoneRedundant: z.boolean().default(false).meta({
    description: "Whether zone redundancy is stated for the replica. Defaults to false.",
  }),
  acceptsRequests: z.boolean().default(true).meta({
    description:
      "Whether clients near it are sent there; false keeps a copy that nobody is sent to. Defaults to true.",
  }),
});

const privateEndpoint = z.strictObject({
  subnet: inputOf(
    resourceId("a subnet", "Microsoft.Network", "virtualNetworks", "subnets").meta({
      description: "Subnet that the endpoint takes its addresses from, by its identifier.",
    }),
  ),
  dnsZone: resourceId("a private DNS zone", "Microsoft.Network", "privateDnsZones")
    .optional()
    .meta({
      description:
        "Private DNS zone that answers for the registry, by its identifier. Defaults to one of the stack's own, linked to the subnet's network.",
    }),
});

const webhook = z.strictObject({
  name: z
    .string()
    .regex(alphanumeric, "is no webhook's name: 5 to 50 letters and digits")
    .meta({ description: "Name of the webhook, unique within the registry." }),
  url: z
    .url({ protocol: /^https$/, error: "is no https:// URL" })
    .meta({ description: "Where events are posted, over https." }),
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
      z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, "is no name of a header"),
      inputOf(z.string().min(1).meta({ description: "Value of the header.", secret: true })),
    )
    .default({})
    .meta({ description: "Headers of each request, such as Authorization; each is a secret." }),
});

const diagnostics = z.strictObject({
  workspace: resourceId("a Log Analytics workspace", "Microsoft.OperationalInsights", "workspaces")
    .optional()
    .meta({ description: "Log Analytics workspace that logs and metrics go to." }),
  storageAccount: resourceId("a storage account", "Microsoft.Storage", "storageAccounts")
    .optional()
    .meta({ description: "Storage account that logs and metrics are archived in." }),
});

/** Schema of `wharf:azure`: what only this target reads. */
export const azureSettings = z.strictObject({
  registryName: z
    .string()
    .regex(alphanumeric, "is no registry's name: 5 to 50 letters and digits")
    .optional()
    .meta({
      description:
        "Name of the registry, 5 to 50 letters and digits, unique in all of Azure. Defaults to `wharf<stack>` and six digits of its subscription's and resource group's own.",
    }),
  resourceGroup: resourceGroup
    .prefault({})
    .meta({ description: "Resource group of all that the stack creates." }),
  sku: z.enum(Sku).optional().meta({
    description:
      "SKU of the registry. Defaults to the smallest that has what the description asks for; one that is too small is refused.",
  }),
  roleAssignmentMode: z.enum(RoleAssignmentMode).default(RoleAssignmentMode.Legacy).meta({
    description:
      "Which roles count: `LegacyRegistryPermissions` grants roles for the whole registry; `AbacRepositoryPermissions` honours other roles, each for the repositories of its condition. Defaults to LegacyRegistryPermissions.",
  }),
  softDeleteDays: z.int().min(1).max(90).optional().meta({
    description:
      "Days for which deleted images can be brought back, 1 to 90 (preview). Defaults to none.",
  }),
  publicAccess: z.boolean().default(true).meta({
    description:
      "Whether the registry answers on its public address; false leaves the private endpoints. Defaults to true.",
  }),
  trustedServices: z.boolean().default(true).meta({
    description:
      "Whether services of Azure that it trusts, Defender say, pass the network rules. Defaults to true.",
  }),
  privateEndpoints: z.array(privateEndpoint).default([]).meta({
    description: "Private endpoints of the registry, on Premium. Defaults to none.",
  }),
  dataEndpoints: z.boolean().default(false).meta({
    description:
      "Whether layers come from `<registry>.<location>.data.azurecr.io` in place of any storage account, so that a firewall can name it; on Premium. Defaults to false.",
  }),
  exportImages: z.boolean().default(true).meta({
    description:
      "Whether images may be copied out by import and export pipelines; false needs publicAccess false, on Premium. Defaults to true.",
  }),
  zoneRedundant: z.boolean().default(false).meta({
    description:
      "Whether zone redundancy is stated for the registry, which only a new one takes. Azure spreads every registry over zones where the location has some, whatever is stated. Defaults to false.",
  }),
  replicas: z.array(replica).default([]).meta({
    description:
      "Other locations that the registry is replicated to, on Premium. Defaults to none.",
  }),
  keyVault: resourceId("a Key Vault", "Microsoft.KeyVault", "vaults").optional().meta({
    description:
      "Key Vault of the key that wharf:encryption.key names, by its identifier: the registry's identity is granted the use of keys there.",
  }),
  builds: azureBuildSettings
    .prefault({})
    .meta({ description: "What only ACR Tasks ask of wharf:builds." }),
  pullThroughCaches: azureCacheSettings
    .prefault({})
    .meta({ description: "What only ACR's cache rules ask of wharf:pullThroughCaches." }),
  webhooks: z
    .array(webhook)
    .default([])
    .meta({ description: "Webhooks of the registry. Defaults to none." }),
  diagnostics: diagnostics
    .prefault({})
    .meta({ description: "Where the registry's logs and metrics go. Defaults to nowhere." }),
  defender: z.boolean().default(false).meta({
    description:
      "Whether Microsoft Defender for Containers is switched on, which scans the images of every registry in the subscription and is billed by it. Defaults to false.",
  }),
});

/** Checked settings of this target. */
export type AzureSettings = z.output<typeof azureSettings>;

/** A checked description as this target reads it. */
export interface AzureDescription extends SharedDescription {
  azure: AzureSettings;
  /** Id of the subscription, where a component's args name it. */
  subscriptionId?: string;
}
