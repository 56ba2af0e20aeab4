import { register } from "../../support/registrations";
import { manifestsOf, type Manifest } from "./manifests";

const host = "registry.example.com";
const bucket = {
  ...{ kind: "s3", bucket: "images", region: "eu-central-1" },
  ...{ regionEndpoint: "https://minio.store.svc:9000", forcePathStyle: true },
  ...{ accessKey: "key", secretKey: "hidden" },
};

/** Descriptions that together ask for every kind of object, by what they are for. */
const descriptions: Record<string, Record<string, unknown>> = {
  lab: {
    endpoint: { hosts: ["192.0.2.10"] },
    kubernetes: { expose: { kind: "NodePort" }, trust: { mirrors: true } },
    pullThroughCaches: [
      { upstream: "docker-hub" },
      { upstream: "quay", credentials: { username: "reader", password: "hidden" } },
    ],
  },
  "lab without TLS": { tls: { mode: "off" } },
  prod: {
    environment: "prod",
    storage: bucket,
    distribution: { cache: { kind: "redis" } },
    endpoint: { hosts: [host] },
    kubernetes: {
      expose: { kind: "Ingress", host, className: "traefik" },
      networkPolicy: { fromNamespaces: ["traefik"] },
      autoscaling: { minReplicas: 2, maxReplicas: 6 },
      pullSecrets: { namespaces: [{ namespace: "shop", serviceAccounts: ["default"] }] },
    },
  },
  "a static volume": {
    environment: "staging",
    kubernetes: {
      volume: { persistentVolume: { kind: "local", path: "/disks/images", node: "node-1" } },
      expose: { kind: "LoadBalancer" },
    },
    endpoint: { hosts: [host], allowFrom: ["192.0.2.0/24"] },
  },
  "cert-manager and a Gateway": {
    environment: "dev",
    tls: { mode: "cert-manager", issuer: { name: "internal" } },
    kubernetes: {
      expose: { kind: "Gateway", host, gateway: "public" },
      trust: { enabled: true },
    },
  },
  monitored: {
    environment: "staging",
    distribution: {
      metrics: { enabled: true },
      notifications: { endpoints: [{ name: "audit", url: "https://audit.example.com/events" }] },
    },
    kubernetes: {
      monitoring: { enabled: true, dashboard: true, labels: { release: "prometheus" } },
    },
    images: { registry: `example.com/wharf-registry:3.1.2@sha256:${"0".repeat(64)}` },
    retention: { keepLast: 10, keepRunning: true },
  },
};

/** The objects that stacks of these descriptions consist of, by what the description is for. */
export async function manifestsOfEveryKind(): Promise<Map<string, Manifest[]>> {
  const manifests = new Map<string, Manifest[]>();
  for (const [name, values] of Object.entries(descriptions)) {
    const registered = await register(
      { target: "kubernetes", ...values },
      { secretKeys: ["storage", "pullThroughCaches"] },
    );
    manifests.set(name, manifestsOf(registered));
  }
  return manifests;
}

/** A pod that an object asks for: what it is in a registry, and its specification. */
export interface AskedPod {
  component: string | undefined;
  spec: unknown;
}

/** The pod that an object asks for, where it asks for one. */
export function podOf({ spec }: Manifest): AskedPod[] {
  const { template } = (spec ?? {}) as {
    template?: { metadata?: Pick<Manifest["metadata"], "labels">; spec: unknown };
  };
  if (template === undefined) return [];
  const component = template.metadata?.labels?.["app.kubernetes.io/component"];
  return [{ component, spec: template.spec }];
}
