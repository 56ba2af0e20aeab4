import { isIP } from "node:net";
import type { Parsed } from "../description/schema";
import { TlsMode } from "../description/tls";
import { registryName } from "../registry-name";

/** The parts of a description that say by which names a registry on Kubernetes is reached. */
type Reached = Pick<Parsed, "endpoint" | "kubernetes">;

/** The Service's full name in the cluster's DNS, by which every pod reaches the registry. */
export function serviceHost({
  kubernetes: { service, namespace, clusterDomain },
}: Pick<Parsed, "kubernetes">): string {
  return `${service}.${namespace}.svc.${clusterDomain}`;
}

/** The DNS name of an Ingress or HTTPRoute; undefined for the other ways in. */
export function routeHost({ kubernetes: { expose } }: Pick<Parsed, "kubernetes">) {
  return expose.kind === "Ingress" || expose.kind === "Gateway" ? expose.host : undefined;
}

/** The names and addresses that clients outside the cluster use, so far as the description has them. */
export function clientHosts(d: Reached): string[] {
  const route = routeHost(d);
  return [...new Set([...(route === undefined ? [] : [route]), ...d.endpoint.hosts])];
}

/** Every name and address that a certificate of the registry's own covers, the one that clients use most first. */
export function certifiedHosts(d: Reached): string[] {
  const { expose, namespace, service } = d.kubernetes;
  const fixed = "clusterIp" in expose ? expose.clusterIp : undefined;
  return [
    ...new Set([
      ...clientHosts(d),
      serviceHost(d),
      `${service}.${namespace}.svc`,
      `${service}.${namespace}`,
      service,
      ...(fixed === undefined ? [] : [fixed]),
      // A person's way in from anywhere: kubectl port-forward.
      "localhost",
      "127.0.0.1",
      "::1",
    ]),
  ];
}

/**
 * The name by which programs of the cluster verify the registry's certificate: the Service's, or, where a certificate of the user's
 * own need not name that, the first DNS name that clients use.
 */
export function verifiedName(d: Reached & Pick<Parsed, "tls">): string {
  const name = clientHosts(d).find((host) => isIP(host) === 0);
  return d.tls.mode === TlsMode.Provided && name !== undefined ? name : serviceHost(d);
}

/** Whether clients trust the certificate only once they have its CA. */
export function hasOwnAuthority({ tls }: Pick<Parsed, "tls">): boolean {
  return tls.mode !== TlsMode.Provided || (tls.caCertificate ?? tls.secretName) !== undefined;
}

/**
 * `host:port` as an image name starts with it; HTTPS's own port is left out.
 * @param tls whether TLS is spoken there. Defaults to true
 */
export function hostAndPort(host: string, port: number, tls = true): string {
  return registryName(host, port, tls);
}

/** Whether the registry's own port speaks TLS. */
export function speaksTls({ tls }: Pick<Parsed, "tls">): boolean {
  return tls.mode !== TlsMode.Off;
}
