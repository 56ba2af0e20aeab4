import type { RegistryArgs } from "../registry";

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
export function outboundOf(args: RegistryArgs): Outbound {
  const { engine, storage, kubernetes } = args;
  const { cache, health, notifications, proxy } = engine;
  const urls = [
    ...notifications.endpoints.filter(({ enabled }) => enabled).map(({ url }) => url),
    ...health.http.map(({ url }) => url),
    ...(proxy === undefined ? [] : [proxy.remoteUrl]),
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

function bucketOf(storage: RegistryArgs["storage"]): Destination[] {
  const cloud = { host: "", port: httpsPort };
  switch (storage.kind) {
    case "s3":
      if (storage.regionEndpoint !== undefined) return [ofUrl(storage.regionEndpoint)];
      // Credentials of a role come over HTTPS even where the bucket is asked in clear.
      return storage.secure ? [cloud] : [cloud, { host: "", port: httpPort }];
    case "gcs":
      return [cloud];
    case "azure":
      return storage.serviceUrl === undefined ? [cloud] : [cloud, ofUrl(storage.serviceUrl)];
    case "volume":
      return [];
  }
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
