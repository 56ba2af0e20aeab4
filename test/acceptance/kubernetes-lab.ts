import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { connect } from "node:tls";
import { expect } from "vitest";
import { parse } from "yaml";
import { announce } from "../support/announce";
import { Cluster } from "../cluster/cluster";
import { busybox, programs } from "../cluster/programs";
import { crane } from "../../offline/images/crane";
import { Checkout, type Outputs } from "./checkout";
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

/** A pod of the registry that is not on its way out. */
export interface Pod {
  name: string;
  uid: string;
  address: string;
  ready: boolean;
  restarts: number;
}

/** A cluster, the machine's Docker engine, and a checkout of the project that describes a registry on the one for the other. */
export class KubernetesLab {
  private constructor(
    readonly engine: DockerEngine,
    readonly cluster: Cluster,
    readonly checkout: Checkout,
    private readonly registryImage: string,
    private readonly undo: (() => Promise<void>)[],
  ) {}

  /** Starts all of it. Takes what {@link Cluster.start} takes, and a few seconds. */
  static async start(): Promise<KubernetesLab> {
    const undo: (() => Promise<void>)[] = [];
    try {
      const engine = await DockerEngine.start();
      undo.unshift(() => engine.remove());
      // After the engine: the cluster looks for addresses that nobody has.
      const cluster = await Cluster.start();
      undo.unshift(() => cluster.stop());
      const checkout = await Checkout.create(engine, { KUBECONFIG: cluster.kubeconfig });
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

  /** `wharf down`, which must succeed. */
  async down(stack: string): Promise<void> {
    const run = await this.checkout.wharf("down", "--yes", "--stack", stack);
    expect(run.exitCode, run.said).toBe(0);
  }

  /** Makes a stack without resources, so that its settings may hold secrets. */
  async init(stack: string): Promise<void> {
    await this.configure(stack, `pulumi stack init ${stack}`);
  }

  /** Sets a key of `wharf:`, by its path. */
  async set(stack: string, path: string, value: string): Promise<void> {
    await this.configure(
      stack,
      `pulumi config set --stack ${stack} --path 'wharf:${path}' ${value}`,
    );
  }

  /** Sets a secret, which stands in no command. */
  async setSecret(stack: string, path: string, value: string): Promise<void> {
    const file = join(this.checkout.home, "secret");
    await writeFile(file, value, { mode: 0o600 });
    const set = `pulumi config set --stack ${stack} --secret --path 'wharf:${path}'`;
    await this.configure(stack, `${set} <'${file}'`);
    await rm(file);
  }

  /** Runs a line of a shell that a person would, where `wharf pulumi-env` has set the environment. */
  async configure(stack: string, line: string): Promise<void> {
    const script = `eval "$(node cli/wharf.js pulumi-env --stack ${stack})" && ${line}`;
    const run = await this.checkout.run("bash", "-c", script);
    expect(run.exitCode, run.said).toBe(0);
  }

  /** The pods of the registry, those that are on their way out left aside. */
  async pods(): Promise<Pod[]> {
    const label = "app.kubernetes.io/component=registry";
    const query = ["pods", `--namespace=${namespace}`, `--selector=${label}`, "--output=json"];
    const { items } = JSON.parse(await this.cluster.kubectl("get", ...query)) as {
      items: FoundPod[];
    };
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
    const kinds = await this.cluster.kubectl("api-resources", "--verbs=list", "--output=name");
    const kept = kinds.split("\n").filter((kind) => !/^(events|leases)\./.test(`${kind}.`));
    const line = `{range .items[*]}{.kind} {.metadata.namespace}/{.metadata.name}{"\\n"}{end}`;
    const all = ["get", kept.join(","), "--all-namespaces", `--output=jsonpath=${line}`];
    const { stdout } = await this.cluster.node("find", ["/etc/containerd/certs.d"]);
    return `${await this.cluster.kubectl(...all)}\n${stdout}`.split("\n").filter(Boolean).sort();
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

/** What the API says of a pod, as far as it is read here. */
interface FoundPod {
  metadata: { name: string; uid: string; deletionTimestamp?: string };
  status: { podIP?: string; containerStatuses?: { ready: boolean; restartCount: number }[] };
}
