import { describe, expect, it } from "vitest";
import { clientMirrors } from "../../../components/caches/mirrors";
import { checkDescription } from "../../../components/description/check";
import { type CacheRow, cacheRows } from "./bad-inputs";
import { register, type Registered } from "../../support/registrations";

const hub = { upstream: "docker-hub" };
const credentials = { username: "reader", password: "hidden" };

/** What a description is refused with, below the head line. */
function reportOf({ config, secretKeys = [] }: CacheRow): string {
  try {
    const values = { target: "docker", ...config };
    checkDescription({ stack: "shop", values, secretKeys: new Set(secretKeys) });
  } catch (error) {
    return (error as Error).message.split("\n").slice(1).join("\n");
  }
  return "nothing: it was accepted";
}

/** The inputs of the resource of a name. */
function inputsOf({ registrations }: Registered, name: string): Record<string, unknown> {
  return registrations.find((each) => each.name === name)?.inputs ?? {};
}

describe("caches that are refused", () => {
  it.each(cacheRows)("are refused for $name", (row) => {
    expect(reportOf(row)).toBe(row.report);
  });
});

describe("the settings files of clients", () => {
  const ca = "-----BEGIN CERTIFICATE-----\n";

  it("are none without caches", () => {
    expect(clientMirrors([])).toEqual({});
  });

  it("name the cache of each registry, and the CA of all", () => {
    expect(
      clientMirrors([
        { cache: hub, endpoint: "https://localhost:5001", ca },
        {
          cache: { upstream: "http://registry.lan:5000" },
          endpoint: "https://localhost:5002",
          ca,
        },
      ]),
    ).toEqual({
      "/etc/containerd/certs.d/docker.io/hosts.toml": `server = "https://registry-1.docker.io"

[host."https://localhost:5001"]
  capabilities = ["pull", "resolve"]
  ca = "ca.crt"
`,
      "/etc/containerd/certs.d/docker.io/ca.crt": ca,
      "/etc/containerd/certs.d/registry.lan:5000/hosts.toml": `server = "http://registry.lan:5000"

[host."https://localhost:5002"]
  capabilities = ["pull", "resolve"]
  ca = "ca.crt"
`,
      "/etc/containerd/certs.d/registry.lan:5000/ca.crt": ca,
      // Docker mirrors only Docker Hub.
      "/etc/docker/daemon.json": `{
  "registry-mirrors": [
    "https://localhost:5001"
  ]
}
`,
      "/etc/docker/certs.d/localhost:5001/ca.crt": ca,
      "/etc/docker/certs.d/localhost:5002/ca.crt": ca,
      "/etc/rancher/k3s/registries.yaml": `mirrors:
  docker.io:
    endpoint:
      - https://localhost:5001
  registry.lan:5000:
    endpoint:
      - https://localhost:5002
configs:
  localhost:5001:
    tls:
      ca_file: /etc/rancher/k3s/localhost-5001.crt
  localhost:5002:
    tls:
      ca_file: /etc/rancher/k3s/localhost-5002.crt
`,
      "/etc/rancher/k3s/localhost-5001.crt": ca,
      "/etc/rancher/k3s/localhost-5002.crt": ca,
      "/etc/rancher/rke2/registries.yaml": `mirrors:
  docker.io:
    endpoint:
      - https://localhost:5001
  registry.lan:5000:
    endpoint:
      - https://localhost:5002
configs:
  localhost:5001:
    tls:
      ca_file: /etc/rancher/rke2/localhost-5001.crt
  localhost:5002:
    tls:
      ca_file: /etc/rancher/rke2/localhost-5002.crt
`,
      "/etc/rancher/rke2/localhost-5001.crt": ca,
      "/etc/rancher/rke2/localhost-5002.crt": ca,
    });
  });

  it("give a cache below a path to those who know paths, without a CA where the system's suffice", () => {
    const endpoint = "https://europe-west3-docker.pkg.dev/v2/shop-123/hub";
    expect(clientMirrors([{ cache: hub, endpoint }])).toEqual({
      "/etc/containerd/certs.d/docker.io/hosts.toml": `server = "https://registry-1.docker.io"

[host."${endpoint}"]
  capabilities = ["pull", "resolve"]
  override_path = true
`,
      "/etc/rancher/k3s/registries.yaml": `mirrors:\n  docker.io:\n    endpoint:\n      - ${endpoint}\n`,
      "/etc/rancher/rke2/registries.yaml": `mirrors:\n  docker.io:\n    endpoint:\n      - ${endpoint}\n`,
    });
  });

  it("leave Docker's mirror out where the cache asks for a user, whom Docker does not name", () => {
    const reached = { cache: hub, endpoint: "https://localhost:5001", asksForUser: true };
    expect(clientMirrors([reached])).not.toHaveProperty("/etc/docker/daemon.json");
  });
});

