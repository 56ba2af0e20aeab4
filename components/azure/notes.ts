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
import { isTokenHost, tokenCommands } from "./rules/builds";
import type { SkuChoice } from "./sku";
import { loginCommand } from "./tokens";

/** What notes tell of that is known once it stands. */
export interface Standing {
  /** Login server of the registry. */
  server: string;
  /** Client ids of the identities of clusters' service accounts, by `cluster/namespace/name`. */
  clientIds: Record<string, string>;
}

/** What a person should know about builds, identities and caches on this target, a sentence each. */
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
      (issuer) => `Entra ID fetches the keys of ${issuer} over the internet: it must answer there.`,
    ),
    ...Object.entries(clientIds).map(([path, clientId]) => {
      const [cluster, ...serviceAccount] = path.split("/");
      return `Service account ${serviceAccount.join("/")} of cluster ${cluster} takes the annotation azure.workload.identity/client-id: ${clientId}.`;
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
      // Docker leaves library/ out of the names of Docker's own images; a cache's name does not.
      const image = registry === "docker.io" ? "library/alpine" : "IMAGE";
      return `${registry}/${image} is ${server}/${name}/${image} here.`;
    }),
    access.public
      ? undefined
      : "There are no settings for mirrors: clients send a mirror no login, and the registry asks for one without wharf:access.public.",
    caches.some(({ credentials }) => credentials !== undefined)
      ? `Key Vault ${names.cacheVault} keeps the caches' logins. To take one away while the vault stays, whoever runs Pulumi needs the role Key Vault Secrets Officer there. The vault's name stays taken for 7 days after the stack is gone, or until az keyvault purge --name ${names.cacheVault}.`
      : undefined,
  ].filter((note) => note !== undefined);
}

function buildNotes({ azure, builds }: AzureDescription): string[] {
  if (builds.length === 0) return [];
  const { tokens } = azure.builds;
  const one = builds[0]?.name ?? "";
  return [
    azure.roleAssignmentMode === RoleAssignmentMode.Legacy
      ? `Builds may push to every repository, since roles of the mode ${RoleAssignmentMode.Legacy} hold for the whole registry; in the mode ${RoleAssignmentMode.Abac} each has its own.`
      : `A build may pull from its own repositories alone: for a base image of this registry, name its identity in that repository's pull list, as az acr task show --name build-${one} --query identity.principalId gives it.`,
    ...builds.map(({ name, source }) => {
      const { host = "" } = sourceOf(source) ?? {};
      return isTokenHost(host) && tokens[host] === undefined
        ? `No commit starts build ${name} without a token for ${host}: ${tokenCommands(host)}`
        : undefined;
    }),
    ...builds
      .filter(({ tags }) => tags.every((tag) => /^(\{(commit|shortCommit)\})+$/.test(tag)))
      .filter(({ tags }) => tags.some((tag) => wordsIn(tag).length > 0))
      .map(
        ({ name }) =>
          `Build ${name} cannot be started by hand: its tags are the commit, which ACR tells of those builds alone that a commit started.`,
      ),
  ].filter((note) => note !== undefined);
}

/** Days before a token's last one from which on it is spoken of. */
const noticeDays = 30;

function tokenNotes({ azure }: AzureDescription, today: string): string[] {
  const end = new Date(today);
  end.setUTCDate(end.getUTCDate() + noticeDays);
  const soon = end.toISOString().slice(0, 10);
  return Object.entries(azure.builds.tokens).flatMap(([host, token]) =>
    token !== undefined && token.expires <= soon && isTokenHost(host)
      ? [
          `The token for ${host} ends on ${token.expires}, and with it builds by commits: ${tokenCommands(host)}`,
        ]
      : [],
  );
}

/** What a person should know about a registry on this target, a sentence each. */
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
    azure.roleAssignmentMode === RoleAssignmentMode.Abac
      ? "The registry honours the roles Container Registry Repository Reader, Writer and Contributor; AcrPull, AcrPush and AcrDelete have no effect on it. The mode is set by a template, the deployment wharf-…-registry-settings of the resource group: the API version of the provider's own resource does not know it."
      : undefined,
    ...users.map(
      (user) =>
        `${user.name} logs in after: ${loginCommand(user, names.registry, loginServer)}${user.expires === undefined ? "" : ` (until ${user.expires})`}`,
    ),
    users.length > 0
      ? "Each of those commands makes a new password of the token and ends the one before: Azure makes the passwords itself, and the provider cannot ask for them."
      : undefined,
    ...retention.differences,
    azure.softDeleteDays === undefined
      ? undefined
      : `Deleted images can be brought back for ${azure.softDeleteDays} days, and are billed until then.`,
    azure.publicAccess || azure.privateEndpoints.length > 0
      ? undefined
      : "The registry has no public address and no private endpoint of this stack: only endpoints that others make reach it.",
    isLimited(args) && (retention.purgeTask !== undefined || builds.length > 0)
      ? "Tasks of the registry pass its network rules, or those that purge and build could not."
      : undefined,
    azure.webhooks.length > 0 && azure.replicas.length > 0
      ? "Webhooks tell of what happens in the registry's own location: pushes that a replica takes have none."
      : undefined,
    encryption.key === createKey
      ? `Key Vault ${names.keyVault} cannot be purged: its name stays taken after the stack is gone.`
      : undefined,
    azure.defender
      ? "Microsoft Defender for Containers is on for the whole subscription, is billed by it, and stays on when the stack goes."
      : repositories.some(({ scan }) => scan.onPush)
        ? "This stack has no images scanned: wharf:azure.defender switches Microsoft Defender on, for the whole subscription."
        : undefined,
    repositories.some(({ immutableTags }) => immutableTags.enabled)
      ? "ACR has no immutable tags: az acr repository update --write-enabled false locks a tag that was pushed."
      : undefined,
    {
      force: "The images go when the stack goes.",
      retain: `Registry ${names.registry} stays when the stack goes; pulumi import takes it back.`,
      protect: `Registry ${names.registry} is protected and locked against deletion, and with it its roles, tokens and webhooks: an up that takes one of them away needs wharf:deletion retain, which lifts the lock first; set it back to protect after that.`,
    }[deletion],
  ].filter((note) => note !== undefined);
}

/** Which SKU it is, and each reason for it. */
function skuNotes({ sku, smallest, reasons }: SkuChoice): string[] {
  if (sku !== smallest) {
    return [
      `SKU ${sku}, as wharf:azure.sku says; ${smallest} has all that the description asks for.`,
    ];
  }
  if (reasons.length === 0) return [`SKU ${sku}: nothing in the description asks for more.`];
  return reasons.map((reason) => `SKU ${sku}: ${reason}.`);
}
