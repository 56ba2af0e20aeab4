import { newClusters, newUsers } from "@kubernetes/client-node/dist/config_types.js";
import { execa, type Options } from "execa";
import { setTimeout } from "node:timers/promises";
import { Api } from "../../components/kubernetes/cluster/api";
import type { Announce } from "../../offline/announce";
import { findOnPath } from "../../offline/commands";
import { imageArchive } from "../../offline/images/image-archive";
import {
  goArchitecture,
  registryImage,
  type RegistryProgram,
} from "../../offline/images/registry-image";
import { announce as onConsole } from "../support/announce";
import { programsImage, type ProgramsOptions } from "./images";
import { Machine } from "./machine";
import { installPackages } from "./packages";
import { policyEngine, programs } from "./programs";

/** Time for a hook that starts a cluster, in milliseconds: enough for one that has to build the programs first. */
export const startTimeoutMs = 45 * 60_000;

/** Names the kubeconfig of a cluster that tests are to use instead of one of their own. */
const givenVariable = "WHARF_TEST_KUBECONFIG";

/**
 * A Kubernetes cluster of one node for tests: real pods, Services, names, NodePorts, admission, roles and volumes, without
 * anything pulled. It is this test's own, unless `WHARF_TEST_KUBECONFIG` names a cluster.
 */
export class Cluster {
  private api: Promise<Api> | undefined;
  /** References of the registries whose images are on the node. */
  private readonly registries = new Set<string>();

  private constructor(
    /** Path of an administrator's kubeconfig, which this machine's programs can use. */
    readonly kubeconfig: string,
    /** An address of the node, where this machine reaches NodePorts. */
    readonly address: string,
    private readonly kubectlPath: string,
    private readonly announce: Announce,
    private machine?: Machine,
  ) {}

  /**
   * Starts a cluster of the test's own, in well under a minute once its programs are built and the packages of the node
   * installed. Needs root. Two at once do not meet.
   *
   * @param announce hears what takes time: the first build and the installation of packages
   */
  static async start(announce: Announce = onConsole): Promise<Cluster> {
    const given = process.env[givenVariable];
    if (given !== undefined && given !== "") return Cluster.given(given, announce);
    if (process.getuid?.() !== 0) {
      throw new Error(
        `A cluster for tests is started as root. Otherwise name one: ${givenVariable}=~/.kube/config`,
      );
    }
    await installPackages(announce);
    const built = await programs(announce);
    const machine = await Machine.start(built);
    const { address } = machine.node;
    return new Cluster(machine.kubeconfig, address, built.kubectl, announce, machine);
  }

  private static async given(kubeconfig: string, announce: Announce): Promise<Cluster> {
    const kubectl = (await findOnPath("kubectl")) ?? (await programs(announce)).kubectl;
    const addresses = `{.items[0].status.addresses[?(@.type=="InternalIP")].address}`;
    const query = ["get", "nodes", "--output", `jsonpath=${addresses}`];
    const { stdout } = await execa(kubectl, query, { env: { KUBECONFIG: kubeconfig } });
    return new Cluster(kubeconfig, stdout.split(" ")[0] ?? "", kubectl, announce);
  }

  /** The address at which the node and its pods reach servers of this machine that listen on it. */
  get hostAddress(): string {
    return this.own("tell the machine's address").node.hostAddress;
  }

  /** Runs kubectl and returns what it prints; rejects where it fails. */
  async kubectl(...args: string[]): Promise<string> {
    const { stdout } = await execa(this.kubectlPath, args, {
      env: { KUBECONFIG: this.kubeconfig },
    });
    return stdout;
  }

  /**
   * What stands at a path of the API. What is asked again and again is asked here: each run of kubectl costs a tenth of a second of
   * processor time.
   *
   * @throws where the answer is an error
   */
  async get<Body>(path: string): Promise<Body> {
    this.api ??= this.connect();
    const { status, body } = await (await this.api).get<Body>(path);
    if (status === 200) return body;
    if (status !== 429) throw new Error(`${path}: ${body.message ?? status}`);
    // The storage of a kind that has just been defined is not there yet.
    await setTimeout(200);
    return this.get(path);
  }

  /** Creates or changes objects, by `kubectl apply`. */
  async apply(...objects: object[]): Promise<void> {
    await execa(this.kubectlPath, ["apply", "--filename", "-"], {
      env: { KUBECONFIG: this.kubeconfig },
      input: JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }),
    });
  }

  /**
   * Puts images onto the node, where pods use them without pulling.
   *
   * @param archive as `docker save` writes it, or an OCI archive
   */
  async importImage(archive: Buffer): Promise<void> {
    await this.own("import images").importImage(archive);
  }

  /** Makes an image of static programs, as {@link programsImage} does, and puts it onto the node. */
  async importPrograms(
    reference: string,
    paths: Record<string, string>,
    options: ProgramsOptions = {},
  ): Promise<void> {
    await this.importImage(await programsImage(reference, paths, options));
  }

  /** Puts the image of a registry, by default Wharf's own, onto the node, and returns its reference. */
  async importRegistry(program?: RegistryProgram): Promise<string> {
    const image = await registryImage(goArchitecture(process.arch), this.announce, program);
    if (!this.registries.has(image.reference)) await this.importImage(await imageArchive(image));
    this.registries.add(image.reference);
    return image.reference;
  }

  /** Lets a name resolve to an address, on the node and in its pods, beside the names of Services. */
  async addHost(name: string, address: string): Promise<void> {
    const line = `${address} ${name}\n`;
    await this.own("add names").node.run("sh", ["-c", "cat >>/etc/hosts"], { input: line });
  }

  /** Runs a command on the node, in all of its namespaces; rejects where it fails. */
  node<O extends Options = object>(file: string, args: string[] = [], options?: O) {
    return this.own("run commands on the node").node.run(file, args, options);
  }

  /** Has NetworkPolicies hold from some moment on; until then, as in many clusters, they are only stored. */
  async enforcePolicies(): Promise<void> {
    const machine = this.own("enforce policies");
    machine.enforcePolicies(await policyEngine(this.announce));
  }

  /** Ends the kubelet, all containers and containerd, starts them again, and waits until the node is ready. */
  async restartNode(): Promise<void> {
    await this.own("restart the node").restart();
  }

  /** Ends the cluster and removes all that it made on this machine, once; leaves a given one as it is. */
  async stop(): Promise<void> {
    (await this.api)?.close();
    const { machine } = this;
    this.machine = undefined;
    await machine?.node.remove();
  }

  private async connect(): Promise<Api> {
    const only = ["--raw", "--minify", "--flatten", "--output=json"];
    const view = JSON.parse(await this.kubectl("config", "view", ...only)) as Record<string, []>;
    const [[cluster], [user]] = [newClusters(view.clusters), newUsers(view.users)];
    if (cluster === undefined) throw new Error(`${this.kubeconfig} names no cluster`);
    return Api.connect({ cluster, user, said: this.kubeconfig, probe: "kubectl get nodes" });
  }

  private own(toDo: string): Machine {
    if (this.machine !== undefined) return this.machine;
    throw new Error(
      `Tests cannot ${toDo} in the cluster that ${givenVariable} names, only in one that they start: unset it.`,
    );
  }
}