describe("caches on Docker", () => {
  const described = {
    target: "docker",
    pullThroughCaches: [hub, { upstream: "quay", port: 6000 }],
  };

  it("are beside the registry, as hardened as it is, each with a port and a volume of its own", async () => {
    const registered = await register(described);
    const registry = inputsOf(registered, "registry-container");
    const { workingDir, ...cache } = inputsOf(registered, "registry-cache-docker-hub-container");
    expect(workingDir).toBe("/etc/distribution");
    const differing = Object.keys(cache).filter(
      (key) => JSON.stringify(cache[key]) !== JSON.stringify(registry[key]),
    );
    expect(differing.sort()).toEqual(["labels", "name", "ports", "volumes"]);
    expect(cache).toMatchObject({
      name: "wharf-shop-cache-docker-hub",
      ports: [{ internal: 5000, external: 5001, ip: "127.0.0.1" }],
      volumes: [
        { volumeName: "wharf-shop-cache-docker-hub-settings", readOnly: true },
        { volumeName: "wharf-shop-cache-docker-hub-data", containerPath: "/var/lib/registry" },
      ],
    });
    expect(inputsOf(registered, "registry-cache-quay-container")).toMatchObject({
      ports: [{ external: 6000 }],
    });
  });

  it("are deleted with the stack where the registry's images stay", async () => {
    const { registrations } = await register({
      ...described,
      environment: "prod",
      endpoint: { hosts: ["registry.example.com"] },
    });
    const volumes = registrations.filter(({ type }) => type.endsWith(":Volume"));
    const kept = volumes.filter(({ protect, retainOnDelete }) => protect || retainOnDelete);
    expect(kept.map(({ name }) => name)).toEqual(["registry-data"]);
  });

  it.each([
    ["in a lab, without a user at the upstream", { pullThroughCaches: [hub] }, false],
    ["in a lab, with one", { pullThroughCaches: [{ ...hub, credentials }] }, true],
    [
      "on every address",
      {
        environment: "dev",
        endpoint: { hosts: ["registry.example.com"] },
        pullThroughCaches: [hub],
      },
      true,
    ],
    [
      "on every address, opened",
      {
        environment: "dev",
        endpoint: { hosts: ["registry.example.com"] },
        pullThroughCaches: [{ ...hub, anonymous: true }],
      },
      false,
    ],
  ])("%s: whether they ask for a user", async (_, config, asks) => {
    const registered = await register(
      { target: "docker", ...config },
      { secretKeys: ["pullThroughCaches"] },
    );
    const { volumes } = inputsOf(registered, "registry-cache-docker-hub-container") as {
      volumes: { containerPath: string }[];
    };
    expect(volumes.some(({ containerPath }) => containerPath === "/auth")).toBe(asks);
    const { mirrors, notes } = registered.outputs as {
      mirrors: Record<string, string>;
      notes: string[];
    };
    expect("/etc/docker/daemon.json" in mirrors).toBe(!asks);
    expect(notes.find((note) => note.startsWith("Cache docker-hub:"))).toContain(
      asks ? "It needs a user of the registry" : "It allows anonymous pulls.",
    );
  });
});

describe("caches on Kubernetes", () => {
  const described = {
    target: "kubernetes",
    pullThroughCaches: [{ upstream: "http://registry.lan:5000", sizeGiB: 20, credentials }],
  };
  const name = "registry-cache-registry-lan";

  it("are a Deployment of one pod, a claim and a Service of the cluster's own each", async () => {
    const registered = await register(described, { secretKeys: ["pullThroughCaches"] });
    expect(inputsOf(registered, `${name}-deployment`)).toMatchObject({
      metadata: { name, namespace: "registry" },
      spec: {
        replicas: 1,
        strategy: { type: "Recreate" },
        selector: { matchLabels: { "app.kubernetes.io/component": "cache-registry-lan" } },
        template: {
          spec: {
            containers: [{ workingDir: "/etc/distribution" }],
            volumes: [
              { name: "settings", secret: { secretName: `${name}-settings` } },
              { name: "tls", secret: { secretName: "registry-cert" } },
              { name: "users", secret: { secretName: "registry-users" } },
              { name: "data", persistentVolumeClaim: { claimName: `${name}-data` } },
              { name: "tmp" },
            ],
          },
        },
      },
    });
    expect(inputsOf(registered, `${name}-claim`)).toMatchObject({
      metadata: { name: `${name}-data` },
      spec: { resources: { requests: { storage: "20Gi" } } },
    });
    expect(inputsOf(registered, `${name}-service`)).toMatchObject({
      metadata: { name },
      spec: {
        type: "ClusterIP",
        selector: { "app.kubernetes.io/component": "cache-registry-lan" },
      },
    });
  });

  it("reach their upstream, and what that sends them on to, and nothing else", async () => {
    const registered = await register(described, { secretKeys: ["pullThroughCaches"] });
    expect(inputsOf(registered, `${name}-network-policy`)).toMatchObject({
      spec: {
        podSelector: { matchLabels: { "app.kubernetes.io/component": "cache-registry-lan" } },
        egress: [
          { ports: [{ port: 53 }, { port: 53 }] },
          {
            ports: [
              { protocol: "TCP", port: 443 },
              { protocol: "TCP", port: 5000 },
            ],
          },
        ],
      },
    });
  });

  it("are told to the nodes on request, where they ask for no user", async () => {
    const trust = async (mirrors: boolean) => {
      const registered = await register({
        target: "kubernetes",
        pullThroughCaches: [hub, { upstream: "quay", anonymous: false }],
        kubernetes: { trust: { mirrors } },
      });
      return (inputsOf(registered, "registry-trust-files") as { data: Record<string, string> })
        .data;
    };
    expect((await trust(false)).hosts).not.toContain("docker.io");
    const { hosts = "", ...files } = await trust(true);
    expect(hosts).not.toContain("quay.io");
    const index = hosts.split("\n").indexOf("docker.io");
    expect(files[`hosts-${index}.toml`]).toContain('server = "https://registry-1.docker.io"');
    expect(files[`hosts-${index}.toml`]).toContain('ca = "wharf.crt"');
  });
});
