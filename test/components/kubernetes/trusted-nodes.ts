import { execa } from "execa";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { announce } from "../../support/announce";
import type { Cluster } from "../../cluster/cluster";
import { programsImage } from "../../cluster/images";
import { busybox, programs } from "../../cluster/programs";
import { crane } from "../../../offline/images/crane";
import { until } from "../../cluster/waiting";
import { manifestsOf } from "./manifests";
import { register } from "../../support/registrations";
import { issue, type Issued } from "../../support/test-certificates";
import { certificateSecret, runningRegistry } from "./trusted-registry";

const nodePort = 30510;
const clusterIp = "10.96.0.77";
// No DNS knows this domain, as a node seldom asks the cluster's.
const clusterDomain = "cluster.invalid";
const service = `registry-service.registry.svc.${clusterDomain}`;
const certs = "/etc/containerd/certs.d";
const shellCommands = "sh basename cat dirname head mkdir mv rm rmdir sleep tail tr".split(" ");
const foreign = 'server = "https://mirror.example"\n';

let cluster: Cluster;
let directory: string;
let authority: Issued;
let names: string[];

/** Tests of what tells the nodes of a cluster to trust a registry. They leave the cluster as they found it. */
export function trustedNodes(on: () => Cluster): void {
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "wharf-trust-"));
    cluster = on();
    const { address } = cluster;
    names = ["registry-service.registry.svc", "registry-service.registry"];
    names = [service, ...names, clusterIp, address, "taken.example"];
    authority = await issue({ name: "First" });
    const image = await cluster.importRegistry();
    const entries = shellCommands.map((name) => ({ path: `bin/${name}`, link: "busybox" }));
    const shell = { busybox: await busybox(announce) };
    await cluster.importPrograms("wharf.local/shell:1", shell, { entries });
    await cluster.apply(...(await runningRegistry({ image, nodePort, clusterIp })));
    await present(authority);
    await cluster.node("sh", [
      "-c",
      `mkdir -p ${certs}/mirror.example ${certs}/taken.example:30510`,
    ]);
    await write("mirror.example/hosts.toml", foreign);
  });

  afterAll(async () => {
    await cluster.kubectl(
      "delete",
      "namespace",
      "registry",
      "registry-trust",
      "--ignore-not-found",
    );
    await cluster.kubectl("delete", "pods,secrets", "--all", "--namespace=default", "--now");
    await rm(directory, { recursive: true });
  });

  test("a pod whose image the node could not pull starts once the node trusts the registry", async () => {
    await pushProgram();
    const hosts = [`${service}:5000`, `registry-service.registry.svc:5000`, `${clusterIp}:5000`];
    const images = [...hosts, `${cluster.address}:${nodePort}`];
    await cluster.apply(...images.flatMap((host, i) => pod(`app-${i}`, `${host}/team/app:1`)));
    await until({ what: "the node to refuse the certificate" }, async () => {
      const state = "jsonpath={.status.containerStatuses[0].state.waiting.message}";
      return /x509|no such host/.test(
        await cluster.kubectl("get", "pod", `app-0`, "--output", state),
      );
    });
    await cluster.apply(...(await trust(authority, [cluster.address])));
    await rolledOut();
    for (const i of images.keys()) {
      await cluster.kubectl("wait", "--for=condition=Ready", `pod/app-${i}`, "--timeout=90s");
    }
  });

  test("the node has the CA and a hosts.toml for every name, and what another put there", async () => {
    const found = await files();
    expect(Object.keys(found).sort()).toEqual(
      [
        ...[`${service}:5000`, "registry-service.registry.svc:5000"],
        ...[
          "registry-service.registry:5000",
          `${clusterIp}:5000`,
          `${cluster.address}:${nodePort}`,
        ],
      ]
        .flatMap((host) => [`${host}/hosts.toml`, `${host}/wharf.crt`])
        .concat("mirror.example/hosts.toml")
        .sort(),
    );
    expect(found["mirror.example/hosts.toml"]).toBe(foreign);
    const [mark, ...toml] = (found[`${service}:5000/hosts.toml`] ?? "").split("\n");
    expect(mark).toMatch(/^# Kept by Wharf for the stack shop; pod [0-9a-f-]{36}$/);
    expect(toml.join("\n")).toBe(`server = "https://${service}:5000"
capabilities = ["pull", "resolve", "push"]
ca = "wharf.crt"

[host."https://${clusterIp}:5000"]
capabilities = ["pull", "resolve", "push"]
ca = "wharf.crt"
`);
    expect(found[`${service}:5000/wharf.crt`]).toBe(`${mark}\n${authority.certificate}`);
    // One without an address of its own has a table of hosts too: containerd 1.6 reads no other file.
    const bare = `${cluster.address}:${nodePort}`;
    expect(found[`${bare}/hosts.toml`]).toContain(`\n[host."https://${bare}"]\n`);
    const written = Object.keys(found).filter((path) => path.endsWith("hosts.toml"));
    for (const path of written) {
      const image = `${dirname(path)}/team/none:1`;
      const pull = ["images", "pull", "--hosts-dir", certs, image];
      const { stderr } = await cluster.node("ctr", pull, { reject: false });
      if (path.startsWith(bare)) expect(stderr).toContain("team/none");
      if (!path.startsWith("mirror.example")) expect(stderr).not.toContain("hosts.toml");
    }
  });

  test("another CA and another name reach the node, which a running containerd then pulls by", async () => {
    const next = await issue({ name: "Second" });
    await present(next);
    await cluster.apply(...(await trust(next, ["localhost"])));
    await rolledOut();
    // The pod before it ends after its successor is ready, and takes along what the successor left to it.
    await until({ what: "the name that went to be forgotten" }, async () =>
      Object.keys(await files()).every((path) => !path.startsWith(cluster.address)),
    );
    const found = await files();
    expect(found[`localhost:${nodePort}/wharf.crt`]).toContain(next.certificate);
    expect(found[`${service}:5000/wharf.crt`]).toContain(next.certificate);
    await cluster.node("ctr", [
      "--namespace",
      "k8s.io",
      "images",
      "remove",
      `${service}:5000/team/app:1`,
    ]);
    await cluster.apply(...pod("again", `${service}:5000/team/app:1`));
    await cluster.kubectl("wait", "--for=condition=Ready", "pod/again", "--timeout=90s");
    authority = next;
  });

  test("what a pod that was killed left behind is removed", async () => {
    const left = `left.example:${nodePort}`;
    await cluster.node("mkdir", ["-p", `${certs}/${left}`]);
    await write(`${left}/hosts.toml`, "# Kept by Wharf for the stack shop; pod killed\n");
    await until({ what: "the name of the killed pod to be forgotten" }, async () =>
      Object.keys(await files()).every((path) => !path.startsWith(left)),
    );
  });

  test("a name that another has taken is left to it, and the pod says so until it is free", async () => {
    const taken = `taken.example:${nodePort}/hosts.toml`;
    await write(taken, foreign);
    await cluster.apply(...(await trust(authority, ["taken.example"])));
    const events = ["get", "events", "--namespace", "registry-trust", "--output"];
    await until({ what: "the pod to say what is in its way" }, async () =>
      (await cluster.kubectl(...events, "jsonpath={.items[*].message}")).includes(
        `Readiness probe failed: ${certs}/${taken} on the node`,
      ),
    );
    const found = await files();
    expect(found[taken]).toBe(foreign);
    expect(found[`taken.example:${nodePort}/wharf.crt`]).toBeUndefined();
    await cluster.node("rm", [`${certs}/${taken}`]);
    await rolledOut();
    // Until its successor is ready, the pod before it counts as the one that is available.
    await until({ what: "the name to be the registry's" }, async () =>
      (await files())[taken]?.includes(`server = "https://taken.example:${nodePort}"`),
    );
  });

  test("what it wrote is deleted with it, and nothing else", async () => {
    await cluster.kubectl("delete", "namespace", "registry-trust");
    expect(await files()).toEqual({ "mirror.example/hosts.toml": foreign });
    const { stdout } = await cluster.node("ls", [certs]);
    expect(stdout).toBe("mirror.example");
  });
}

