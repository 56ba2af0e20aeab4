import { execa } from "execa";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { announce } from "../support/announce";
import { Cluster } from "./cluster";
import { dnsAddress } from "./dns";
import { Node } from "./node";
import { programs } from "./programs";
import { until } from "./waiting";
import { manifestsOfEveryKind, podOf } from "../components/kubernetes/every-kind";
import { copyCheckout } from "../support/copied-checkout";
import { ask } from "../support/running-registry";
import { accept, push } from "../support/small-image";

const namespace = "served";
const service = `registry-service.${namespace}.svc.cluster.local`;

/** Settings of the whole machine that a kubelet would change. */
const settings = [
  "vm.overcommit_memory",
  "vm.panic_on_oom",
  "kernel.panic",
  "kernel.panic_on_oops",
];

/** What the settings of the whole machine are, before a cluster starts and once it has stopped. */
export async function machineSettings(): Promise<string> {
  return (await execa("sysctl", settings)).stdout;
}

let directory: string;
let cluster: Cluster;

/** Tests of what a cluster that tests start can do. They leave nothing but a name of the node. */
export function ownCluster(on: () => Cluster): void {
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "wharf-objects-"));
    cluster = on();
  });

  afterAll(async () => {
    await cluster.kubectl(
      "delete",
      "namespace",
      namespace,
      "guarded",
      "restricted",
      "--ignore-not-found",
    );
    rmSync(directory, { recursive: true });
  });

  test("a pod with a volume answers at its address, by its Service's name and at its node's port", async () => {
    const image = await loadRegistry();
    await cluster.apply(...registry(image));
    await cluster.kubectl("rollout", "status", "deployment/registry", `--namespace=${namespace}`);
    const podAddress = ["--output", "jsonpath={.items[0].status.podIP}"];
    const pod = await cluster.kubectl("get", "pods", `--namespace=${namespace}`, ...podAddress);
    for (const host of [pod, service]) {
      await until({ what: `an answer at ${host}` }, async () => {
        const asked = ["--silent", "--fail", `http://${host}:5000/v2/`];
        return (await cluster.node("curl", asked)).stdout === "{}";
      });
    }
    const wget = ["wget", "-O", "/dev/null", `http://${service}:5000/v2/`];
    await cluster.kubectl("exec", "deployment/registry", `--namespace=${namespace}`, "--", ...wget);
    await push(await registryUrl(), "team/app", "1");
  });

  test("the node pulls by the Service's name", async () => {
    const pull = ["images", "pull", "--plain-http", `${service}:5000/team/app:1`];
    await cluster.node("ctr", pull);
  });

  test("Pod Security refuses a pod that its namespace's label does not allow", async () => {
    await cluster.apply(namespaceOf("guarded", "restricted"));
    const pod = cluster.apply({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "as-root", namespace: "guarded" },
      spec: { containers: [{ name: "as-root", image: "wharf.local/pause:1" }] },
    });
    await expect(pod).rejects.toThrow(/violates PodSecurity "restricted:latest"/);
  });

  test("Pod Security `restricted` admits every pod of a registry but those of the nodes' trust", async () => {
    const namespace = "restricted";
    await cluster.apply(namespaceOf(namespace, "restricted"), {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: "registry", namespace },
    });
    const pods = [...(await manifestsOfEveryKind()).values()].flat().flatMap(podOf);
    expect(new Set(pods.map(({ component }) => component))).toEqual(
      new Set(["registry", "redis", "smoke", "trust", "cache-docker-hub", "cache-quay"]),
    );
    const named = pods.map(({ component, spec }, i) => ({
      name: `${i}-${component}`,
      component,
      spec,
    }));
    const items = named.map(({ name, spec }) => ({
      ...{ apiVersion: "v1", kind: "Pod" },
      ...{ metadata: { name, namespace }, spec },
    }));
    const file = join(directory, "pods.json");
    writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items }));
    const create = cluster.kubectl("create", "--dry-run=server", "--filename", file);
    const said = await create.catch((error: Error) => error.message);
    for (const { name, component } of named) {
      if (component === "trust") {
        expect(said).toMatch(
          new RegExp(
            `pods "${name}" is forbidden: violates PodSecurity "restricted:latest": restricted volume types .*, runAsNonRoot != true .*, runAsUser=0`,
          ),
        );
      } else expect(said).toContain(`pod/${name} created`);
    }
  });

  test("kube-proxy is started again where it ends by itself", async () => {
    const file = `${dirname(dirname(cluster.kubeconfig))}/kube-proxy.pid`;
    const pid = async () => (await cluster.node("cat", [file])).stdout;
    const before = await pid();
    await cluster.node("kill", ["-KILL", before]);
    await until({ what: "kube-proxy to be started again" }, async () => {
      const now = await pid();
      return now !== "" && now !== before && cluster.node("kill", ["-0", now]);
    });
  });

  test("what runs on the node comes back after a restart, with its volume", async () => {
    const url = `${await registryUrl()}/v2/team/app/manifests/1`;
    await cluster.restartNode();
    await until({ what: "the registry to answer again" }, async () => {
      return (await ask(url, accept)).status === 200;
    });
  });

  test("a name added to the node is known to its pods", async () => {
    await cluster.addHost("registry.example.com", cluster.address);
    const url = (await registryUrl()).replace(cluster.address, "registry.example.com");
    const wget = ["wget", "-O", "/dev/null", `${url}/v2/`];
    await until({ what: "the name to be known" }, () =>
      cluster
        .kubectl("exec", "deployment/registry", `--namespace=${namespace}`, "--", ...wget)
        .then(() => true),
    );
  });

  test("a cluster that is given can be used, but not restarted, and is left as it is", async () => {
    vi.stubEnv("WHARF_TEST_KUBECONFIG", cluster.kubeconfig);
    try {
      const given = await Cluster.start();
      expect(given.address).toBe(cluster.address);
      await expect(given.restartNode()).rejects.toThrow(
        "Tests cannot restart the node in the cluster that WHARF_TEST_KUBECONFIG names",
      );
      await given.stop();
    } finally {
      vi.stubEnv("WHARF_TEST_KUBECONFIG", "");
    }
    await cluster.kubectl("get", "nodes");
  });
}

