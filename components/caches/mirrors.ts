import { stringify } from "yaml";
import { registryNameOf } from "../core/registry-name";
import { type Cache, upstreamOf } from "../model/caches";

/** A cache as its clients reach it. */
export interface ReachedCache {
  cache: Pick<Cache, "upstream">;
  /** Its URL: `https://host:port`, or with a path the URL below which manifests and blobs lie: `https://host/v2/prefix`. */
  endpoint: string;
  /** CA that signed its certificate, PEM; undefined where the system's own are enough. */
  ca?: string;
  /** Whether it asks for a user: Docker sends none to a mirror. Defaults to false. */
  asksForUser?: boolean;
}

/** Where the clients' settings are, as each of them documents it. */
const containerdDirectory = "/etc/containerd/certs.d";
const dockerDirectory = "/etc/docker";
const k3sDirectories = ["/etc/rancher/k3s", "/etc/rancher/rke2"];

const caFile = "ca.crt";

/**
 * The settings files by which clients pull through the caches, path to contents: containerd's hosts.toml for each registry
 * (containerd's docs/hosts.md), which it reads at every pull; Docker's daemon.json, which mirrors only docker.io and accepts
 * neither a path nor a user (moby's registry/config.go); and the registries.yaml of k3s and RKE2. Empty without caches.
 */
export function clientMirrors(caches: ReachedCache[]): Record<string, string> {
  if (caches.length === 0) return {};
  return {
    ...Object.assign({}, ...caches.map(containerdFiles)),
    ...dockerFiles(caches),
    ...Object.assign({}, ...k3sDirectories.map((directory) => k3sFiles(directory, caches))),
  } as Record<string, string>;
}

/** Every string of JSON is a basic string of TOML: TOML takes JSON's escapes, and JSON escapes what TOML forbids. */
const quoted = (text: string) => JSON.stringify(text);

/**
 * The hosts.toml of a registry (containerd's docs/hosts.md): the cache is asked first, and the registry itself where the cache
 * does not answer. Images are never pushed through it.
 * @param caFile name of the CA in the same directory
 */
export function mirrorToml({ ca, cache, endpoint }: ReachedCache, caFile: string): string {
  return [
    `server = ${quoted(upstreamOf(cache.upstream).url)}`,
    "",
    `[host.${quoted(endpoint)}]`,
    `  capabilities = ["pull", "resolve"]`,
    ...(ca === undefined ? [] : [`  ca = ${quoted(caFile)}`]),
    ...(hasPath(endpoint) ? ["  override_path = true"] : []),
    "",
  ].join("\n");
}

/** The files of a registry for containerd. */
function containerdFiles(reached: ReachedCache): Record<string, string> {
  const directory = `${containerdDirectory}/${upstreamOf(reached.cache.upstream).registry}`;
  return {
    [`${directory}/hosts.toml`]: mirrorToml(reached, caFile),
    ...(reached.ca !== undefined && { [`${directory}/${caFile}`]: reached.ca }),
  };
}

/** Docker's mirrors, and the CA of every cache, since Docker reaches those of other registries by their own addresses. */
function dockerFiles(caches: ReachedCache[]): Record<string, string> {
  const mirrors = caches.filter(
    ({ cache, endpoint, asksForUser = false }) =>
      upstreamOf(cache.upstream).registry === "docker.io" && !hasPath(endpoint) && !asksForUser,
  );
  const cas = caches.flatMap(({ endpoint, ca }) =>
    ca === undefined
      ? []
      : [[`${dockerDirectory}/certs.d/${registryNameOf(endpoint)}/${caFile}`, ca]],
  );
  return {
    ...(mirrors.length > 0 && {
      [`${dockerDirectory}/daemon.json`]: `${JSON.stringify({ "registry-mirrors": mirrors.map(({ endpoint }) => endpoint) }, null, 2)}\n`,
    }),
    ...(Object.fromEntries(cas) as Record<string, string>),
  };
}

/** The registries.yaml of k3s or RKE2, which generate containerd's files of it when they start. */
function k3sFiles(directory: string, caches: ReachedCache[]): Record<string, string> {
  const caPath = ({ endpoint }: ReachedCache) =>
    `${directory}/${registryNameOf(endpoint).replaceAll(/[[\]]/g, "").replaceAll(":", "-")}.crt`;
  const trusted = caches.filter(({ ca }) => ca !== undefined);
  const registries = {
    mirrors: Object.fromEntries(
      caches.map(({ cache, endpoint }) => [
        upstreamOf(cache.upstream).registry,
        { endpoint: [endpoint] },
      ]),
    ),
    ...(trusted.length > 0 && {
      configs: Object.fromEntries(
        trusted.map((reached) => [
          registryNameOf(reached.endpoint),
          { tls: { ca_file: caPath(reached) } },
        ]),
      ),
    }),
  };
  return {
    [`${directory}/registries.yaml`]: stringify(registries),
    ...Object.fromEntries(trusted.map((reached) => [caPath(reached), reached.ca ?? ""])),
  };
}

function hasPath(endpoint: string): boolean {
  return new URL(endpoint).pathname !== "/";
}
