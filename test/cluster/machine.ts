import { execa } from "execa";
import { apiServiceAddress, startApi, startControllers } from "./control-plane";
import { createCredentials, type Credentials } from "./credentials";
import { dnsAddress, startDns } from "./dns";
import { programsImage } from "./images";
import { Node, nodeName } from "./node";
import { firstObjects } from "./objects";
import type { Programs } from "./programs";
import {
  configureRuntime,
  sandboxImage,
  startContainerd,
  startPolicyEngine,
  startKubelet,
  startProxy,
} from "./runtime";
import { startProvisioner } from "./storage";
import { until } from "./waiting";

/** The one node of a cluster that tests made, and the cluster's control plane on it. */
export class Machine {
  private constructor(
    readonly node: Node,
    private readonly programs: Programs,
    private readonly credentials: Credentials,
  ) {}

  /** Makes the node, starts everything on it, and waits until pods can run and find Services by name. */
  static async start(programs: Programs): Promise<Machine> {
    const node = await Node.create(dnsAddress, programs.pause);
    try {
      const directory = `${node.directory}/credentials`;
      const credentials = await createCredentials(directory, node.address, apiServiceAddress);
      const machine = new Machine(node, programs, credentials);
      await machine.launch();
      return machine;
    } catch (error) {
      await node.remove();
      throw error;
    }
  }

  /** Path of the administrator's kubeconfig. */
  get kubeconfig(): string {
    return this.credentials.kubeconfigs.admin;
  }

  /** Puts the images of an archive, such as `docker save` writes, where pods find them. */
  async importImage(archive: Buffer): Promise<void> {
    await this.node.run("ctr", ["--namespace", "k8s.io", "images", "import", "-"], {
      input: archive,
    });
  }

  /** Has NetworkPolicies hold from now on, by the program at a path. */
  enforcePolicies(program: string): void {
    startPolicyEngine(this.node, program, this.credentials);
  }

  /** Ends the kubelet, all containers and containerd, and starts them again, as a reboot of the node does. */
  async restart(): Promise<void> {
    await this.node.halt("kubelet");
    const ctr = ["--namespace", "k8s.io", "tasks"];
    const { stdout } = await this.node.run("ctr", [...ctr, "list", "--quiet"]);
    for (const task of stdout.split("\n").filter(Boolean)) {
      await this.node.run("ctr", [...ctr, "kill", "--signal", "SIGKILL", task], { reject: false });
    }
    await this.node.halt("containerd");
    // As the controller manager would say by itself, but only after a while.
    const gone = { status: { conditions: [{ type: "Ready", status: "Unknown" }] } };
    const patch = ["--subresource=status", "--patch", JSON.stringify(gone)];
    await this.kubectl(["patch", "node", nodeName, ...patch]);
    startContainerd(this.node);
    startKubelet(this.node, this.programs, this.credentials);
    await this.untilReady();
  }

  private async launch(): Promise<void> {
    const { node, programs, credentials } = this;
    startApi(node, programs, credentials);
    await configureRuntime(node, credentials);
    startContainerd(node);
    await this.until("containerd", () => node.run("ctr", ["version"]));
    await this.importImage(await programsImage(sandboxImage, { pause: programs.pause }));
    await this.until("the API server", () => this.kubectl(["get", "--raw", "/readyz"]));
    startControllers(node, programs, credentials);
    startKubelet(node, programs, credentials);
    startProxy(node, programs);
    await this.until("the first objects", () => this.kubectl(["apply", "-f", "-"], list));
    await startDns(node, programs, credentials);
    startProvisioner(node, programs, credentials);
    await this.untilReady();
    await this.until("a service account of the namespace default", () =>
      this.kubectl(["get", "serviceaccount", "default"]),
    );
    await this.until("CoreDNS", () =>
      node.run("getent", ["hosts", "kubernetes.default.svc.cluster.local"]),
    );
    const service = `--server=https://${apiServiceAddress}`;
    const ask = [`--kubeconfig=${this.kubeconfig}`, service, "get", "--raw", "/readyz"];
    await this.until("kube-proxy", () => node.run(programs.kubectl, ask));
  }

  /** Waits until the kubelet has said that the node takes pods. */
  private async untilReady(): Promise<void> {
    const condition = `jsonpath={.status.conditions[?(@.type=="Ready")].status}`;
    await this.until("the kubelet to be ready", async () => {
      const ready = await this.kubectl(["get", "node", nodeName, "--output", condition]);
      return ready.stdout === "True";
    });
  }

  /** As {@link until}, but gives up where one of the node's programs has. */
  private async until(what: string, condition: () => Promise<unknown>): Promise<void> {
    let ended: unknown;
    await until({ what, timeoutMs: 120_000 }, async () => {
      ended = await this.node.check().catch((error: unknown) => error);
      return ended !== undefined || (await condition()) !== false;
    });
    if (ended !== undefined) throw ended;
  }

  private kubectl(args: string[], input?: string) {
    const options = { env: { KUBECONFIG: this.kubeconfig }, input };
    return execa(this.programs.kubectl, args, options);
  }
}

const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: firstObjects });
