import type { KubernetesDescription } from "./settings";
import { isIP } from "node:net";
import type { Service } from "@pulumi/kubernetes/core/v1/service";
import * as pulumi from "@pulumi/pulumi";
import { registryName } from "../core/registry-name";

import { TlsMode } from "../model/tls";
import { resolved } from "../core/tokens";

/** The parts of a description that say by which names a registry on Kubernetes is reached. */
type Reached = Pick<KubernetesDescription, "endpoint" | "kubernetes">;

/** The Service's full name in the cluster's DNS, by which every pod reaches the registry. */
export function serviceHost({
  kubernetes: { service, namespace, clusterDomain },
}: Pick<KubernetesDescription, "kubernetes">): string {
  return `${service}.${namespace}.svc.${clusterDomain}`;
}

/** The DNS name of an Ingress or HTTPRoute; undefined for the other ways in. */
export function routeHost({ kubernetes: { expose } }: Pick<KubernetesDescription, "kubernetes">) {
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
 * own need not name that, the first DNS name that clients use. An Output counts as a DNS name.
 */
export function verifiedName(d: Reached & Pick<KubernetesDescription, "tls">): string {
  const name = clientHosts(d).find((host) => isIP(host) === 0);
  return d.tls.mode === TlsMode.Provided && name !== undefined ? name : serviceHost(d);
}

/** Whether clients trust the certificate only once they have its CA. */
export function hasOwnAuthority({ tls }: Pick<KubernetesDescription, "tls">): boolean {
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
export function speaksTls({ tls }: Pick<KubernetesDescription, "tls">): boolean {
  return tls.mode !== TlsMode.Off;
}

const httpsPort = 443;

/**
 * Names and addresses that a certificate made here covers: those that the description has, and those that the cluster gave.
 * @param others Services besides the registry's whose addresses it covers
 */
export function withGivenAddresses(
  hosts: string[],
  service: Service,
  others: Service[],
): pulumi.Output<string[]> {
  const clusterIps = [service, ...others].map(({ spec }) => spec.clusterIPs);
  return pulumi
    .all([pulumi.all(clusterIps), service.status])
    .apply(([addresses, status]) => [
      ...new Set([...hosts, ...balancerHosts(status), ...addresses.flatMap((ips) => ips ?? [])]),
    ]);
}

/** Every `host:port` by which a client may name the registry, the one that users reach it by first. */
export function reachableHosts(
  args: KubernetesDescription,
  service: Service,
): pulumi.Output<string[]> {
  const { endpoint, kubernetes } = args;
  const inCluster = hostAndPort(serviceHost(args), endpoint.port);
  const given = resolved(args, [endpoint.hosts, routeHost(args) ?? ""] as const, (known) => known);
  return pulumi
    .all([service.spec, service.status, given])
    .apply(([spec, status, [hosts, route]]) => {
      const outside = {
        ClusterIP: () => hosts.map((host) => hostAndPort(host, endpoint.port)),
        NodePort: () =>
          hosts.map((host) => hostAndPort(host, spec.ports?.[0]?.nodePort ?? endpoint.port)),
        LoadBalancer: () =>
          [...hosts, ...balancerHosts(status)].map((host) => hostAndPort(host, endpoint.port)),
        Ingress: () => [hostAndPort(route, httpsPort)],
        Gateway: () => [hostAndPort(route, httpsPort)],
      }[kubernetes.expose.kind]();
      return [...new Set([...outside, inCluster])];
    });
}

type Status = { loadBalancer?: { ingress?: { hostname?: string; ip?: string }[] } } | undefined;

/** What a cloud's load balancer is reached by, once it has one. */
function balancerHosts(status: Status): string[] {
  return (status?.loadBalancer?.ingress ?? []).flatMap(({ hostname, ip }) =>
    [hostname, ip].filter((host) => host !== undefined && host !== ""),
  ) as string[];
}
