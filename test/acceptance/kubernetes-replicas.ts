import { createHash, randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { startTimeoutMs } from "../cluster/cluster";
import { until } from "../cluster/waiting";
import { bareRegistry } from "../../offline/images/registry-image";
import { AskedRegistry, htpasswdMatrixOf } from "./access-matrix";
import type { Outputs } from "./checkout";
import { accessOf, inCluster, type KubernetesLab, namespace, type Pod } from "./kubernetes-lab";
import { expectWhole, type PushedImage, pushRandomImage } from "./random-image";
import { startS3Store } from "./s3-store";

/** Tests of several pods that share a bucket: any of them serves any request, and one may be lost. They leave their registry running. */
export function replicas(on: () => KubernetesLab): void {
  let lab: KubernetesLab;
  let outputs: Outputs;
  const stack = "replicas";
  const users = ["admin", "developer", "readonly"].map((name) => ({ name }));

  beforeAll(async () => {
    lab = on();
    const { accessKey, secretKey, storage } = await startS3Store(lab.cluster);
    const kubernetes = { expose: { kind: "NodePort" }, replicas: 2 };
    // Wharf's own image needs Redis here, for the list of an image's signatures.
    const images = { registry: await lab.cluster.importRegistry(bareRegistry) };
    await lab.describe(
      stack,
      { storage, users, images, distribution: { cache: { kind: "none" } } },
      kubernetes,
    );
    await lab.init(stack, {
      "storage.accessKey": accessKey,
      "storage.secretKey": secretKey,
    });
    outputs = await lab.up(stack);
  }, startTimeoutMs);

  const readyPods = (count: number) =>
    until({ what: `${count} ready pods`, timeoutMs: 180_000 }, async () => {
      const pods = await lab.pods();
      return pods.length === count && pods.every(({ ready }) => ready) && pods;
    });

  /** Sends a request to one pod, from the node, since pods have no addresses outside of it. */
  const send = async (pod: Pod, method: string, path: string, body?: Buffer) => {
    const ca = join(lab.checkout.home, "ca.crt");
    await writeFile(ca, outputs.caCertificate);
    const [name, port] = inCluster.split(":");
    const { stdout } = await lab.cluster.node(
      "curl",
      [
        ...["--silent", "--include", "--http1.1", "--cacert", ca, "--request", method],
        ...["--resolve", `${name}:${port}:${pod.address}`, "--user", accessOf(outputs).auth],
        ...["--header", "Content-Type: application/octet-stream", "--header", "Expect:"],
        ...(body === undefined ? [] : ["--data-binary", "@-"]),
        `https://${inCluster}${path}`,
      ],
      { input: body },
    );
    const location = new URL(/^location: (\S+)/im.exec(stdout)?.[1] ?? "/", `https://${inCluster}`);
    return { status: Number(stdout.split(" ")[1]), location };
  };

  /** Pushes a blob whose requests go to the pods in turn. */
  const pushAcross = async (pods: Pod[]) => {
    let turn = 0;
    const next = () => pods[turn++ % pods.length] as Pod;
    // More than one part of S3, which are 5 MiB at least.
    const chunks = [0, 1].map(() => randomBytes(6 * 2 ** 20));
    let { status, location } = await send(next(), "POST", "/v2/team/spread/blobs/uploads/");
    expect(status).toBe(202);
    for (const chunk of chunks) {
      ({ status, location } = await send(
        next(),
        "PATCH",
        location.pathname + location.search,
        chunk,
      ));
      expect(status).toBe(202);
    }
    const digest = `sha256:${createHash("sha256").update(Buffer.concat(chunks)).digest("hex")}`;
    location.searchParams.set("digest", digest);
    ({ status } = await send(next(), "PUT", location.pathname + location.search));
    expect(status).toBe(201);
    for (const pod of pods) {
      expect((await send(pod, "GET", `/v2/team/spread/blobs/${digest}`)).status).toBe(200);
    }
  };

  /** Pushes `images` by five clients at once, and calls `disturb` after the first fifth; every push is acknowledged in the end. */
  const pushMany = async (repository: string, images: number, disturb: () => Promise<unknown>) => {
    const registry = { ...accessOf(outputs), agent: false as const };
    const pushed: PushedImage[] = [];
    let disturbed: Promise<unknown> | undefined;
    const client = async (tag: string) => {
      for (let count = 0; count < images / 5; count += 1) {
        const push = () => pushRandomImage(registry, repository, `${tag}.${count}`);
        pushed.push(await until({ what: "a push to be acknowledged", timeoutMs: 120_000 }, push));
        if (pushed.length === images / 5) disturbed = disturb();
      }
    };
    await Promise.all(["1", "2", "3", "4", "5"].map(client));
    await disturbed;
    return pushed;
  };

  const losesNothing = async (count: number, images: number) => {
    const [victim] = await readyPods(count);
    const kill = ["--grace-period=0", "--force", `--namespace=${namespace}`];
    const pushed = await pushMany(`team/of-${count}`, images, () =>
      lab.cluster.kubectl("delete", "pod", victim?.name ?? "", ...kill),
    );
    expect(pushed).toHaveLength(images);
    await Promise.all(pushed.map((each) => expectWhole(accessOf(outputs), each)));
    const pods = await readyPods(count);
    expect(pods.map(({ uid }) => uid)).not.toContain(victim?.uid);
  };

  it("let every user with htpasswd do everything, request by request, and strangers nothing", async () => {
    const registry = new AskedRegistry(outputs.hosts[0] ?? "", outputs.caCertificate);
    const passwords = users.map(({ name }) => [name, outputs.credentials[name]] as const);
    const matrix = await htpasswdMatrixOf(registry, Object.fromEntries(passwords));
    registry.close();
    expect(matrix.seen.length).toBeGreaterThan(300);
    expect(matrix.seen).toEqual(matrix.expected);
  });

  it("serve a push whose requests meet two of them", async () => {
    await pushAcross(await readyPods(2));
  });

  it("lose no acknowledged push when one of two is killed during fifty", async () => {
    await losesNothing(2, 50);
  });

  it("may become three, without a change of those that run", async () => {
    const before = await readyPods(2);
    await lab.set(stack, "kubernetes.replicas", "3");
    outputs = await lab.update(stack);
    const now = await readyPods(3);
    expect(now.map(({ uid }) => uid)).toEqual(expect.arrayContaining(before.map(({ uid }) => uid)));
    await pushAcross(now);
  });

  it("lose no acknowledged push when one of three is killed during twenty", async () => {
    await losesNothing(3, 20);
  });
}
