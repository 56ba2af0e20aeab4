import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  LocalWorkspace,
  PulumiCommand,
  type EngineEvent,
  type PulumiFn,
  Stack,
} from "@pulumi/pulumi/automation";
import type { Announce } from "../../../offline/announce";
import { findInstallation } from "../../../offline/engine/installation";
import { addStack } from "../../support/added-stack";
import { bundleProviders, standInLauncher } from "../../../offline/stand-ins";

const progress: Announce = {
  start: (step, detail) => console.log(`${step}: ${detail}`),
  update: () => undefined,
  done: () => undefined,
};

// What the official plugins would take from the machine that the tests run on.
const noCloudOfTheMachines = Object.fromEntries(
  [
    ...["WHARF_SIMULATE_CLOUDS", "AWS_REGION", "AWS_DEFAULT_REGION"],
    ...["GOOGLE_PROJECT", "GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT", "CLOUDSDK_CORE_PROJECT"],
    ...["GOOGLE_REGION", "GCLOUD_REGION", "CLOUDSDK_COMPUTE_REGION"],
    ...["ARM_SUBSCRIPTION_ID", "ARM_TENANT_ID", "ARM_CLIENT_ID", "ARM_LOCATION_NAME"],
  ].map((name) => [name, ""]),
);

/** What the engine did, by resource name. */
export type Steps = Record<string, string>;

let command: Promise<PulumiCommand> | undefined;

/** The engine, asked once for its version. */
async function engine(): Promise<PulumiCommand> {
  const { binDirectory } = await findInstallation(progress);
  return (command ??= PulumiCommand.get({ root: path.dirname(binDirectory) }));
}

/** The same stack, except that its commands end with the engine's: three more would tell how each went. */
function withoutSummary(stack: Stack): Stack {
  return Object.assign(Object.create(stack) as Stack, {
    outputs: () => Promise.resolve({}),
    info: () => Promise.resolve(undefined),
  });
}

/** A stack that is known to exist: `Stack.select` would have the engine look for it. */
function existing(name: string, workspace: LocalWorkspace): Promise<Stack> {
  const selectStack = () => Promise.resolve();
  return Stack.select(
    name,
    Object.assign(Object.create(workspace) as LocalWorkspace, { selectStack }),
  );
}

/** A stack of its own on the stand-ins for the clouds, whatever plugins are installed: its PULUMI_HOME holds no others. */
export class SimulatedStack {
  private events: EngineEvent[] = [];

  private constructor(
    private readonly directory: string,
    private readonly stack: Stack,
  ) {}

  /** @param variables further environment of the engine and so of the plugins */
  static async create(
    program: PulumiFn,
    config: Record<string, string>,
    variables: Record<string, string> = { WHARF_SIMULATE_CLOUDS: "1" },
  ): Promise<SimulatedStack> {
    const directory = mkdtempSync(path.join(tmpdir(), "wharf-simulated-"));
    const bundle = await bundleProviders();
    for (const name of ["aws", "azure-native", "gcp"]) {
      const { version } = require(`@pulumi/${name}/package.json`) as { version: string };
      const plugin = path.join(directory, `home/plugins/resource-${name}-v${version}`);
      mkdirSync(plugin, { recursive: true });
      const executable = path.join(plugin, `pulumi-resource-${name}`);
      writeFileSync(executable, standInLauncher(bundle, name));
      chmodSync(executable, 0o755);
    }
    mkdirSync(path.join(directory, "state"));
    const workspace = await LocalWorkspace.create({
      program,
      pulumiCommand: await engine(),
      projectSettings: { name: "simulated", runtime: "nodejs" },
      stackSettings: { test: { config } },
      envVars: {
        PULUMI_HOME: path.join(directory, "home"),
        PULUMI_BACKEND_URL: `file://${path.join(directory, "state")}`,
        PULUMI_CONFIG_PASSPHRASE: "simulated",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "1",
        PULUMI_SKIP_UPDATE_CHECK: "1",
        ...noCloudOfTheMachines,
        ...variables,
      },
    });
    addStack(path.join(directory, "state"), "test", "simulated");
    return new SimulatedStack(directory, await existing("test", workspace));
  }

  /** The steps of a preview. */
  preview = () => this.follow((onEvent) => this.stack.preview({ onEvent }));
  /** The steps of an update. */
  up = () => this.follow((onEvent) => withoutSummary(this.stack).up({ onEvent }));
  /** The steps of an update with a refresh before it. */
  refreshAndUp = () =>
    this.follow((onEvent) => withoutSummary(this.stack).up({ onEvent, refresh: true }));
  /** The steps of a destruction. */
  destroy = () => this.follow((onEvent) => withoutSummary(this.stack).destroy({ onEvent }));

  /** Sets the stack's whole config. */
  async configure(config: Record<string, string>): Promise<void> {
    const { workspace } = this.stack;
    const settings = await workspace.stackSettings("test");
    await workspace.saveStackSettings("test", { ...settings, config });
  }

  /** The stack's outputs. */
  outputs(): Record<string, unknown> {
    const { checkpoint } = JSON.parse(this.stateText()) as {
      checkpoint: { latest: { resources: { type: string; outputs?: Record<string, unknown> }[] } };
    };
    const { resources } = checkpoint.latest;
    return resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {};
  }

  /** The state as it is on disk. */
  stateText(): string {
    return readFileSync(
      path.join(this.directory, "state/.pulumi/stacks/simulated/test.json"),
      "utf8",
    );
  }

  /** Warnings of the last command, each once. */
  warnings(): string[] {
    const messages = this.events.flatMap(({ diagnosticEvent }) =>
      diagnosticEvent?.severity === "warning" ? [diagnosticEvent.message.trim()] : [],
    );
    return [...new Set(messages)];
  }

  /** Removes everything; nothing stands anywhere but on disk. */
  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  private async follow(
    work: (onEvent: (event: EngineEvent) => void) => Promise<unknown>,
  ): Promise<Steps> {
    this.events = [];
    await work((event) => this.events.push(event));
    const steps: Steps = {};
    for (const { resourcePreEvent } of this.events) {
      const { op, urn, type } = resourcePreEvent?.metadata ?? { op: "", urn: "", type: "" };
      if (op === "" || type.startsWith("pulumi:")) continue;
      const name = urn.split("::").pop() ?? "";
      steps[name] = steps[name] === undefined ? op : `${steps[name]}, ${op}`;
    }
    return steps;
  }
}