/** The trust of a stack whose certificate `issuer` signed, as manifests. */
async function trust(issuer: Issued, hosts: string[]) {
  const server = await issue({ name: "registry", hosts: [...names, ...hosts], issuer });
  const values = {
    target: "kubernetes",
    endpoint: { hosts },
    tls: {
      mode: "provided",
      certificate: server.certificate,
      privateKey: server.privateKey,
      caCertificate: issuer.certificate,
    },
    kubernetes: {
      clusterDomain,
      expose: { kind: "NodePort", nodePort, clusterIp },
      trust: { image: "wharf.local/shell:1" },
    },
  };
  return manifestsOf(await register(values, { secretKeys: ["tls"] }), "registry-trust");
}

/** Has the registry show a certificate that `issuer` signed. */
async function present(issuer: Issued): Promise<void> {
  const server = await issue({ name: "registry", hosts: [...names, "localhost"], issuer });
  await cluster.apply(certificateSecret(server));
  const deployment = ["deployment/registry", "--namespace", "registry"];
  await cluster.kubectl("rollout", "restart", ...deployment);
  await cluster.kubectl("rollout", "status", ...deployment, "--timeout=120s");
}

async function rolledOut(): Promise<void> {
  const set = ["daemonset/registry-trust", "--namespace", "registry-trust"];
  await cluster.kubectl("rollout", "status", ...set, "--timeout=120s");
}

