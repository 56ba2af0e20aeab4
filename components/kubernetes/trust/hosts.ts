import type { KubernetesDescription } from "../settings";
import { TlsMode } from "../../model/tls";

import { hostAndPort, routeHost, serviceHost, speaksTls } from "../hosts";

/** Whether the nodes are told to trust the registry: as set, or where the stack holds a CA that they do not know. */
export function trustsNodes({
  kubernetes,
  tls,
}: Pick<KubernetesDescription, "kubernetes" | "tls">): boolean {
  const hasCa =
    tls.mode === TlsMode.SelfSigned ||
    (tls.mode === TlsMode.Provided && tls.caCertificate !== undefined);
  return kubernetes.trust.enabled ?? hasCa;
}

/** Namespace of the DaemonSet that tells them. */
export function trustNamespace({ kubernetes }: Pick<KubernetesDescription, "kubernetes">): string {
  return kubernetes.trust.namespace ?? `${kubernetes.namespace}-trust`;
}

/** Name of the CA in the directory of a host. */
export const caFile = "wharf.crt";

/** A name of the registry in image names, and how containerd reaches it. */
export interface TrustedHost {
  /** `host:port`, the name of the directory as well. */
  host: string;
  /** Contents of its hosts.toml. */
  toml: string;
}

/** What the names of a running registry depend on beside the description. */
interface Found {
  /** Every `host:port` by which clients name it. */
  hosts: string[];
  /** Addresses of its Service. */
  clusterIps: string[];
  /** Whether its certificate covers these. */
  coversClusterIps: boolean;
  /** Whether there is a CA to trust beside those of the system. */
  hasCa: boolean;
}

/**
 * The names of the registry that nodes are told about, each with its hosts.toml (containerd's docs/hosts.md). A node seldom asks
 * the cluster's DNS, so that the names of the Service are reached by its address. The Service's name without its namespace is left
 * out, since a node has none that would complete it.
 */
export function trustedHosts(args: KubernetesDescription, found: Found): TrustedHost[] {
  const { endpoint, kubernetes } = args;
  const { namespace, service } = kubernetes;
  const scheme = speaksTls(args) ? "https" : "http";
  const ofService = [serviceHost(args), `${service}.${namespace}.svc`, `${service}.${namespace}`];
  const inCluster = ofService.map((name) => hostAndPort(name, endpoint.port));
  const addresses = found.clusterIps.map((address) => hostAndPort(address, endpoint.port));
  const byAddress = found.coversClusterIps ? addresses : [];
  const foreign = foreignHost(args);
  const outside = found.hosts.filter((host) => host !== foreign && !inCluster.includes(host));
  const toml = (host: string, by: string[]) => ({
    host,
    toml: hostsToml(
      `${scheme}://${host}`,
      by.map((address) => `${scheme}://${address}`),
      found.hasCa,
    ),
  });
  return [
    ...inCluster.map((host) => toml(host, byAddress)),
    ...[...new Set([...outside, ...byAddress])].map((host) => toml(host, [])),
  ];
}

/** The host at which clients see another certificate than the registry's: a Gateway's, or one that an Ingress is given. */
function foreignHost(args: KubernetesDescription): string | undefined {
  const { expose } = args.kubernetes;
  const host = routeHost(args);
  const shown = expose.kind === "Ingress" && expose.tlsSecret === undefined;
  return shown ? undefined : host;
}

/**
 * A hosts.toml: the addresses are asked first, in their order, then the server by its name. Without addresses the server is a
 * host of its own as well, since containerd 1.6 reads no file without a table of hosts ("invalid `host` tree").
 */
function hostsToml(server: string, addresses: string[], hasCa: boolean): string {
  const settings = [
    `capabilities = ["pull", "resolve", "push"]`,
    ...(hasCa ? [`ca = ${JSON.stringify(caFile)}`] : []),
  ];
  const asked = addresses.length === 0 ? [server] : addresses;
  return [
    `server = ${JSON.stringify(server)}`,
    ...settings,
    ...asked.flatMap((url) => ["", `[host.${JSON.stringify(url)}]`, ...settings]),
    "",
  ].join("\n");
}
