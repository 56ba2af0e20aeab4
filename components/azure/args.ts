import type * as pulumi from "@pulumi/pulumi";
import type { RoleAssignmentMode } from "../access/acr";
import type { Role } from "../model/access";
import type { BuildArgs } from "../args/delivery";
import type { CloudRegistryArgs } from "../args/registry";
import type { CloudRepositoryArgs, GroupedRetentionArgs, ScanArgs } from "../args/repositories";
import type { AgentPoolTier, Sku } from "./choices";

/**
 * Args of a registry on Azure: a container registry (ACR).
 *
 * @example
 * ```typescript
 * const registry = new AzureRegistry("registry", {
 *   environment: "prod",
 *   repositories: [{ name: "shop/api" }],
 *   access: { pull: [pulumi.interpolate`servicePrincipal:${identity.principalId}`] },
 *   azure: { sku: "Premium", privateEndpoints: [{ subnet: subnet.id }] },
 * });
 * export const endpoint = registry.endpoint;
 * ```
 */
export interface AzureRegistryArgs extends CloudRegistryArgs {
  /**
   * Id of the subscription. Defaults to that of the provider given in the options, else to that of the stack,
   * `azure-native:subscriptionId`.
   */
  subscriptionId?: string;
  /** Repositories that people push to; they exist from the first push. Defaults to one, `app`. */
  repositories?: AzureRepositoryArgs[];
  /** How long images are kept. Defaults by environment. */
  retention?: GroupedRetentionArgs;
  /**
   * Scans for vulnerabilities, for all repositories. Microsoft Defender does them, for the whole subscription: a scan on push needs
   * `azure.defender`. Defaults to none.
   */
  scan?: ScanArgs;
  /** Images that ACR Tasks build from source code and push here. Defaults to none. */
  builds?: AzureBuildArgs[];
  /** Users who may log in by name and password: tokens of the registry, each with a scope map. Defaults to none. */
  users?: AzureUserArgs[];
  /** From where the registry may be reached. Defaults to every address. */
  endpoint?: AzureEndpointArgs;
  /** Settings of Azure. */
  azure?: AzureArgs;
}

/** A repository of ACR. */
export interface AzureRepositoryArgs extends CloudRepositoryArgs {
  /** Scans of this repository's images for vulnerabilities; they need `azure.defender`. Defaults to the registry's `scan`. */
  scan?: ScanArgs;
  /** How long images of this repository are kept; each key that is set here replaces that of the registry's `retention`. */
  retention?: GroupedRetentionArgs;
}

/** A user of an ACR registry: a token with a scope map. ACR generates its password. */
export interface AzureUserArgs {
  /** Name to log in with. */
  name: string;
  /** What the user may do: `pull`, `push` (and pull), `delete` (only that) or `admin` (all of it). Defaults to push. */
  role?: Role;
  /** Repositories that the role is for, by name. Defaults to all. */
  repositories?: string[];
  /** Day from which on the password is refused, as 2027-01-31. Defaults to never. */
  expires?: string;
}

/** From where the registry may be reached. */
export interface AzureEndpointArgs {
  /** Ranges of addresses, as `198.51.100.0/24`, that may reach the registry, on Premium. Defaults to no limit. */
  allowFrom?: string[];
}

/** An image that ACR Tasks build from source code. */
export interface AzureBuildArgs extends BuildArgs {
  /** Whether a new base image starts a build. Defaults to false. */
  onBaseImage?: boolean;
}

/** Settings of Azure. */
export interface AzureArgs {
  /**
   * Name of the registry, 5 to 50 letters and digits, unique in all of Azure. Defaults to `wharf<stack>` and six digits that
   * its subscription and resource group determine.
   */
  registryName?: string;
  /** Resource group of everything that is created. */
  resourceGroup?: ResourceGroupArgs;
  /** SKU of the registry. Defaults to the smallest that supports what is needed; one that is too small is refused. */
  sku?: Sku;
  /**
   * Which roles count: with `AbacRepositoryPermissions` Container Registry Repository Reader, Writer and Contributor, each for
   * the repositories of its condition; with `LegacyRegistryPermissions` AcrPull, AcrPush and AcrDelete, for the whole registry.
   * Defaults to AbacRepositoryPermissions.
   */
  roleAssignmentMode?: RoleAssignmentMode;
  /** Days for which deleted images can be restored, 1 to 90 (preview). Defaults to none. */
  softDeleteDays?: number;
  /** Whether the registry is reachable at its public address; with false only through private endpoints. Defaults to true. */
  publicAccess?: boolean;
  /** Whether Azure services that ACR trusts, for example Defender, may bypass the network rules. Defaults to true. */
  trustedServices?: boolean;
  /** Private endpoints of the registry, on Premium. Defaults to none. */
  privateEndpoints?: PrivateEndpointArgs[];
  /**
   * Whether layers come from `<registry>.<location>.data.azurecr.io` instead of any storage account, so that a firewall can
   * name it; on Premium. Defaults to false.
   */
  dataEndpoints?: boolean;
  /**
   * Whether images may be copied out by import and export pipelines; false needs `publicAccess` false, on Premium. Defaults to
   * true.
   */
  exportImages?: boolean;
  /**
   * Whether the registry accepts tokens of Entra ID for Azure Resource Manager beside those for ACR; false refuses a token that
   * was issued for managing resources. The pipeline files of `workflows` ask for one of ACR; `az` from 2.40.0 does so by itself.
   * Defaults to true.
   */
  armTokens?: boolean;
  /**
   * Whether zone redundancy is set on the registry, which is only possible when it is created. Azure spreads every registry over
   * zones where the location has them, whatever is set. Defaults to false.
   */
  zoneRedundant?: boolean;
  /** Geo-replicas of the registry in other locations, on Premium. Defaults to none. */
  replicas?: ReplicaArgs[];
  /**
   * Existing Key Vault of the customer-managed key of `encryption.key`, by its resource id: the registry's identity is granted
   * the use of keys there. Required with the URL of a key.
   */
  keyVault?: pulumi.Input<string>;
  /** Settings of ACR Tasks, for `builds`. */
  builds?: AcrTasksArgs;
  /** Settings of ACR's cache rules, for `pullThroughCaches`. */
  pullThroughCaches?: AcrCachesArgs;
  /** Webhooks of the registry. Defaults to none. */
  webhooks?: WebhookArgs[];
  /** Where the registry's logs and metrics are sent. Defaults to nowhere. */
  diagnostics?: DiagnosticsArgs;
  /**
   * Whether Microsoft Defender for Containers is enabled, which scans the images of every registry in the subscription and is
   * billed by it; parts of the plan that the subscription has already stay as they are. Defaults to false.
   */
  defender?: boolean;
}

