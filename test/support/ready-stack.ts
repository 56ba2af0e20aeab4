import type { StepEventMetadata } from "@pulumi/pulumi/automation";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { findInstallation } from "../../offline/engine/installation";
import { bundleProviders, standInLauncher } from "../../offline/stand-ins";
import { announce } from "./announce";
import { configOf } from "./ready-config";
import { PlainCli, type CliRun } from "./plain-cli";

/** A target whose registry is a cloud's own. */
export type Cloud = "aws" | "gcp" | "azure";

/** The provider of each cloud, as its plugin is called. */
export const providers: Record<Cloud, string> = {
  aws: "aws",
  gcp: "gcp",
  azure: "azure-native",
};

/** What a stack hides in its config; nowhere in its state may it stand in plain text. */
export const hidden = "hidden-value-77aa";

// Credentials in a stack's config come before those of the machine, so that a run is the same wherever tests run.
const credentials: Record<Cloud, Record<string, string>> = {
  aws: { "aws:accessKey": `key-${hidden}`, "aws:secretKey": hidden },
  gcp: { "gcp:credentials": `{"type":"service_account","private_key":"${hidden}"}` },
  azure: {
    "azure-native:clientId": "55555555-5555-5555-5555-555555555555",
    "azure-native:tenantId": "66666666-6666-6666-6666-666666666666",
    "azure-native:clientSecret": hidden,
  },
};

/** A moment of the engine's work on one resource. */
export interface Moment {
  moment: "begins" | "ends";
  op: string;
  urn: string;
}

/** A command of the engine's: how it ended, and what it did in which order. */
export interface Run extends CliRun {
  moments: Moment[];
  /** What the engine said of each step before it took it. */
  steps: StepEventMetadata[];
}

/** A resource as the state file has it. */
export interface StateResource {
  urn: string;
  type: string;
  parent?: string;
  protect?: boolean;
  retainOnDelete?: boolean;
  provider?: string;
  dependencies?: string[];
  propertyDependencies?: Record<string, string[] | null>;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}

/** The name of the resource that a URN is of. */
export function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? "";
}

/**
 * The ready stack of a cloud under the plain CLI, on stand-ins that return what they are given and call no cloud, with
 * credentials as secrets in its config.
 */
export class ReadyStack {
  private constructor(
    private readonly cli: PlainCli,
    private readonly cloud: Cloud,
  ) {}

  static async create(cloud: Cloud): Promise<ReadyStack> {
    const cli = await PlainCli.create(await findInstallation(announce), cloud, {});
    const bundle = await bundleProviders();
    for (const name of Object.values(providers)) {
      const { version } = require(`@pulumi/${name}/package.json`) as { version: string };
      const plugin = join(cli.directory, `home/plugins/resource-${name}-v${version}`);
      await mkdir(plugin, { recursive: true });
      const executable = join(plugin, `pulumi-resource-${name}`);
      await writeFile(executable, standInLauncher(bundle, name));
      await chmod(executable, 0o755);
    }
    const ready = new ReadyStack(cli, cloud);
    await ready.configure(configOf(cloud));
    await ready.hide(credentials[cloud]);
    return ready;
  }

  /** Sets keys of the stack's config, whole values by whole keys. */
  async configure(values: Record<string, unknown>): Promise<void> {
    const { config, ...rest } = await this.settings();
    await writeFile(this.file, stringify({ ...rest, config: { ...config, ...values } }));
  }

  /** A key of the stack's config. */
  async configured(key: string): Promise<unknown> {
    return (await this.settings()).config?.[key];
  }

  /** Sets keys, or parts of them by their paths, as secrets. */
  async hide(values: Record<string, string>): Promise<void> {
    const secrets = Object.entries(values).flatMap(([key, value]) => [
      "--secret",
      `${key}=${value}`,
    ]);
    const args = ["config", "set-all", "--path", ...secrets, "--stack", this.cloud];
    const { exitCode, said } = await this.cli.pulumi(args);
    if (exitCode !== 0) throw new Error(said);
  }

  /** Runs a command that must succeed. */
  async run(...command: string[]): Promise<Run> {
    const run = await this.attempt(...command);
    if (run.exitCode !== 0) throw new Error(run.said);
    return run;
  }

  /** Runs a command that may fail. */
  attempt(...command: string[]): Promise<Run> {
    return this.attemptIn({}, ...command);
  }

  /** Runs a command that may fail, with more in its environment. */
  async attemptIn(variables: Record<string, string>, ...command: string[]): Promise<Run> {
    const log = join(this.cli.directory, "events.json");
    await writeFile(log, "");
    const args = [...command, "--stack", this.cloud, "--event-log", log];
    // Without the first variable the engine does not accept --event-log.
    const env = {
      ...{ PULUMI_DEBUG_COMMANDS: "1", WHARF_SIMULATE_CLOUDS: "1" },
      // What is created stays known to the cloud, whatever a state says.
      WHARF_SIMULATED_STATE: join(this.cli.directory, "cloud"),
      ...variables,
    };
    const run = await this.cli.pulumi(args, { env });
    const lines = (await readFile(log, "utf8")).split("\n").filter((line) => line !== "");
    const entries = lines.map((line) => JSON.parse(line) as LogEntry);
    return {
      ...run,
      moments: entries.flatMap(momentOf),
      steps: entries.flatMap(({ resourcePreEvent }) => resourcePreEvent?.metadata ?? []),
    };
  }

  /** The stack's outputs; what is secret in them stays encrypted. */
  async outputs(): Promise<Record<string, unknown>> {
    const all = await this.registered();
    return all.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {};
  }

  /** The state file as it is on disk. */
  stateText(): Promise<string> {
    const file = join("state/.pulumi/stacks/wharf", `${this.cloud}.json`);
    return readFile(join(this.cli.directory, file), "utf8");
  }

  /** What the state holds, except the stack itself and the providers. */
  async resources(): Promise<StateResource[]> {
    return (await this.registered()).filter(({ type }) => !type.startsWith("pulumi:"));
  }

  private async registered(): Promise<StateResource[]> {
    const { checkpoint } = JSON.parse(await this.stateText()) as {
      checkpoint: { latest?: { resources?: StateResource[] } };
    };
    return checkpoint.latest?.resources ?? [];
  }

  remove = () => this.cli.remove();

  private get file(): string {
    return join(this.cli.directory, `Pulumi.${this.cloud}.yaml`);
  }

  private async settings(): Promise<Partial<Settings>> {
    return parse(await readFile(this.file, "utf8")) as Partial<Settings>;
  }
}

/** A stack's settings file. */
interface Settings {
  config: Record<string, unknown>;
}

/** A line of the engine's event log, as far as tests read it. */
interface LogEntry {
  resourcePreEvent?: { metadata: StepEventMetadata };
  resOutputsEvent?: { metadata: { op: string; urn: string; type: string } };
}

function momentOf({ resourcePreEvent, resOutputsEvent }: LogEntry): Moment[] {
  const { op, urn, type } = (resourcePreEvent ?? resOutputsEvent)?.metadata ?? {};
  if (op === undefined || urn === undefined || type?.startsWith("pulumi:") !== false) return [];
  return [{ moment: resourcePreEvent === undefined ? "ends" : "begins", op, urn }];
}
