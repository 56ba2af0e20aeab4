import { existsSync } from "node:fs";
import type { Values } from "../values";
import { Cluster } from "./cluster";
import { contextNamespace, loadKubeConfig, Unreachable } from "./connection";
import type { Log } from "./log";
import { readSettings, type Settings } from "./settings";

/** A configured provider: its settings and its cluster. */
export class Session {
  readonly settings: Settings;
  /** Where objects go that name no namespace; undefined for Kubernetes' own default. */
  readonly namespace: string | undefined;
  private readonly cluster: Cluster | undefined;
  private readonly problem: string | undefined;
  private hasWarned = false;
  private asked: Promise<string | undefined> | undefined;

  /** @throws {Error} where the configuration asks for what only the official plugin does */
  constructor(config: Values) {
    this.settings = readSettings(config);
    try {
      const kubeConfig = loadKubeConfig(this.settings);
      this.cluster = new Cluster(kubeConfig);
      this.namespace = this.settings.namespace ?? contextNamespace(kubeConfig);
    } catch (error) {
      // Not worth failing for yet: a preview goes without a cluster.
      if (!(error instanceof Unreachable)) throw error;
      this.problem = error.message;
      this.namespace = this.settings.namespace;
    }
  }

  /** The sentence that says why there is no cluster to work with; undefined where there is one. It is asked only once. */
  unreachable(): Promise<string | undefined> {
    this.asked ??= this.find();
    return this.asked;
  }

  /** Tells the user, once, that there is no cluster to work with: a preview goes on without one. */
  async warnOnce(log: Log): Promise<void> {
    const problem = await this.unreachable();
    if (problem === undefined || this.hasWarned) return;
    this.hasWarned = true;
    log.warn("", `configured Kubernetes cluster is unreachable: ${problem}`);
  }

  /** The cluster. @throws {Unreachable} */
  async reached(): Promise<Cluster> {
    const problem = await this.unreachable();
    if (this.cluster === undefined || problem !== undefined) {
      throw new Unreachable(`configured Kubernetes cluster is unreachable: ${problem}`);
    }
    return this.cluster;
  }

  private async find(): Promise<string | undefined> {
    if (this.cluster === undefined) return this.problem;
    const problem = await this.cluster.unreachable();
    return problem && `${problem}. ${this.advice()}`;
  }

  private advice(): string {
    const { kubeconfig, context } = this.settings;
    const file = kubeconfig && existsSync(kubeconfig) ? ` --kubeconfig ${kubeconfig}` : "";
    const chosen = context === undefined ? "" : ` --context ${context}`;
    return `Start it, or choose another; this says whether it answers: kubectl${file}${chosen} version`;
  }
}
