import { readdir, readFile } from "node:fs/promises";
import { Agent } from "node:https";
import { join } from "node:path";
import { expect } from "vitest";
import type { Report } from "../../cli/collection/report";
import { type LoadedRegistry, seconds } from "../offline/registry/collection-load";
import { type Asked, ImageClient } from "../offline/registry/image-client";
import { type Answer, ask, until } from "../support/running-registry";
import type { Checkout } from "./checkout";
import type { DockerEngine } from "./docker-engine";
import type { KubernetesLab } from "./kubernetes-lab";
import type { RegistryAccess } from "./random-image";

/** How long a request may take, in milliseconds: a packet to a pod that is gone has no answer. */
const answerMs = 60_000;

/** The registry of a stack that runs on this machine, in a container or a pod: its process may be killed, and its files are read. */
export class StackRegistry extends ImageClient implements LoadedRegistry {
  // Its process and its pod, once each: that each step of a run may be killed is shown by the program without a stack, in less time.
  readonly kills = seconds > 0 ? undefined : 2;
  private agent = new Agent({ keepAlive: true });
  private process = 0;

  private constructor(
    private readonly stack: string,
    private readonly checkout: Checkout,
    private readonly access: RegistryAccess,
    /** The registry's process, as this machine numbers it; undefined while there is none. */
    private readonly find: () => Promise<number | undefined>,
    /** What else is done to it when it is killed, after the process is. */
    private readonly more: () => Promise<void> = () => Promise.resolve(),
  ) {
    super();
  }

  /** That of a stack on Docker, whose container is started again by the engine. */
  static async onDocker(
    stack: string,
    checkout: Checkout,
    engine: DockerEngine,
    access: RegistryAccess,
  ): Promise<StackRegistry> {
    const inspect = ["inspect", "--format", "{{.State.Pid}}", `wharf-${stack}-registry`];
    const find = async () => Number(await engine.docker(...inspect)) || undefined;
    const registry = new StackRegistry(stack, checkout, access, find);
    await registry.begin();
    return registry;
  }

  /** That of the stack on Kubernetes. Every other time its pod is deleted too, so that it comes back as another one. */
  static async onKubernetes(
    stack: string,
    lab: KubernetesLab,
    access: RegistryAccess,
  ): Promise<StackRegistry> {
    const find = async () => {
      const [pod] = await lab.pods();
      return pod && processOf(pod.uid);
    };
    let kills = 0;
    const more = async () => {
      kills += 1;
      // A container that ends again within ten minutes waits longer and longer before it is started again; that of a new pod does not.
      if (kills % 2 === 0) await lab.deletePod();
    };
    const registry = new StackRegistry(stack, lab.checkout, access, find, more);
    await registry.begin();
    return registry;
  }

  /** Every user is the stack's administrator here. */
  ask(path: string, { method, headers, body }: Asked = {}): Promise<Answer> {
    const { url, ...access } = this.access;
    const how = { agent: this.agent, signal: AbortSignal.timeout(answerMs) };
    return ask(`${url}${path}`, { ...access, ...how, method, headers, body });
  }

  async kill(): Promise<void> {
    process.kill(this.process, "SIGKILL");
    await this.more();
  }

  async begin(): Promise<void> {
    const before = this.process;
    this.agent.destroy();
    this.agent = new Agent({ keepAlive: true });
    await until(
      "the registry runs again",
      async () => {
        const found = await this.find();
        if (found === undefined || found === before) return undefined;
        this.process = found;
        const { status } = await this.ask("/v2/").catch(() => ({ status: 0 }));
        return status === 200 || undefined;
      },
      180,
    );
  }

  storage(): string {
    return `/proc/${this.process}/root/var/lib/registry`;
  }

  async command(): Promise<Report> {
    const run = await this.checkout.wharf(
      ...["collect", "--yes", "--json", "--over-limit", "--stack", this.stack],
    );
    expect(run.exitCode, run.said).toBe(0);
    return JSON.parse(run.stdout) as Report;
  }
}

/** The process `registry` of a pod, as this machine numbers it: its control group bears the pod's name. */
async function processOf(pod: string): Promise<number | undefined> {
  for (const process of await readdir("/proc")) {
    if (!/^\d+$/.test(process)) continue;
    const file = (name: string) => readFile(join("/proc", process, name), "utf8").catch(() => "");
    if (!(await file("cgroup")).includes(pod)) continue;
    if ((await file("cmdline")).split("\0").includes("serve")) return Number(process);
  }
  return undefined;
}
