import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTimeoutMs } from "../cluster/cluster";
import { until } from "../cluster/waiting";
import { rulesOfUser } from "../../components/access/distribution";
import { allows } from "../../components/access/distribution-evaluation";
import { checkDescription } from "../../components/description/check";
import { collectUnderLoad, loadTimeoutMs } from "../offline/registry/collection-load";
import { freePort } from "../support/free-port";
import { ask } from "../support/running-registry";
import { accessMatrixOf, AskedRegistry, fuzzedRequests, type Client } from "./access-matrix";
import type { Outputs } from "./checkout";
import {
  accessOf,
  inCluster,
  KubernetesLab,
  namespace,
  plainUp,
  serialOf,
  smokeImage,
  type Pod,
} from "./kubernetes-lab";
import { expectWhole, pushDuring, type PushedImage, pushRandomImage } from "./random-image";
import { StackRegistry } from "./stack-registry";
import { Upload } from "./upload";

// A registry on a real cluster: what clients and nodes see of it, and what it lives through.
describe("a registry on Kubernetes", () => {
  let lab: KubernetesLab;
  let outputs: Outputs;
  let before: string[];
  let host: string;
  let image: string;
  const stack = "kubernetes";
  /** Namespace whose pods have the pull secret, and one whose pods have not. */
  const [team, strangers] = ["team", "strangers"];
  const users = [{ name: "admin" }, { name: "readonly" }];
  const roles = { auth: { mode: "roles" } };
  const collecting = {
    ...roles,
    // What other tests pull later has one of these tags.
    retention: {
      ...{ keep: ["1.0.0", "keep-*"], keepLast: 1, schedule: "never", graceMinutes: 0 },
      keepRunning: true,
    },
  };
  /** Pushed while the registry's pod rolled. */
  let pushed: PushedImage[] = [];
  /** Whom the matrix of requests asks as, beside those that the other tests use. */
  const cast = [
    ...users,
    { name: "developer", repositories: ["shop/*"] },
    { name: "lead" },
    { name: "gone", role: "admin", expires: "2020-01-01" },
    { name: "broom", role: "delete", repositories: ["shop/**"] },
  ];
  const repositories = [
    { name: "shop/api", admin: ["lead"] },
    { name: "shop/web" },
    { name: "secret/x", immutableTags: { except: ["latest"] } },
    { name: "ops", push: ["developer"] },
    { name: "team/waiting" },
  ];
  const kubernetes = {
    expose: { kind: "NodePort" },
    pullSecrets: { namespaces: [{ namespace: team, serviceAccounts: ["default"] }] },
  };
  /** What rests between two pushes of one who pushes without end, in milliseconds: fifty take as long as a change of users does. */
  const pace = 200;
  // A pod is to go on with a push for as long as its successor takes to come up on a busy machine.
  const engine = { http: { drainTimeoutSeconds: 120 } };

  beforeAll(async () => {
    lab = await KubernetesLab.start({ docker: true });
    for (const name of [team, strangers]) {
      await lab.cluster.kubectl("create", "namespace", name);
    }
    before = await lab.contents();
    await lab.describe(
      stack,
      { ...roles, users: cast, repositories, distribution: engine, clusters: [await itself()] },
      kubernetes,
    );
    outputs = await lab.up(stack);
    host = outputs.hosts[0] ?? "";
    image = `${host}/team/waiting:1.0.0`;
    await lab.build(image, 5);
  }, startTimeoutMs);
  afterAll(() => lab?.stop());

  /** The cluster of the registry itself, as one whose service accounts pull. The registry may not ask the API server for its keys. */
  const itself = async () => {
    const raw = (path: string) => lab.cluster.kubectl("get", "--raw", path);
    const { issuer } = JSON.parse(await raw("/.well-known/openid-configuration")) as {
      issuer: string;
    };
    const workloads = [{ namespace: team, serviceAccount: "puller" }];
    const jwks = await raw("/openid/v1/jwks");
    return { name: "inside", issuer, workloads, jwks, pull: ["team/waiting"] };
  };

  const login = () =>
    lab.engine.tryDocker(
      ["login", "--username", "admin", "--password-stdin", host],
      outputs.credentials.admin,
    );
  /** Pulls an image again, which needs the registry to have kept it. */
  const pull = async (tag: string) => {
    await lab.engine.tryDocker(["image", "rm", tag]);
    await until({ what: `a pull of ${tag}`, timeoutMs: 120_000 }, () =>
      lab.engine.docker("pull", tag),
    );
  };
  /** The registry's only pod, once it is ready, is another than `not`, and is where the NodePort leads. */
  const readyPod = (not?: Pod) =>
    until({ what: "the registry's pod to be ready", timeoutMs: 180_000 }, async () => {
      const [pod, ...others] = await lab.pods();
      if (others.length > 0 || pod?.ready !== true || pod.uid === not?.uid) return undefined;
      // kube-proxy hears of a ready pod a moment later, and refuses connections until then.
      const { url, ...access } = accessOf(outputs);
      return (await ask(`${url}/v2/`, access)).status === 200 && pod;
    });
  const remove = (pod: Pod, ...options: string[]) =>
    lab.cluster.kubectl("delete", "pod", pod.name, `--namespace=${namespace}`, ...options);

  it("takes an image by Docker through the NodePort, once its CA is trusted", async () => {
    expect((await login()).said).toContain("certificate signed by unknown authority");
    const trust = await lab.checkout.wharf("trust", "--stack", stack);
    expect(trust.exitCode, trust.said).toBe(0);
    const { exitCode, said } = await login();
    expect(exitCode, said).toBe(0);
    await lab.engine.docker("push", image);
    await pull(image);
  });

  it("is saved by wharf backup, and gets back what was deleted", async () => {
    const place = join(lab.checkout.home, "backups");
    const done = async (...args: string[]) => {
      const run = await lab.checkout.wharf(...args, "--stack", stack);
      expect(run.exitCode, run.said).toBe(0);
      return run.said;
    };
    const { url, ...access } = accessOf(outputs);
    const lost = await pushRandomImage({ url, ...access }, "team/lost", "1.0.0");
    await done("backup", "--to", place);
    const image = `${url}/v2/${lost.repository}/manifests/${lost.digest}`;
    expect((await ask(image, { ...access, method: "DELETE" })).status).toBe(202);
    expect(await done("restore", "--from", place)).toContain(" 1 images restored");
    await expectWhole({ url, ...access }, lost);
  });

  it("takes over the images of a stack on Docker by wharf copy, whose users stay behind with it", async () => {
    const old = "old";
    await lab.checkout.describe(old, { endpoint: { port: await freePort() }, ...roles });
    const { caCertificate: ca, credentials, endpoint } = await lab.up(old);
    const from = { url: endpoint, ca, auth: `admin:${credentials.admin}` };
    const images = [
      await pushRandomImage(from, "team/moved", "1.0.0"),
      await pushRandomImage(from, "team/moved", "1.1.0"),
    ];
    const copied = await lab.checkout.wharf("copy", old, stack);
    expect(copied.exitCode, copied.said).toBe(0);
    await lab.down(old);
    for (const moved of images) await expectWhole(accessOf(outputs), moved);
  });

  it("holds the roles of its users, request by request, whatever a path looks like", async () => {
    const d = checkDescription({
      stack,
      values: {
        ...roles,
        target: "kubernetes",
        users: cast,
        repositories,
        images: { registry: "wharf-registry" },
      },
      secretKeys: new Set(),
    });
    const clients = [
      ...cast.map(({ name }) => ({ name, password: outputs.credentials[name] })),
      { name: "a stranger" },
    ];
    const known = ({ name, password }: Client) => password !== undefined && name !== "gone";
    const registry = new AskedRegistry(host, outputs.caCertificate);
    const names = repositories.map(({ name }) => name);
    const matrix = await accessMatrixOf(registry, clients, names, {
      known,
      expected: (client, action, repository) =>
        known(client) &&
        d.users.some(
          (user) => user.name === client.name && allows(rulesOfUser(user, d), action, repository),
        ),
    });
    expect(matrix.seen.length).toBeGreaterThan(300);
    expect(matrix.seen).toEqual(matrix.expected);
    const developer = { name: "developer", password: outputs.credentials.developer };
    const fuzzed = await fuzzedRequests(registry, developer, "shop/api", "secret/x");
    registry.close();
    expect(fuzzed.let).toEqual([]);
    expect(fuzzed.tried).toBeGreaterThan(120);
  });

  it("serves the pods of a namespace with the pull secret, on nodes that trust its CA, and no others", async () => {
    const name = `${inCluster}/team/waiting:1.0.0`;
    const run = (where: string) =>
      lab.cluster.kubectl("run", "waiting", `--image=${name}`, `--namespace=${where}`);
    const status = (where: string, path: string) =>
      lab.cluster.kubectl(
        "get",
        "pod",
        "waiting",
        `--namespace=${where}`,
        `--output=jsonpath={.status.${path}}`,
      );
    await run(strangers);
    await until({ what: "the stranger's pull to be refused" }, async () => {
      const waiting = await status(strangers, "containerStatuses[0].state.waiting");
      return /ErrImagePull|ImagePullBackOff/.test(waiting) && /no basic auth|401/.test(waiting);
    });
    // What the node was told is what makes it trust the registry.
    const untold = ["images", "pull", "--hosts-dir", "/nonexistent", name];
    await expect(lab.cluster.node("ctr", untold)).rejects.toThrow("unknown authority");

    await run(team);
    await until(
      { what: "the pod to run" },
      async () => (await status(team, "phase")) === "Running",
    );
    for (const where of [team, strangers]) {
      await lab.cluster.kubectl("delete", "pod", "waiting", `--namespace=${where}`, "--now");
    }
  });

  it("lets a pod in by the token of its service account, as far as its cluster is described, and no other pod", async () => {
    const token = (serviceAccount: string) => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: serviceAccount, namespace: team },
      spec: {
        serviceAccountName: serviceAccount,
        restartPolicy: "Never",
        securityContext: { runAsUser: 10001, fsGroup: 10001 },
        containers: [
          {
            name: "crane",
            image: smokeImage,
            env: [{ name: "DOCKER_CONFIG", value: "/tmp" }],
            command: ["sh", "-c", asking],
            volumeMounts: [
              { name: "token", mountPath: "/token", readOnly: true },
              { name: "tmp", mountPath: "/tmp" },
            ],
          },
        ],
        volumes: [
          { name: "tmp", emptyDir: {} },
          {
            name: "token",
            projected: {
              sources: [{ serviceAccountToken: { path: "token", audience: lab.cluster.address } }],
            },
          },
        ],
      },
    });
    const asking = [
      `crane auth login ${inCluster} --username inside --password-stdin </token/token`,
      ...["team/waiting:1.0.0", "ops:1.0.0"].map(
        (name) => `crane digest --insecure ${inCluster}/${name} 2>&1`,
      ),
    ].join("; ");
    await lab.cluster.kubectl("create", "serviceaccount", "puller", `--namespace=${team}`);
    await lab.cluster.apply(token("puller"), token("default"));
    const said = async (pod: string) => {
      await until({ what: `pod ${pod} to end` }, async () => {
        const phase = ["--output=jsonpath={.status.phase}", `--namespace=${team}`];
        return /Succeeded|Failed/.test(await lab.cluster.kubectl("get", "pod", pod, ...phase));
      });
      return lab.cluster.kubectl("logs", pod, `--namespace=${team}`);
    };
    const described = await said("puller");
    expect(described).toMatch(/sha256:[0-9a-f]{64}/);
    expect(described).toMatch(/403 Forbidden|DENIED/);
    const other = await said("default");
    expect(other).toMatch(/401 Unauthorized|UNAUTHORIZED/);
    expect(other).not.toContain("sha256:");
    for (const pod of ["puller", "default"]) {
      await lab.cluster.kubectl("delete", "pod", pod, `--namespace=${team}`, "--now");
    }
    await lab.cluster.kubectl("delete", "serviceaccount", "puller", `--namespace=${team}`);
  });

  it("changes nothing when it is brought up again", async () => {
    const pod = await readyPod();
    const again = await lab.checkout.wharf("up", "--yes", "--stack", stack);
    expect(again.said).toContain("nothing to change");
    const refreshed = ["--refresh", "--expect-no-changes", "--non-interactive"];
    const plain = await lab.checkout.pulumi(stack, ...plainUp, ...refreshed);
    expect(plain.exitCode, plain.said).toBe(0);
    expect(await readyPod()).toEqual(pod);
    const looked = await lab.checkout.wharf("status", "--stack", stack);
    expect(looked.exitCode, looked.said).toBe(0);
    expect(looked.said).toMatch(/✔ {3}Registry .* answers\n ✔ {3}Login .* as admin/);
  });

  it("lets a push in flight end when its pod is told to stop", async () => {
    const pod = await readyPod();
    const { ca } = accessOf(outputs);
    const held = await Upload.start(host, "team/held", outputs.credentials.admin ?? "", ca);
    await remove(pod, "--wait=false");
    await readyPod(pod);
    expect(await held.finish()).toBe(201);
  });

  it("takes a push whole whose pod is killed in the middle, when the client tries again", async () => {
    const large = `${host}/team/large:1.0.0`;
    await lab.build(large, 100);
    const pod = await readyPod();
    const registry = await StackRegistry.onKubernetes(stack, lab, accessOf(outputs));
    const push = lab.engine.docker("push", large);
    await until({ what: "the push to be under way" }, async () => {
      const log = await lab.cluster.kubectl("logs", pod.name, `--namespace=${namespace}`);
      return log.includes("POST /v2/team/large/blobs/uploads/");
    });
    // Its process at once: the kubelet gives even a pod that is deleted by force a second or two, in which the push may end.
    await registry.kill();
    await remove(pod, "--grace-period=0", "--force");
    expect(await push).toContain("Retrying");
    await pull(large);
    await readyPod(pod);
  });

  it("lets users in and shuts them out without a restart, while another pushes 50 images, none of which fails", async () => {
    const pod = await readyPod();
    const { credentials: old } = outputs;
    const pusher = accessOf(outputs);
    let changing = true;
    const pushing = (async () => {
      const pushed: PushedImage[] = [];
      while (changing || pushed.length < 50) {
        pushed.push(await pushRandomImage(pusher, "team/many", `v${pushed.length}`));
        await setTimeout(pace);
      }
      return pushed;
    })();
    // Its error is told below, not as one that nobody took.
    pushing.catch(() => undefined);
    const joined = [{ name: "admin" }, { name: "readonly", rotation: 1 }, { name: "joiner" }];
    await lab.describe(stack, { ...roles, users: joined, distribution: engine }, kubernetes);
    const status = async (user: string, password = "") =>
      (await ask(`${pusher.url}/v2/`, { ca: pusher.ca, auth: `${user}:${password}` })).status;
    const change = async () => {
      outputs = await lab.up(stack);
      // The kubelet brings changed Secrets to running pods, within about a minute.
      await until({ what: "the new user to be let in", timeoutMs: 120_000 }, async () => {
        return (await status("joiner", outputs.credentials.joiner)) === 200;
      });
    };
    await change().finally(() => (changing = false));
    for (const each of (await pushing).slice(-50)) await expectWhole(pusher, each);
    expect(outputs.credentials.readonly).not.toBe(old.readonly);
    expect(await status("readonly", outputs.credentials.readonly)).toBe(200);
    expect(await status("readonly", old.readonly)).toBe(401);
    expect(await status("admin", old.admin)).toBe(200);
    expect(await readyPod()).toEqual(pod);
  });

  it("rolls its pod for a renewed certificate, and keeps every push that it has acknowledged", async () => {
    const pod = await readyPod();
    const registry = accessOf(outputs);
    const presented = await serialOf(host, registry.ca);
    const changes = { ...collecting, users, distribution: engine, tls: { validityDays: 200 } };
    await lab.describe(stack, changes, kubernetes);
    pushed = await pushDuring(registry, "team/rolled", async () => {
      outputs = await lab.update(stack);
    });
    await readyPod(pod);
    expect(await serialOf(host, registry.ca)).not.toBe(presented);
    expect(pushed.length).toBeGreaterThan(1);
    for (const each of pushed) await expectWhole(registry, each);
  });

  /** The digests that a run of the registry's own would delete. */
  const itsOwnRun = async ({ url, ca, auth }: ReturnType<typeof accessOf>) => {
    const runs = `${url}/v2/_wharf/collection`;
    const body = JSON.stringify({ dryRun: true, overLimit: true });
    const begun = await ask(runs, { ca, auth, method: "POST", body });
    expect(begun.status, begun.body).toBe(202);
    const { id } = JSON.parse(begun.body) as { id: string };
    return until({ what: "the run's report" }, async () => {
      const { body } = await ask(runs, { ca, auth });
      const { planned } = JSON.parse(body) as {
        planned: { id: string; problem?: string; expired: { digest: string }[] } | null;
      };
      if (planned?.id !== id) return false;
      expect(planned.problem).toBeUndefined();
      return planned.expired.map(({ digest }) => digest);
    });
  };

  it("deletes old images by wharf collect, but none that a pod is to run", async () => {
    const registry = accessOf(outputs);
    for (const tag of ["last-but-one", "last"]) {
      pushed.push(await pushRandomImage(registry, "team/rolled", tag));
    }
    const [oldest, second] = pushed as [PushedImage, PushedImage];
    const last = pushed.at(-1) as PushedImage;
    const pod = ["holder", `--namespace=${strangers}`];
    const name = `${host}/team/rolled@${oldest.digest}`;
    await lab.cluster.kubectl("run", ...pod, `--image=${name}`, "--restart=Never");
    // As the schedule does, nobody tells this run what the cluster runs: the registry asks by its own token.
    const expired = await itsOwnRun(registry);
    expect(expired).toContain(second.digest);
    expect(expired).not.toContain(oldest.digest);
    const run = await lab.checkout.wharf(
      ...["collect", "--yes", "--json", "--over-limit", "--stack", stack],
    );
    expect(run.exitCode, run.said).toBe(0);
    const { repositories, readOnlySeconds } = JSON.parse(run.stdout) as {
      repositories: { name: string; deleted: number }[];
      readOnlySeconds: number;
    };
    expect(repositories).toContainEqual(
      expect.objectContaining({ name: "team/rolled", deleted: pushed.length - 2 }),
    );
    expect(readOnlySeconds).toBe(0);
    await expectWhole(registry, oldest);
    await expectWhole(registry, last);
    await expect(expectWhole(registry, second)).rejects.toThrow();
    await lab.cluster.kubectl("delete", "pod", ...pod, "--now");
  });

  it(
    "loses no image that was acknowledged while it collects, and its process or its pod is killed",
    async () => {
      await collectUnderLoad(await StackRegistry.onKubernetes(stack, lab, accessOf(outputs)));
    },
    loadTimeoutMs,
  );

  it("lets another node pull where addresses are limited, as soon as that has joined, and nobody else", async () => {
    const registry = accessOf(outputs);
    const image = await pushRandomImage(registry, "team/limited", "1.0.0");
    const endpoint = { hosts: [lab.cluster.address], allowFrom: ["192.0.2.0/24"] };
    await lab.describe(stack, { ...collecting, users, distribution: engine, endpoint }, kubernetes);
    await lab.cluster.enforcePolicies();
    outputs = await lab.update(stack);
    expect(outputs.notes.join("\n")).toContain(`containerd pulls: ${lab.cluster.address}/32.`);
    // This machine is not a node yet: its address is a stranger's.
    await until({ what: "a stranger's address to be shut out" }, () =>
      expectWhole(registry, image).then(
        () => false,
        (error: NodeJS.ErrnoException) => error.code === "ECONNREFUSED",
      ),
    );
    await lab.cluster.apply(machineAsNode(lab.cluster.hostAddress));
    outputs = await lab.update(stack);
    await until({ what: "the new node to be let in" }, async () => {
      await expectWhole(registry, image);
      return true;
    });
    const outsider = ["outsider", `--namespace=${strangers}`];
    await lab.cluster.kubectl(
      ...["run", ...outsider, `--image=${smokeImage}`, "--restart=Never"],
      ...["--command", "--", "crane", "catalog", inCluster],
    );
    await until({ what: "a pod of another namespace to be shut out" }, async () =>
      (await lab.cluster.kubectl("logs", ...outsider)).includes("connection refused"),
    );
    await lab.cluster.kubectl("delete", "pod", ...outsider, "--now");
    await lab.cluster.kubectl("delete", "node", otherNode);
  });

  it("is back by itself, with its images, after a restart of the node", async () => {
    await lab.cluster.restartNode();
    await pull(image);
  });

  it("leaves nothing behind, in the cluster or on its node, when the lab is torn down", async () => {
    await lab.down(stack);
    // The volume goes by the hand of the cluster, after its claim.
    await until({ what: "all that came to be gone" }, async () => {
      expect(await lab.contents()).toEqual(before);
      return true;
    });
  });
});

const otherNode = "other";

/** This machine as a node of the cluster that nothing is to run on: no machine to the nodes' trust, and closed to all else. */
const machineAsNode = (address: string) => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name: otherNode, labels: { type: "virtual-kubelet" } },
  spec: { unschedulable: true },
  status: { addresses: [{ type: "InternalIP", address }] },
});
