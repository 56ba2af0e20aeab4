import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { connect } from "node:tls";
import { expect } from "vitest";
import { execa } from "execa";
import { parse } from "yaml";
import { announce } from "../support/announce";
import { Cluster } from "../cluster/cluster";
import { busybox, programs } from "../cluster/programs";
import { crane } from "../../offline/images/crane";
import { Checkout, type CommandPlace, type Outputs } from "./checkout";
import { DockerEngine } from "./docker-engine";
import type { RegistryAccess } from "./random-image";

/** Namespace of the registry. */
export const namespace = "registry";
/** The registry's name in the cluster, port included. */
export const inCluster = `registry-service.${namespace}.svc.cluster.local:5000`;

/** The image that proves the registry and tells the nodes to trust it: crane, and a shell with its commands. */
export const smokeImage = "wharf.local/smoke:1";
const shellCommands = "sh basename cat date dirname head mkdir mv rm rmdir sleep tail tar tr".split(
  " ",
);

/** Arguments of `pulumi` by which it carries a description out at once. */
export const plainUp = ["up", "--yes", "--skip-preview"];

/** A pod of the registry that is not on its way out. */
export interface Pod {
  name: string;
  uid: string;
  address: string;
  ready: boolean;
  restarts: number;
}

/** Where commands run that need no Docker engine, and find none. */
const withoutDocker: CommandPlace = {
  command: (file, args, options = {}) =>
    execa(file, args, {
      ...options,
      env: { ...options.env, DOCKER_HOST: "unix:///nonexistent/docker.sock" },
    }),
};

/** A cluster, a Docker engine where a test asks for one, and a checkout of the project that describes registries on the cluster. */
export class KubernetesLab {
  private constructor(
    private readonly docker: DockerEngine | undefined,
    readonly cluster: Cluster,
    readonly checkout: Checkout,
    private readonly registryImage: string,
    private readonly undo: (() => Promise<void>)[],
  ) {}

  /** Starts all of it. Takes what {@link Cluster.start} takes, and a few seconds. */
  static async start({ docker = false } = {}): Promise<KubernetesLab> {
    const undo: (() => Promise<void>)[] = [];
    try {
      const engine = docker ? await DockerEngine.start() : undefined;
      undo.unshift(async () => engine?.remove());
      // After the engine: the cluster looks for addresses that nobody has.
      const cluster = await Cluster.start();
      undo.unshift(() => cluster.stop());
      const checkout = await checkoutFor(cluster, engine);
      undo.unshift(() => checkout.remove());
      const paths = { crane: await crane(announce), busybox: await busybox(announce) };
      const entries = shellCommands.map((name) => ({ path: `bin/${name}`, link: "busybox" }));
      await cluster.importPrograms(smokeImage, paths, { entries });
      return new KubernetesLab(engine, cluster, checkout, await cluster.importRegistry(), undo);
    } catch (error) {
      for (const step of undo) await step();
      throw error;
    }
  }

  /** The engine that the test asked for. */
  get engine(): DockerEngine {
    if (this.docker === undefined) throw new Error("This lab was started without a Docker engine.");
    return this.docker;
  }

  /** Another checkout for the same cluster, which its caller removes. */
  async anotherCheckout(): Promise<Checkout> {
    return checkoutFor(this.cluster, this.docker);
  }

  async stop(): Promise<void> {
    for (const step of this.undo) await step();
  }

  /**
   * Describes a stack as Pulumi.kubernetes.yaml does, with what a network without other registries needs.
   *
   * @param changes keys without the `wharf:` before them
   * @param kubernetes keys of `wharf:kubernetes`
   */
  async describe(
    stack: string,
    changes: Record<string, unknown> = {},
    kubernetes: Record<string, unknown> = {},
  ): Promise<void> {
    const ready = await readFile(join(__dirname, "../../Pulumi.kubernetes.yaml"), "utf8");
    const { config } = parse(ready) as { config: Record<string, unknown> };
    await this.checkout.describe(stack, {
      ...config,
      images: { registry: this.registryImage },
      auth: { mode: "htpasswd" },
      endpoint: { hosts: [this.cluster.address] },
      kubernetes: { smoke: { image: smokeImage }, ...kubernetes },
      ...changes,
    });
  }

  /** `wharf up`, which must succeed; returns the stack's outputs. */
  async up(stack: string): Promise<Outputs> {
    const run = await this.checkout.wharf("up", "--yes", "--stack", stack);
    expect(run.exitCode, run.said).toBe(0);
    return this.checkout.outputs(stack);
  }

  /**
   * The same for a changed description by the plain Pulumi CLI, as a pipeline does it: `wharf up` would plan first, for half of the
   * processor time again.
   */
  async update(stack: string): Promise<Outputs> {
    const run = await this.checkout.pulumi(stack, ...plainUp);
    expect(run.exitCode, run.said).toBe(0);
    return this.checkout.outputs(stack);
  }

  /** `wharf down`, which must succeed. */
  async down(stack: string): Promise<void> {
    const run = await this.checkout.wharf("down", "--yes", "--stack", stack);
    expect(run.exitCode, run.said).toBe(0);
  }

  /** Makes a stack without resources, so that its settings may hold secrets, and sets such, by their paths below `wharf:`. */
  async init(stack: string, secrets: Record<string, string> = {}): Promise<void> {
    // They stand in no command.
    const file = (path: string) => join(this.checkout.home, path);
    const paths = Object.keys(secrets);
    for (const path of paths) await writeFile(file(path), secrets[path] ?? "", { mode: 0o600 });
    const set = paths.map(
      (path) =>
        `pulumi config set --stack ${stack} --secret --path 'wharf:${path}' <'${file(path)}'`,
    );
    await this.configure(stack, [`pulumi stack init ${stack}`, ...set].join(" && "));
    for (const path of paths) await rm(file(path));
  }