/** The test of how it ends, which is the last of any. */
export function stoppedCluster(on: () => Cluster, settingsBefore: () => string): void {
  test("a second node has a network of its own beside the first, and of a stopped cluster nothing is left", async () => {
    // Whole clusters run beside each other wherever all tests run.
    const cluster = on();
    const second = await Node.create(dnsAddress, (await programs(announce)).pause);
    try {
      expect(second.address).not.toBe(cluster.address);
      const { stdout } = await second.run("ip", ["-oneline", "-4", "address"]);
      expect(stdout).toContain(`${second.address}/`);
      expect(stdout).not.toContain(`${cluster.address}/`);
    } finally {
      await second.remove();
    }
    await cluster.kubectl("get", "nodes");
    const files = dirname(dirname(cluster.kubeconfig));
    const link = (await cluster.node("readlink", ["/proc/self/ns/net"])).stdout;
    const network = /\d+/.exec(link)?.[0] ?? "";
    const running = await traces(cluster, files, network);
    expect(running).toEqual({
      addresses: 1,
      networks: 1,
      processes: expect.any(Number),
      cgroups: expect.any(Number),
      mounts: 0,
      directory: true,
    });
    expect(running.processes).toBeGreaterThan(9);
    expect(running.cgroups).toBeGreaterThan(0);
    await cluster.stop();
    expect(await traces(cluster, files, network)).toEqual({
      addresses: 0,
      networks: 0,
      processes: 0,
      cgroups: 0,
      mounts: 0,
      directory: false,
    });
    expect(await machineSettings()).toBe(settingsBefore());
  });
}

/** Loads the registry's image into the node's containerd as a person would there, and returns the reference that a stack then runs. */
async function loadRegistry(): Promise<string> {
  const checkout = mkdtempSync(join(tmpdir(), "wharf-node-"));
  try {
    copyCheckout(checkout);
    writeFileSync(join(checkout, "Pulumi.dev.yaml"), "config:\n  wharf:target: kubernetes\n");
    const wharf = join(checkout, "cli/wharf.js");
    const load = [wharf, "image", "load", "--into", "containerd", "--json"];
    const { stdout } = await cluster.node(process.execPath, load);
    return (JSON.parse(stdout) as { image: string }).image;
  } finally {
    rmSync(checkout, { recursive: true, force: true });
  }
}

/** How many things on the machine belong to a cluster. */
async function traces({ address }: Cluster, directory: string, network: string) {
  const count = async (part: string, file: string, ...args: string[]) => {
    const { stdout } = await execa(file, args);
    return stdout.split("\n").filter((line) => line.includes(part)).length;
  };
  const name = basename(directory);
  const subnet = address.slice(0, address.lastIndexOf(".") + 1);
  return {
    addresses: await count(subnet, "ip", "-oneline", "-4", "address"),
    networks: await count(network, "lsns", "--noheadings", "--type=net", "--output=NS"),
    processes: await count(network, "ps", "-eo", "netns"),
    cgroups: await count(name, "find", "/sys/fs/cgroup", "-maxdepth", "2", "-name", name),
    mounts: await count(name, "findmnt", "--list", "--noheadings"),
    directory: existsSync(directory),
  };
}

async function registryUrl(): Promise<string> {
  const port = ["--output", "jsonpath={.spec.ports[0].nodePort}"];
  const service = ["service", "registry-service", `--namespace=${namespace}`];
  return `http://${cluster.address}:${await cluster.kubectl("get", ...service, ...port)}`;
}

const namespaceOf = (name: string, level: string) => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name, labels: { "pod-security.kubernetes.io/enforce": level } },
});

/** The registry under the strictest Pod Security level, with its images on a volume of the default storage class. */
function registry(image: string): object[] {
  const labels = { app: "registry" };
  const configuration = `
version: 0.1
storage: { filesystem: { rootdirectory: /var/lib/registry } }
http: { addr: ":5000" }
`;
  const container = {
    name: "registry",
    image,
    ports: [{ containerPort: 5000 }],
    readinessProbe: { httpGet: { path: "/", port: 5000 }, periodSeconds: 1 },
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
    volumeMounts: [
      { name: "images", mountPath: "/var/lib/registry" },
      { name: "configuration", mountPath: "/etc/distribution" },
    ],
  };
  const securityContext = {
    runAsNonRoot: true,
    fsGroup: 10001,
    seccompProfile: { type: "RuntimeDefault" },
  };
  const volumes = [
    { name: "images", persistentVolumeClaim: { claimName: "images" } },
    { name: "configuration", configMap: { name: "registry" } },
  ];
  return [
    namespaceOf(namespace, "restricted"),
    {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: "images", namespace },
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
    },
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "registry", namespace },
      data: { "config.yml": configuration },
    },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "registry", namespace },
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { containers: [container], securityContext, volumes },
        },
      },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "registry-service", namespace },
      spec: { type: "NodePort", selector: labels, ports: [{ port: 5000 }] },
    },
  ];
}