/** Pushes an image that runs without end, from this machine through the NodePort. */
async function pushProgram(): Promise<void> {
  const { pause } = await programs(announce);
  const host = `${cluster.address}:${nodePort}`;
  const archive = join(directory, "app.tar");
  await writeFile(archive, await programsImage("wharf.local/app:1", { pause }));
  await writeFile(join(directory, "ca.crt"), authority.certificate);
  await writeFile(join(directory, "config.json"), dockerConfig([host]));
  const env = { DOCKER_CONFIG: directory, SSL_CERT_FILE: join(directory, "ca.crt") };
  const push = ["push", archive, `${host}/team/app:1`];
  await until({ what: "the NodePort to take the push" }, async () =>
    execa(await crane(announce), push, { env }),
  );
}

function dockerConfig(hosts: string[]): string {
  const auth = Buffer.from("readonly:a test's password").toString("base64");
  return JSON.stringify({ auths: Object.fromEntries(hosts.map((host) => [host, { auth }])) });
}

/** A pod, with the secret that it pulls by. */
function pod(name: string, image: string): object[] {
  const host = image.slice(0, image.indexOf("/"));
  const metadata = { name, namespace: "default" };
  const secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata,
    type: "kubernetes.io/dockerconfigjson",
    stringData: { ".dockerconfigjson": dockerConfig([host]) },
  };
  const container = { name, image, imagePullPolicy: "Always" };
  const spec = { containers: [container], imagePullSecrets: [{ name }] };
  return [secret, { apiVersion: "v1", kind: "Pod", metadata, spec }];
}

async function write(path: string, contents: string): Promise<void> {
  await cluster.node("sh", ["-c", `cat >"${certs}/${path}"`], { input: contents });
}

/** Every file of containerd's directory on the node. */
async function files(): Promise<Record<string, string>> {
  const each = ["-type", "f", "-printf", "%P\\0", "-exec", "cat", "{}", ";", "-printf", "\\0"];
  const { stdout } = await cluster.node("find", [certs, ...each]);
  const fields = stdout.split("\0").slice(0, -1);
  const pairs = fields.flatMap((path, i) => (i % 2 === 0 ? [[path, fields[i + 1] ?? ""]] : []));
  return Object.fromEntries(pairs) as Record<string, string>;
}
