import type { Sample } from "../stack";

/** A program as others write it, and what the pack finds in it in production, in the scope registries. */
export interface Shape {
  /** What it is, in a few words. */
  title: string;
  resources: Sample[];
  /** All findings, as `rule name`. */
  found: string[];
}

export const container = "docker:index/container:Container";
export const remoteImage = "docker:index/remoteImage:RemoteImage";
export const deployment = "kubernetes:apps/v1:Deployment";
export const service = "kubernetes:core/v1:Service";
export const release = "kubernetes:helm.sh/v3:Release";

/** What a container on a Docker host has that is not the point of a shape. */
export const hardened = {
  readOnly: true,
  securityOpts: ["no-new-privileges:true"],
  capabilities: { drops: ["ALL"] },
  user: "10001",
  restart: "always",
  memory: 256,
  cpus: "1",
  labels: [
    { label: "stack", value: "shop" },
    { label: "owner", value: "shop" },
  ],
};
export const digest = `@sha256:${"1".repeat(64)}`;

/** A Deployment as tutorials write it: labels and containers, and no more. */
export const plain = (name: string, podSpec: object, more: Partial<Sample> = {}): Sample => ({
  type: deployment,
  name,
  props: {
    metadata: { name, namespace: "shop" },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: podSpec },
    },
  },
  ...more,
});
export const serviceOf = (name: string, type: string): Sample => ({
  type: service,
  name: `${name}-service`,
  props: {
    metadata: { name, namespace: "shop" },
    spec: { type, selector: { app: name }, ports: [{ port: 80 }] },
  },
});
export const chart = (name: string, repo: string, values: object): Sample => ({
  type: release,
  name: "release",
  props: { chart: name, repositoryOpts: { repo }, namespace: "shop", values },
});

/** What general rules find in a Deployment like that, where it is a registry's. */
export const plainFindings = (name: string) =>
  ["k8s-account-token", "k8s-hardening", "k8s-network-policy", "required-labels"].map(
    (rule) => `${rule} ${name}`,
  );
