import { roleModeOf } from "./choices";
import type { AzureDescription } from "./settings";
import { RoleAssignmentMode } from "../access/acr";
import { wordsIn } from "../builds/tags";
import { estimateBy } from "../cost/estimate";
import { azureCosts } from "./cost";
import { isGitHub, issuerUrl } from "../identities/subject";
import { sourceOf } from "../model/build-sources";
import { upstreamOf } from "../model/caches";

import type { AcrRetention } from "../retention/acr";
import { createKey } from "./key-vault";
import type { Names } from "./names";
import { isLimited } from "./network";
import { acrHost } from "./rules/caches";
import { isTokenHost, tokenCommands } from "./rules/builds";
import type { SkuChoice } from "./sku";
import { loginCommand } from "./tokens";

/** What notes name that is known only after the deployment. */
export interface Standing {
  /** Login server of the registry. */
  server: string;
  /** Client ids of the identities of clusters' service accounts, by `cluster/namespace/name`. */
  clientIds: Record<string, string>;
}

/** What users should know about builds, identities and caches on this target, one sentence each. */
export function deliveryNotes(
  args: AzureDescription,
  names: Names,
  { server, clientIds }: Standing,
  today: string,
): string[] {
  return [
    ...identityNotes(args, clientIds),
    ...cacheNotes(args, names, server),
    ...buildNotes(args),
    ...tokenNotes(args, today),
  ];
}

function identityNotes(
  { identities }: AzureDescription,
  clientIds: Record<string, string>,
): string[] {
  const own = identities.filter(
    (identity) => !isGitHub(identity) && issuerUrl(identity) !== "https://gitlab.com",
  );
  return [
    ...[...new Set(own.map(issuerUrl))].map(
      (issuer) =>
        `Entra ID fetches the keys of ${issuer} over the internet: it must be reachable there.`,
    ),
    ...Object.entries(clientIds).map(([path, clientId]) => {
      const [cluster, ...serviceAccount] = path.split("/");
      return `Annotate service account ${serviceAccount.join("/")} of cluster ${cluster} with azure.workload.identity/client-id: ${clientId}.`;
    }),
  ];
}

function cacheNotes(
  { access, pullThroughCaches: caches }: AzureDescription,
  names: Names,
  server: string,
): string[] {
  if (caches.length === 0) return [];
  return [
    ...caches.map(({ name, upstream }) => {
      const { registry } = upstreamOf(upstream);
      // Docker leaves library/ out of the names of official images; a cache needs it.
      const image = registry === "docker.io" ? "library/alpine" : "IMAGE";
      return `${registry}/${image} is ${server}/${name}/${image} here.`;
    }),
    ...caches
      .filter((cache) => acrHost(cache) !== undefined)
      .map(
        (cache) =>
          `Cache ${cache.name} pulls by a managed identity with the role Container Registry Repository Reader on ${acrHost(cache)}, which counts where that registry's roleAssignmentMode is ${RoleAssignmentMode.Abac}.`,
      ),
    access.public
      ? undefined
      : "The caches cannot be mirrors: clients send no login to a mirror, and the registry requires one without wharf:access.public.",
    caches.some(({ credentials }) => credentials !== undefined)
      ? `Key Vault ${names.cacheVault} holds the caches' logins. To delete one while the vault stays, whoever runs Pulumi needs the role Key Vault Secrets Officer there. The vault's name stays taken for 7 days after the stack is removed, or until az keyvault purge --name ${names.cacheVault}.`
      : undefined,
  ].filter((note) => note !== undefined);
}

function buildNotes({ azure, builds }: AzureDescription): string[] {
  if (builds.length === 0) return [];
  const { tokens } = azure.builds;
  const one = builds[0]?.name ?? "";
  return [
    roleModeOf(azure) === RoleAssignmentMode.Legacy
      ? `Builds may push to every repository, since roles apply to the whole registry in the mode ${RoleAssignmentMode.Legacy}; in the mode ${RoleAssignmentMode.Abac} each build may push only to its own.`
      : `A build may pull only from its own repositories: for a base image of this registry, add its identity to that repository's pull list; az acr task show --name build-${one} --query identity.principalId prints it.`,
    ...builds.map(({ name, source }) => {
      const { host = "" } = sourceOf(source) ?? {};
      return isTokenHost(host) && tokens[host] === undefined
        ? `Commits do not start build ${name} without a token for ${host}: ${tokenCommands(host)}`
        : undefined;
    }),
    ...builds
      .filter(({ tags }) => tags.every((tag) => /^(\{(commit|shortCommit)\})+$/.test(tag)))
      .filter(({ tags }) => tags.some((tag) => wordsIn(tag).length > 0))
      .map(
        ({ name }) =>
          `Build ${name} cannot be started by hand: its tags are the commit, which ACR knows only of builds that a commit started.`,
      ),
  ].filter((note) => note !== undefined);
}

