import type { Issued } from "../../../support/test-certificates";
import type { Config } from "./row";

export const inNamespace = (namespace: string, kubernetes: Config = {}): Config => ({
  kubernetes: { namespace, ...kubernetes },
});

export const existing = (namespace: string, kubernetes: Config = {}): Config =>
  inNamespace(namespace, { existingNamespace: true, ...kubernetes });

export const onNodePort = (namespace: string, nodePort: number): Config => ({
  ...inNamespace(namespace, { expose: { kind: "NodePort", nodePort } }),
  endpoint: { hosts: ["10.1.2.3"] },
});

export const namespaceOf = (name: string, labels: object = {}) => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name, labels },
});

/** The label by which Wharf knows what is its stack's. */
export const ofStack = { "app.kubernetes.io/instance": "bad" };
/** Id of the stack in its state. */
export const ownId = "0123456789abcdef";
export const byId = (id: string) => ({ ...ofStack, "io.wharf/stack-id": id });
export const othersId = "fedcba9876543210";

export const serviceOf = (namespace: string, name: string, spec: object, labels = {}) => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { namespace, name, labels },
  spec: { ports: [{ port: 5000 }], ...spec },
});

export const claimOf = (namespace: string, name: string, spec: object, labels = {}) => ({
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { namespace, name, labels },
  spec: {
    accessModes: ["ReadWriteOnce"],
    storageClassName: "",
    resources: { requests: { storage: "10Gi" } },
    ...spec,
  },
});

export const volumeOf = (name: string, spec: object) => ({
  apiVersion: "v1",
  kind: "PersistentVolume",
  metadata: { name },
  spec: {
    accessModes: ["ReadWriteOnce"],
    capacity: { storage: "10Gi" },
    persistentVolumeReclaimPolicy: "Retain",
    nfs: { server: "nfs.example.com", path: `/${name}` },
    ...spec,
  },
});

/** A claim of 10 GiB that is bound to a volume of its own. */
export const boundClaim = (namespace: string, name: string, storageClassName = "", labels = {}) => [
  volumeOf(`${namespace}-${name}-volume`, {
    storageClassName,
    claimRef: { namespace, name, apiVersion: "v1", kind: "PersistentVolumeClaim" },
  }),
  claimOf(namespace, name, { storageClassName, volumeName: `${namespace}-${name}-volume` }, labels),
];

/** What a deployed stack has, as far as its size is concerned. */
export const standingStack = (
  namespace: string,
  storageClassName: string,
  labels: object = ofStack,
) => [
  namespaceOf(namespace, labels),
  serviceOf(namespace, "registry-service", {}, labels),
  ...boundClaim(namespace, "registry-data", storageClassName, labels),
];

export const secretOf = (
  namespace: string,
  name: string,
  type: string,
  stringData: Record<string, string>,
) => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { namespace, name },
  type,
  stringData,
});

export const fromSecret = (namespace: string, secretName: string): Config => ({
  ...existing(namespace),
  endpoint: { hosts: ["registry.example.com", "images.example.com"] },
  tls: { mode: "provided", secretName },
});

export const tlsSecret = (namespace: string, { certificate, privateKey }: Issued, ca?: Issued) =>
  secretOf(namespace, "registry-tls", "kubernetes.io/tls", {
    "tls.crt": certificate,
    "tls.key": privateKey,
    ...(ca && { "ca.crt": ca.certificate }),
  });

export const ingress = { kind: "Ingress", host: "registry.example.com" };

export const ingressClass = (name: string, controller: string, annotations = {}) => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "IngressClass",
  metadata: { name, annotations },
  spec: { controller },
});

/** What the API calls objects of a kind. */
export function pluralOf(kind: string): string {
  const word = kind.toLowerCase();
  return /[^aeiou]y$/.test(word)
    ? `${word.slice(0, -1)}ies`
    : word + (word.endsWith("s") ? "es" : "s");
}

/** A kind of a group that software brings along; whatever it is, the cluster takes it. */
export const customKind = (group: string, kind: string, scope: string, version = "v1") => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: {
    name: `${pluralOf(kind)}.${group}`,
    // Kubernetes accepts none of its own groups without a note on their approval.
    annotations: { "api-approved.kubernetes.io": "unapproved, for a test" },
  },
  spec: {
    group,
    scope,
    names: { kind, plural: pluralOf(kind) },
    versions: [
      {
        name: version,
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
        },
      },
    ],
  },
});
