import * as pulumi from "@pulumi/pulumi";
import type { Service } from "@pulumi/kubernetes/core/v1/service";
import type { RegistryArgs } from "../registry";
import { hostAndPort, routeHost, serviceHost } from "./hosts";

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
export function reachableHosts(args: RegistryArgs, service: Service): pulumi.Output<string[]> {
  const { endpoint, kubernetes } = args;
  const inCluster = hostAndPort(serviceHost(args), endpoint.port);
  return pulumi.all([service.spec, service.status]).apply(([spec, status]) => {
    const outside = {
      ClusterIP: () => endpoint.hosts.map((host) => hostAndPort(host, endpoint.port)),
      NodePort: () =>
        endpoint.hosts.map((host) => hostAndPort(host, spec.ports?.[0]?.nodePort ?? endpoint.port)),
      LoadBalancer: () =>
        [...endpoint.hosts, ...balancerHosts(status)].map((host) =>
          hostAndPort(host, endpoint.port),
        ),
      Ingress: () => [hostAndPort(routeHost(args) ?? "", httpsPort)],
      Gateway: () => [hostAndPort(routeHost(args) ?? "", httpsPort)],
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