  /** Sets a key of `wharf:`, by its path. */
  async set(stack: string, path: string, value: string): Promise<void> {
    await this.configure(
      stack,
      `pulumi config set --stack ${stack} --path 'wharf:${path}' ${value}`,
    );
  }

  /** Runs a line of a shell that a person would, where `wharf pulumi-env` has set the environment. */
  async configure(stack: string, line: string): Promise<void> {
    const script = `eval "$(node cli/wharf.js pulumi-env --stack ${stack})" && ${line}`;
    const run = await this.checkout.run("bash", "-c", script);
    expect(run.exitCode, run.said).toBe(0);
  }

  /** The pods of the registry, those that are on their way out left aside. */
  async pods(): Promise<Pod[]> {
    const selector = encodeURIComponent("app.kubernetes.io/component=registry");
    const { items } = await this.cluster.get<{ items: FoundPod[] }>(
      `/api/v1/namespaces/${namespace}/pods?labelSelector=${selector}`,
    );
    return items
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .map(({ metadata, status }) => ({
        name: metadata.name,
        uid: metadata.uid,
        address: status.podIP ?? "",
        ready: status.containerStatuses?.every(({ ready }) => ready) ?? false,
        restarts: status.containerStatuses?.[0]?.restartCount ?? 0,
      }));
  }

  /** Deletes a pod of the registry at once, as `kubectl delete` does without a time to end in. */
  async deletePod(): Promise<void> {
    const [pod] = await this.pods();
    const now = ["--grace-period=0", "--force", `--namespace=${namespace}`];
    await this.cluster.kubectl("delete", "pod", pod?.name ?? "", ...now);
  }

  /** Every object of the cluster except what Kubernetes notes by itself, and the files by which its node trusts registries. */
  async contents(): Promise<string[]> {
    const found: string[] = [];
    for (const { kind, path } of await this.kinds()) {
      const { items } = await this.cluster.get<{ items: Listed[] }>(path);
      for (const { metadata } of items) {
        found.push(`${kind} ${metadata.namespace ?? ""}/${metadata.name}`);
      }
    }
    const { stdout } = await this.cluster.node("find", ["/etc/containerd/certs.d"]);
    return [...found, ...stdout.split("\n").filter(Boolean)].sort();
  }

  /** The kinds whose objects can be listed, in the version of each that the API server prefers. */
  private async kinds(): Promise<{ kind: string; path: string }[]> {
    const { groups } = await this.cluster.get<{ groups: Group[] }>("/apis");
    const versions = groups.map(({ preferredVersion }) => `/apis/${preferredVersion.groupVersion}`);
    const kinds: { kind: string; path: string }[] = [];
    for (const version of ["/api/v1", ...versions]) {
      const { resources } = await this.cluster.get<{ resources: Resource[] }>(version);
      const listed = resources.filter(
        ({ name, verbs }) => verbs.includes("list") && !notedByItself.includes(name),
      );
      kinds.push(...listed.map(({ kind, name }) => ({ kind, path: `${version}/${name}` })));
    }
    return kinds;
  }

  /** Builds an image on the Docker engine, of a program that waits and of random bytes. */
  async build(tag: string, mebibytes: number): Promise<void> {
    const context = await mkdtemp(join(this.engine.directory, "context-"));
    const { pause } = await programs(announce);
    await writeFile(join(context, "pause"), await readFile(pause), { mode: 0o755 });
    await this.engine.build(`${tag}-layer`, mebibytes);
    await writeFile(
      join(context, "Dockerfile"),
      `FROM ${tag}-layer\nCOPY pause /pause\nUSER 10001\nENTRYPOINT ["/pause"]\n`,
    );
    await this.engine.docker("build", "--quiet", "--tag", tag, context);
    await rm(context, { recursive: true });
  }
}

function checkoutFor(cluster: Cluster, engine: DockerEngine | undefined): Promise<Checkout> {
  return Checkout.create(engine ?? withoutDocker, { KUBECONFIG: cluster.kubeconfig });
}

/** The registry of a stack as its user `admin` sees it from this machine. */
export function accessOf({ endpoint, caCertificate, credentials }: Outputs): RegistryAccess {
  return { url: endpoint, ca: caCertificate, auth: `admin:${credentials.admin}` };
}

/** Serial number of the certificate that a server presents. */
export async function serialOf(server: string, ca: string): Promise<string> {
  const { hostname, port } = new URL(`https://${server}`);
  const socket = connect({ host: hostname, port: Number(port), ca });
  try {
    await once(socket, "secureConnect");
    return socket.getPeerCertificate().serialNumber;
  } finally {
    socket.destroy();
  }
}

/** Resources that come and go without anybody's doing. */
const notedByItself = ["events", "leases", "componentstatuses"];

/** A group of the API, one resource of it, and an object, as far as they are read here. */
interface Group {
  preferredVersion: { groupVersion: string };
}
interface Resource {
  name: string;
  kind: string;
  verbs: string[];
}
interface Listed {
  metadata: { name: string; namespace?: string };
}

/** What the API says of a pod, as far as it is read here. */
interface FoundPod {
  metadata: { name: string; uid: string; deletionTimestamp?: string };
  status: { podIP?: string; containerStatuses?: { ready: boolean; restartCount: number }[] };
}
