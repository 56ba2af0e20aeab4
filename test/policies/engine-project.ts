import { execa } from "execa";
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parse, stringify } from "yaml";
import { buildPlugins } from "../../offline/plugins/built-plugins";
import { findInstallation } from "../../offline/engine/installation";
import { startablePack } from "../../offline/plugins/policy-pack";
import { bundleProviders, standInLauncher } from "../../offline/stand-ins";
import { addStack } from "../support/added-stack";
import { announce } from "../support/announce";
import { latePackages } from "../support/late-packages";

const checkout = path.resolve(__dirname, "../..");
const providers = ["aws", "azure-native", "docker", "gcp", "kubernetes", "random", "tls"];

/** A violation as the engine tells it. */
export interface Violation {
  rule: string;
  level: string;
  resource: string;
  message: string;
}

/** How a command of the engine ended. */
export interface EngineRun {
  exitCode: number;
  said: string;
  violations: Violation[];
}

interface LogEntry {
  policyEvent?: {
    policyName: string;
    enforcementLevel: string;
    resourceUrn?: string;
    message: string;
  };
}

/** A cluster that nobody answers for, and that only the provider would know the way to: a preview goes without one. */
const kubeconfig = {
  ...{ apiVersion: "v1", kind: "Config", "current-context": "none" },
  clusters: [
    { name: "none", cluster: { server: "https://127.0.0.1:1", "proxy-url": "http://127.0.0.1:1" } },
  ],
  users: [{ name: "none", user: { token: "of no worth" } }],
  contexts: [{ name: "none", context: { cluster: "none", user: "none" } }],
};

/** A project of Pulumi's on plugins that need no network, whose commands run the policy pack of this checkout. */
export class EngineProject {
  private constructor(
    readonly directory: string,
    private readonly pack: string,
    private readonly environment: Record<string, string>,
  ) {}

  /** @param entries what the program consists of: files of the checkout, and texts by the names of their files */
  static async create(
    entries: readonly string[],
    texts: Record<string, string> = {},
  ): Promise<EngineProject> {
    const directory = await mkdtemp(path.join(tmpdir(), "wharf-policies-"));
    const linked = [...entries, "node_modules", "package.json", "tsconfig.json"];
    await Promise.all(
      linked.map((name) => symlink(path.join(checkout, name), path.join(directory, name))),
    );
    await Promise.all(
      Object.entries(texts).map(([name, text]) => writeFile(path.join(directory, name), text)),
    );
    const installation = await findInstallation(announce);
    const home = path.join(directory, "home");
    await installPlugins(home);
    await mkdir(path.join(directory, "state"));
    await writeFile(path.join(directory, "kubeconfig"), stringify(kubeconfig));
    const env = { PATH: `${installation.binDirectory}:${process.env.PATH}`, PULUMI_HOME: home };
    const pack = await startablePack(
      { ...installation, env },
      path.join(checkout, "policies"),
      directory,
    );
    return new EngineProject(directory, pack.directory, {
      ...pack.env,
      ...latePackages,
      PULUMI_BACKEND_URL: `file://${path.join(directory, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "of no worth",
      PULUMI_SKIP_UPDATE_CHECK: "1",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "1",
      // Without it the engine does not accept --event-log.
      PULUMI_DEBUG_COMMANDS: "1",
      WHARF_SIMULATE_CLOUDS: "1",
      KUBECONFIG: path.join(directory, "kubeconfig"),
    });
  }

  /** Makes a stack. */
  async stack(name: string, config: Record<string, unknown>): Promise<void> {
    await writeFile(path.join(this.directory, `Pulumi.${name}.yaml`), stringify({ config }));
    const project = await readFile(path.join(this.directory, "Pulumi.yaml"), "utf8");
    addStack(path.join(this.directory, "state"), name, (parse(project) as { name: string }).name);
  }

  /** Runs a command that takes a policy pack. */
  async judge(args: string[], { config = {}, env = {} }: Judging = {}): Promise<EngineRun> {
    const file = path.join(this.directory, "policies.json");
    await writeFile(file, JSON.stringify(config));
    const log = path.join(this.directory, "events.json");
    await writeFile(log, "");
    const logged = args[0] === "policy" ? ["--json"] : ["--event-log", log];
    const packs = ["--policy-pack", this.pack, "--policy-pack-config", file];
    const run = await this.pulumi([...args, ...packs, ...logged], env);
    const events = args[0] === "policy" ? run.said : await readFile(log, "utf8");
    return { ...run, violations: events.split("\n").flatMap(violationOf) };
  }

  /** A pack of another directory as this project's engine takes it. */
  async startable(pack: string): Promise<string> {
    const installation = await findInstallation(announce);
    const env = { PULUMI_HOME: this.environment.PULUMI_HOME! };
    const place = path.join(this.directory, "other-packs");
    return (await startablePack({ ...installation, env }, pack, place)).directory;
  }

  /** Runs another program in the project, in the environment of its engine. */
  async run(command: string, args: string[], env: Record<string, string | undefined> = {}) {
    const { exitCode, stdout, stderr } = await execa(command, args, {
      cwd: this.directory,
      env: { ...this.environment, ...env },
      reject: false,
    });
    return { exitCode, stdout, stderr };
  }

  /** Types of the resources in the state of a stack of the project plain, except the stack and its providers. */
  async resources(stack: string): Promise<string[]> {
    const file = path.join(this.directory, "state/.pulumi/stacks/plain", `${stack}.json`);
    const { checkpoint } = JSON.parse(await readFile(file, "utf8")) as {
      checkpoint: { latest: { resources?: { type: string }[] } };
    };
    return (checkpoint.latest.resources ?? [])
      .map(({ type }) => type)
      .filter((type) => !type.startsWith("pulumi:"));
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }

  private async pulumi(args: string[], env: Record<string, string> = {}) {
    const { exitCode, all } = await execa(
      "pulumi",
      [...args, "--color", "never", "--non-interactive"],
      {
        cwd: this.directory,
        env: { ...this.environment, ...env },
        all: true,
        reject: false,
      },
    );
    return { exitCode: exitCode ?? -1, said: all };
  }
}

interface Judging {
  /** The pack's configuration. */
  config?: object;
  env?: Record<string, string>;
}

async function installPlugins(home: string): Promise<void> {
  const bundle = await bundleProviders();
  const built = await buildPlugins(["kubernetes", "random", "tls"], announce);
  for (const name of providers) {
    const { version } = require(`@pulumi/${name}/package.json`) as { version: string };
    const plugin = path.join(home, `plugins/resource-${name}-v${version}`);
    await mkdir(plugin, { recursive: true });
    const executable = path.join(plugin, `pulumi-resource-${name}`);
    const genuine = built.get(name);
    if (genuine === undefined) {
      await writeFile(executable, standInLauncher(bundle, name));
      await chmod(executable, 0o755);
    } else {
      await symlink(genuine, executable);
    }
  }
}

function violationOf(line: string): Violation[] {
  if (!line.startsWith("{")) return [];
  const { policyEvent } = JSON.parse(line) as LogEntry;
  if (policyEvent === undefined) return [];
  const { policyName: rule, enforcementLevel: level, resourceUrn = "", message } = policyEvent;
  return [{ rule, level, resource: resourceUrn.split("::").at(-1) ?? "", message }];
}
