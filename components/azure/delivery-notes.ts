import { RoleAssignmentMode } from "../access/acr";
import { wordsIn } from "../builds/templates";
import { sourceOf } from "../builds/source";
import { upstreamOf } from "../caches/upstreams";
import { isGitHub, issuerUrl } from "../identities/subject";
import type { RegistryArgs } from "../registry";
import { isTokenHost, tokenCommands } from "./builds/rules";
import type { Names } from "./names";

/** What notes tell of that is known once it stands. */
export interface Standing {
  /** Login server of the registry. */
  server: string;
  /** Client ids of the identities of clusters' service accounts, by `cluster/namespace/name`. */
  clientIds: Record<string, string>;
}

/** What a person should know about builds, identities and caches on this target, a sentence each. */
export function deliveryNotes(
  args: RegistryArgs,
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

function identityNotes({ identities }: RegistryArgs, clientIds: Record<string, string>): string[] {
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

function cacheNotes({ access, caches }: RegistryArgs, names: Names, server: string): string[] {
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

function buildNotes({ azure, builds }: RegistryArgs): string[] {
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

function tokenNotes({ azure }: RegistryArgs, today: string): string[] {
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
