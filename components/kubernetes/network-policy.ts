import type * as pulumi from "@pulumi/pulumi";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import type { input } from "@pulumi/kubernetes/types";
import { registryPort } from "../distribution/config";
import { redisPort } from "../distribution/redis-conf";
import type { RegistryArgs } from "../registry";
import { metadata, selectorLabels, type Component } from "./labels";
import { routeHost } from "./hosts";
import { outboundOf } from "./outbound";

type Peer = input.networking.v1.NetworkPolicyPeer;

const dnsPort = 53;
/** Where the clouds' nodes hand out credentials: link-local addresses (RFC 3927), on port 80, and 988 on GKE. */
const metadataServers = "169.254.0.0/16";

/** What the network admits to and from the registry's pods, and to its Redis; none where the description wants none. */
export function createNetworkPolicies(
  name: string,
  args: RegistryArgs,
  opts: pulumi.CustomResourceOptions,
): NetworkPolicy[] {
  if (!args.kubernetes.networkPolicy.enabled) return [];
  const registry = { podSelector: { matchLabels: selectorLabels(args, "registry") } };
  const redis = { podSelector: { matchLabels: selectorLabels(args, "redis") } };
  const { cache } = args.engine;
  const besideRedis = cache.kind === "redis" && cache.addresses === undefined;
  const policies = [
    new NetworkPolicy(
      name,
      {
        metadata: metadata(args, "registry"),
        spec: {
          ...registry,
          policyTypes: ["Ingress", "Egress"],
          ingress: [{ from: admitted(args), ports: [{ protocol: "TCP", port: registryPort }] }],
          egress: egress(args, besideRedis ? redis : undefined),
        },
      },
      opts,
    ),
  ];
  if (besideRedis) {
    policies.push(
      new NetworkPolicy(
        `${name}-redis`,
        {
          metadata: metadata(args, "registry-redis", "redis"),
          spec: {
            ...redis,
            policyTypes: ["Ingress", "Egress"],
            ingress: [{ from: [registry], ports: [{ protocol: "TCP", port: redisPort }] }],
            egress: [],
          },
        },
        opts,
      ),
    );
  }
  return policies;
}

/**
 * What the network admits to the pods of a cache, and from them to their upstream; undefined where the description wants none.
 * @param own the description of the cache as a registry of its own
 */
export function createCachePolicy(
  name: string,
  cache: { objectName: string; component: Component },
  own: RegistryArgs,
  opts: pulumi.CustomResourceOptions,
): NetworkPolicy | undefined {
  if (!own.kubernetes.networkPolicy.enabled) return undefined;
  return new NetworkPolicy(
    name,
    {
      metadata: metadata(own, cache.objectName, cache.component),
      spec: {
        podSelector: { matchLabels: selectorLabels(own, cache.component) },
        policyTypes: ["Ingress", "Egress"],
        ingress: [{ from: admitted(own), ports: [{ protocol: "TCP", port: registryPort }] }],
        egress: egress(own, undefined),
      },
    },
    opts,
  );
}

/** Who may come in: everyone, or the registry's namespace, those that the description names, and the nodes, which pull. */
function admitted(args: RegistryArgs): Peer[] | undefined {
  const { endpoint, kubernetes } = args;
  const { fromNamespaces, fromNodes = [] } = kubernetes.networkPolicy;
  // Behind an Ingress or a Gateway only its controller connects; the controller itself limits addresses.
  const ranges = routeHost(args) === undefined ? endpoint.allowFrom : [];
  if (fromNamespaces.length === 0 && ranges.length === 0) return undefined;
  return [
    { podSelector: {} },
    ...fromNamespaces.map(inNamespace),
    ...[...new Set([...ranges, ...fromNodes])].map((cidr) => ({ ipBlock: { cidr } })),
  ];
}

function inNamespace(namespace: string): Peer {
  return { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } } };
}

/** Where the registry may connect: the cluster's DNS, its Redis, and the ports of what the description names. */
function egress(args: RegistryArgs, redis: Peer | undefined) {
  const tcp = (port: number) => ({ protocol: "TCP", port });
  const { namespaces, ports } = outboundOf(args);
  return [
    { ports: [{ protocol: "UDP", port: dnsPort }, tcp(dnsPort)] },
    ...(redis === undefined ? [] : [{ to: [redis], ports: [tcp(redisPort)] }]),
    // Behind a Service its pods listen on ports of their own, and those are what a policy sees.
    ...namespaces.map((namespace) => ({ to: [inNamespace(namespace)] })),
    // A policy names addresses, not hosts, and those of a bucket change: the ports are what can be limited.
    ...(ports.length === 0 ? [] : [{ ports: ports.map(tcp) }]),
    ...(usesIdentity(args)
      ? [{ to: [{ ipBlock: { cidr: metadataServers } }], ports: [tcp(80), tcp(988)] }]
      : []),
  ];
}

/** Whether the bucket's credentials come from the cloud's own metadata server. */
function usesIdentity({ storage }: RegistryArgs): boolean {
  switch (storage.kind) {
    case "s3":
      return storage.accessKey === undefined;
    case "gcs":
      return storage.credentials === undefined;
    case "azure":
      return storage.credentials.type === "default_credentials";
    case "volume":
      return false;
  }
}
