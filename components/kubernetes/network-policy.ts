import type { KubernetesDescription } from "./settings";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import type { input } from "@pulumi/kubernetes/types";
import type * as pulumi from "@pulumi/pulumi";
import { registryPort } from "../distribution/config";
import { isToken } from "../core/tokens";
import { issuerUrl } from "../identities/subject";
import { webhookOfRegistry } from "../model/notifications";
import { redisPort } from "../distribution/settings-files";

import { routeHost } from "./hosts";
import { apiServerPorts, asksForPods } from "./running-images";
import { type Component, metadata, selectorLabels } from "./labels";

const httpsPort = 443;
const httpPort = 80;

/** Where the registry connects to. */
export interface Outbound {
  /** Ports of hosts outside of the cluster, each once, in order. */
  ports: number[];
  /** Namespaces of Services that it uses by their names. */
  namespaces: string[];
}

interface Destination {
  host: string;
  port: number;
}

/** What the description has the registry connect to, besides the cluster's DNS and the Redis that Wharf runs. */
export function outboundOf(args: KubernetesDescription): Outbound {
  const { clusters, distribution, identities, storage, kubernetes } = args;
  const { cache, health, notifications, proxy } = distribution;
  const urls = [
    ...notifications.endpoints.filter(({ enabled }) => enabled).map(({ url }) => url),
    ...health.http.map(({ url }) => url),
    ...(proxy === undefined ? [] : [proxy.remoteUrl]),
    // Whose tokens log in: their keys are fetched there.
    ...identities.filter(({ jwks }) => jwks === undefined).map(issuerUrl),
    ...clusters.flatMap(({ issuer, jwks }) => (jwks === undefined ? (issuer ?? []) : [])),
  ];
  const addresses = [
    ...health.tcp.map(({ address }) => address),
    ...(cache.kind === "redis" ? (cache.addresses ?? []) : []),
  ];
  const destinations: Destination[] = [
    ...bucketOf(storage),
    ...urls.map(ofUrl),
    // What a registry answers may send its cache on to another host, a token server or a bucket, over HTTPS.
    ...(proxy === undefined ? [] : [{ host: "", port: httpsPort }]),
    ...addresses.map((address) => ofUrl(`tcp://${address}`)),
    ...webhookOf(args),
  ];
  const namespaceOf = ({ host }: Destination) => serviceNamespace(host, kubernetes.clusterDomain);
  return {
    ports: unique(
      destinations.filter((to) => namespaceOf(to) === undefined).map(({ port }) => port),
    ).sort((one, other) => one - other),
    namespaces: unique(
      destinations.map(namespaceOf).filter((namespace) => namespace !== undefined),
    ).sort(),
  };
}

function unique<T>(values: T[]): T[] {
  return [...new Set(values)];
}

function bucketOf(storage: KubernetesDescription["storage"]): Destination[] {
  const cloud = { host: "", port: httpsPort };
  switch (storage.kind) {
    case "s3":
      if (storage.regionEndpoint !== undefined) return [ofUrl(storage.regionEndpoint)];
      // Credentials of a role come over HTTPS even where the bucket is asked without TLS.
      return storage.secure ? [cloud] : [cloud, { host: "", port: httpPort }];
    case "gcs":
      return [cloud];
    case "azure":
      return storage.serviceUrl === undefined ? [cloud] : [cloud, ofUrl(storage.serviceUrl)];
    case "volume":
      return [];
  }
}

/** Whom collections of its own schedule tell how they ended. */
function webhookOf({ collection, notifications }: KubernetesDescription): Destination[] {
  if (collection?.schedule === undefined || notifications === undefined) return [];
  if (isToken(notifications.url)) return [{ host: "", port: httpsPort }];
  const webhook = webhookOfRegistry(notifications);
  return webhook === undefined ? [] : [ofUrl(webhook.url)];
}

function ofUrl(url: string): Destination {
  const { hostname, port, protocol } = new URL(url);
  const byDefault = protocol === "http:" ? httpPort : httpsPort;
  return { host: hostname, port: port === "" ? byDefault : Number(port) };
}

/** The namespace of a Service that a host names in one of its forms, `minio.store.svc` for one; undefined for other hosts. */
function serviceNamespace(host: string, clusterDomain: string): string | undefined {
  const short = host.endsWith(`.${clusterDomain}`)
    ? host.slice(0, -clusterDomain.length - 1)
    : host;
  return /^[^.]+\.([^.]+)\.svc$/.exec(short)?.[1];
}

type Peer = input.networking.v1.NetworkPolicyPeer;

const dnsPort = 53;
/** Where the clouds' nodes hand out credentials: link-local addresses (RFC 3927), on port 80, and 988 on GKE. */
const metadataServers = "169.254.0.0/16";

/** What the network admits to and from the registry's pods, and to its Redis; none where the description wants none. */
export function createNetworkPolicies(
  name: string,
  args: KubernetesDescription,
  opts: pulumi.CustomResourceOptions,
): NetworkPolicy[] {
  if (!args.kubernetes.networkPolicy.enabled) return [];
  const registry = { podSelector: { matchLabels: selectorLabels(args, "registry") } };
  const redis = { podSelector: { matchLabels: selectorLabels(args, "redis") } };
  const { cache } = args.distribution;
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
          egress: [
            ...egress(args, besideRedis ? redis : undefined),
            ...(asksForPods(args)
              ? [{ ports: apiServerPorts.map((port) => ({ protocol: "TCP", port })) }]
              : []),
          ],
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
  own: KubernetesDescription,
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
function admitted(args: KubernetesDescription): Peer[] | undefined {
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
function egress(args: KubernetesDescription, redis: Peer | undefined) {
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
function usesIdentity({ storage }: KubernetesDescription): boolean {
  switch (storage.kind) {
    case "s3":
      return storage.accessKey === undefined;
    case "gcs":
      return storage.serviceAccountKey === undefined;
    case "azure":
      return storage.credentials.type === "default_credentials";
    case "volume":
      return false;
  }
}