/** The resource group of a registry. */
export interface ResourceGroupArgs {
  /** Name of the resource group. Defaults to `rg-` and the name prefix. */
  name?: string;
  /**
   * Whether the resource group is created; false uses an existing one, which is not deleted with the stack. Defaults to true.
   */
  create?: boolean;
}

/** A private endpoint of a registry. */
export interface PrivateEndpointArgs {
  /** Subnet that the endpoint takes its addresses from, by its resource id. */
  subnet: pulumi.Input<string>;
  /**
   * Existing private DNS zone that answers for the registry, by its resource id. Defaults to one that is created and linked to
   * the subnet's network. Required where there are several endpoints and this one's subnet is an Output: a network is linked to a
   * zone once.
   */
  dnsZone?: pulumi.Input<string>;
}

/** A geo-replica of a registry. */
export interface ReplicaArgs {
  /** Location of the geo-replica, for example `northeurope`. */
  location: string;
  /** Whether zone redundancy is set on the geo-replica. Defaults to false. */
  zoneRedundant?: boolean;
  /** Whether clients near it are sent there; false keeps a copy that no client is sent to. Defaults to true. */
  acceptsRequests?: boolean;
}

/** A webhook of a registry. */
export interface WebhookArgs {
  /** Name of the webhook, 5 to 50 letters and digits, unique within the registry. */
  name: string;
  /** URL that events are posted to, over https. */
  url: string;
  /** Events that are posted: `push`, `delete`, `chart_push`, `chart_delete`. Defaults to push and delete. */
  events?: string[];
  /**
   * Repository, or `repository:tag`, whose events are posted: those of all its tags, or of one. Defaults to all repositories.
   */
  scope?: string;
  /** Headers of each request, such as Authorization, secrets. Defaults to none. */
  headers?: { [key: string]: pulumi.Input<string> };
}

/** Where a registry's logs and metrics are sent. */
export interface DiagnosticsArgs {
  /** Log Analytics workspace that logs and metrics are sent to, by its resource id. Defaults to none. */
  workspace?: pulumi.Input<string>;
  /** Storage account that logs and metrics are archived in, by its resource id. Defaults to none. */
  storageAccount?: pulumi.Input<string>;
}

/** Settings of ACR's cache rules. */
export interface AcrCachesArgs {
  /**
   * Registries of ACR that caches are of, by the cache's name, each by its resource id: a managed identity is created for the
   * cache and granted the role Container Registry Repository Reader there, so that the registry must be in the mode
   * `AbacRepositoryPermissions`. Required for a cache of another ACR.
   */
  registries?: Record<string, pulumi.Input<string>>;
  /**
   * Key Vault of the secrets that `credentials.passwordSecret` names, by its resource id: each cache's identity is granted the
   * reading of its own secret there, so that the vault must use role-based access. Required with `passwordSecret`.
   */
  keyVault?: pulumi.Input<string>;
}

/** Settings of ACR Tasks. */
export interface AcrTasksArgs {
  /**
   * Tokens by the host of the source code, `github.com` or `dev.azure.com`. Without one, a build of github.com is of public
   * code and is started by its schedule, a new base image or by hand, and builds of dev.azure.com are refused. Defaults to
   * none.
   */
  tokens?: { [key: string]: SourceTokenArgs };
  /**
   * Task file in the source code by a build's name, instead of the steps that are generated from its tags, platforms, arguments,
   * Dockerfile and cache. Defaults to none.
   */
  taskFiles?: { [key: string]: string };
  /** Agent pool that the builds run on, on Premium (preview). Defaults to Azure's own machines. */
  agentPool?: AgentPoolArgs;
}

/** A personal access token, by which ACR creates the webhook that starts a build and reads private code. */
export interface SourceTokenArgs {
  /** The token, a secret. On GitHub it needs the scopes repo and admin:repo_hook, on Azure Repos Code (read and status). */
  token: pulumi.Input<string>;
  /** Day on which the token expires, as 2027-01-31: every such token has one. */
  expires: string;
}

/** An agent pool of ACR Tasks. */
export interface AgentPoolArgs {
  /** Name of the agent pool: 3 to 20 letters, digits and -. */
  name: string;
  /**
   * Size of its machines: S1, S2 and S3 have 2, 4 and 8 processors, I6 has 64 of a dedicated machine; with it the pool is
   * created. Defaults to an existing pool of that name.
   */
  tier?: AgentPoolTier;
  /** Machines of a pool that is created, billed by the hour, 0 to 100. Defaults to 1. */
  count?: number;
  /**
   * Subnet of a pool that is created, by its resource id, so that builds reach private addresses. Defaults to Azure's own
   * network.
   */
  subnet?: pulumi.Input<string>;
}