/** Days before a token expires from which on a note says so. */
const noticeDays = 30;

function tokenNotes({ azure }: AzureDescription, today: string): string[] {
  const end = new Date(today);
  end.setUTCDate(end.getUTCDate() + noticeDays);
  const soon = end.toISOString().slice(0, 10);
  return Object.entries(azure.builds.tokens).flatMap(([host, token]) =>
    token !== undefined && token.expires <= soon && isTokenHost(host)
      ? [
          `The token for ${host} expires on ${token.expires}; after that commits start no builds: ${tokenCommands(host)}`,
        ]
      : [],
  );
}

/** What users should know about a registry on this target, one sentence each. */
export function notesFor(
  args: AzureDescription,
  names: Names,
  choice: SkuChoice,
  retention: AcrRetention,
  loginServer: string,
): string[] {
  const { azure, builds, deletion, encryption, repositories, users } = args;
  return [
    ...skuNotes(choice),
    ...estimateBy(args, azureCosts).warnings,
    roleModeOf(azure) === RoleAssignmentMode.Abac
      ? "The roles Container Registry Repository Reader, Writer and Contributor count on this registry; AcrPull, AcrPush and AcrDelete have no effect. The mode is set by a template, the deployment wharf-…-registry-settings of the resource group: the API version of the provider's own resource does not have it."
      : undefined,
    ...users.map(
      (user) =>
        `${user.name} logs in after: ${loginCommand(user, names.registry, loginServer)}${user.expires === undefined ? "" : ` (until ${user.expires})`}`,
    ),
    users.length > 0
      ? "Each of those commands generates a new password for the token and revokes the previous one: Azure generates the passwords itself, and the provider cannot read them."
      : undefined,
    ...retention.differences,
    azure.softDeleteDays === undefined
      ? undefined
      : `Deleted images can be restored for ${azure.softDeleteDays} days, and are billed until then.`,
    azure.publicAccess || azure.privateEndpoints.length > 0
      ? undefined
      : "The registry has no public address and no private endpoint in this stack: it is reachable only through endpoints created elsewhere.",
    isLimited(args) && (retention.purgeTask !== undefined || builds.length > 0)
      ? "Tasks of the registry bypass its network rules; without that, purging and building would fail."
      : undefined,
    azure.armTokens
      ? undefined
      : "The registry accepts only tokens of Entra ID that were issued for ACR: az before 2.40.0, and whatever logs in by a token for Azure Resource Manager, is refused.",
    azure.webhooks.length > 0 && azure.replicas.length > 0
      ? "Webhooks report only events in the registry's own location: a push to a geo-replica sends none."
      : undefined,
    encryption.key === createKey
      ? `Key Vault ${names.keyVault} cannot be purged: its name stays taken after the stack is removed.`
      : undefined,
    azure.defender
      ? "Microsoft Defender for Containers is enabled for the whole subscription, scans the images of all its registries, whatever scan.onPush says, is billed to it, and stays enabled after the stack is removed."
      : repositories.some(({ scan }) => scan.onPush)
        ? "This stack does not have images scanned: wharf:azure.defender enables Microsoft Defender, for the whole subscription."
        : undefined,
    repositories.some(({ immutableTags }) => immutableTags.enabled)
      ? "ACR does not support immutable tags: a lock (az acr repository update --write-enabled false) comes after the push, and whoever may push may remove it."
      : undefined,
    {
      force: "Images are deleted with the stack.",
      retain: `Registry ${names.registry} is kept when the stack is removed; the next up takes it over.`,
      protect: `Registry ${names.registry} is protected and locked against deletion, and so are its roles, tokens and webhooks: an up that deletes one of them needs wharf:deletion retain, which removes the lock first; set it back to protect after that.`,
    }[deletion],
  ].filter((note) => note !== undefined);
}

/** The SKU, and each reason for it. */
function skuNotes({ sku, smallest, reasons }: SkuChoice): string[] {
  if (sku !== smallest) {
    return [
      `SKU ${sku}, as wharf:azure.sku says; ${smallest} would be enough for the description.`,
    ];
  }
  if (reasons.length === 0) return [`SKU ${sku}: nothing in the description needs more.`];
  return reasons.map((reason) => `SKU ${sku}: ${reason}.`);
}
