import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import type { Announce } from "../offline/announce";
import { findInstallation } from "../offline/installation";
import { bundleProviders, standInLauncher } from "../offline/stand-ins";
import { PlainCli } from "./plain-cli";

const stack = "azure";
const token = "Bearer hidden-value-77aa";
const quiet: Announce = { start: () => undefined, update: () => undefined, done: () => undefined };

/** A step of the engine, as its event log has it. */
interface Step {
  op: string;
  type: string;
  name: string;
}

/** The ready stack under the plain CLI, on a stand-in that echoes what it is given and calls no Azure. */
class ReadyStack {
  private constructor(private readonly cli: PlainCli) {}

  static async create(): Promise<ReadyStack> {
    const installation = await findInstallation(quiet);
    const cli = await PlainCli.create(installation, stack, {});
    const { version } = require("@pulumi/azure-native/package.json") as { version: string };
    const plugin = join(cli.directory, `home/plugins/resource-azure-native-v${version}`);
    await mkdir(plugin, { recursive: true });
    const executable = join(plugin, "pulumi-resource-azure-native");
    await writeFile(executable, standInLauncher(await bundleProviders(), "azure-native"));
    await chmod(executable, 0o755);
    // What `az login` leaves behind, byte order mark and all.
    const subscription = { id: "00000000-0000-0000-0000-000000000000", isDefault: true };
    await mkdir(join(cli.directory, "az"));
    await writeFile(
      join(cli.directory, "az/azureProfile.json"),
      `\uFEFF${JSON.stringify({ subscriptions: [subscription] })}`,
    );
    const ready = new ReadyStack(cli);
    const { config } = parse(
      await readFile(join(__dirname, "../Pulumi.azure.yaml"), "utf8"),
    ) as Settings;
    await ready.configure(config);
    return ready;
  }

  /** Sets keys of the stack's config. */
  async configure(more: Record<string, unknown>): Promise<void> {
    const file = join(this.cli.directory, `Pulumi.${stack}.yaml`);
    const { config, ...rest } = parse(await readFile(file, "utf8")) as Partial<Settings>;
    await writeFile(file, stringify({ ...rest, config: { ...config, ...more } }));
  }

  setSecret = (path: string, value: string) => this.cli.setSecret(path, value);
  remove = () => this.cli.remove();

  /** Runs a command that must succeed, and gives the steps that it led to, but for those on components. */
  async run(...command: string[]): Promise<Step[]> {
    const { exitCode, said, log } = await this.attempt(...command);
    if (exitCode !== 0) throw new Error(said);
    return log;
  }

  /** Runs a command that may fail. */
  async attempt(...command: string[]) {
    const log = join(this.cli.directory, "events.json");
    await writeFile(log, "");
    const run = await this.cli.pulumi([...command, "--stack", stack, "--event-log", log], {
      env: {
        AZURE_CONFIG_DIR: join(this.cli.directory, "az"),
        PULUMI_DEBUG_COMMANDS: "1",
        WHARF_ECHO_CLOUDS: "1",
      },
    });
    const events = (await readFile(log, "utf8"))
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as { resourcePreEvent?: { metadata: Step & Urn } });
    const steps = events.flatMap(({ resourcePreEvent }) => {
      const { op, type, urn } = resourcePreEvent?.metadata ?? {};
      if (op === undefined || type === undefined || !type.startsWith("azure-native:")) return [];
      return [{ op, type, name: urn?.split("::").at(-1) ?? "" }];
    });
    return { ...run, log: steps };
  }

  async outputs(): Promise<Record<string, unknown>> {
    const { said } = await this.cli.pulumi(["stack", "output", "--json", "--stack", stack]);
    return JSON.parse(said) as Record<string, unknown>;
  }

  state(): Promise<string> {
    return readFile(
      join(this.cli.directory, "state/.pulumi/stacks/wharf", `${stack}.json`),
      "utf8",
    );
  }
}

/** A stack's settings file. */
interface Settings {
  config: Record<string, unknown>;
}
/** Where the event log names a resource. */
interface Urn {
  urn: string;
}

describe("the ready stack on the engine", () => {
  let ready: ReadyStack;
  beforeAll(async () => {
    ready = await ReadyStack.create();
  });
  afterAll(() => ready?.remove());

  const operations = (steps: Step[]) => [...new Set(steps.map(({ op }) => op))].sort();
  const namesOf = (steps: Step[], op: string) =>
    steps.filter((step) => step.op === op).map(({ name }) => name);

  test("is previewed and created", async () => {
    expect(operations(await ready.run("preview"))).toEqual(["create"]);
    expect(operations(await ready.run("up", "--yes", "--skip-preview"))).toEqual(["create"]);
    expect(await ready.outputs()).toMatchObject({
      target: "azure",
      login: expect.stringMatching(/^az acr login --name wharfazure[0-9a-f]{6}$/),
      repositories: {
        "shop/web": expect.stringMatching(/^wharfazure[0-9a-f]{6}\.azurecr\.io\/shop\/web$/),
      },
      monthlyCost: 50.01,
    });
  });

  test("comes up again without a change, and is as it was when it is read back", async () => {
    expect(operations(await ready.run("up", "--yes", "--skip-preview"))).toEqual(["same"]);
    await ready.run("refresh", "--yes", "--skip-preview");
    expect(operations(await ready.run("preview"))).toEqual(["same"]);
  });

  test("takes a webhook and a lock without touching the rest, and keeps what is secret", async () => {
    await ready.configure({
      "wharf:azure": {
        roleAssignmentMode: "AbacRepositoryPermissions",
        webhooks: [{ name: "deploy", url: "https://ci.example.com/hook" }],
      },
      "wharf:deletion": "protect",
    });
    await ready.setSecret("azure.webhooks[0].headers.Authorization", token);
    const steps = await ready.run("up", "--yes", "--skip-preview");
    expect(operations(steps)).toEqual(["create", "same"]);
    expect(namesOf(steps, "create").sort()).toEqual(["registry-lock", "registry-webhook-deploy"]);
    const state = await ready.state();
    expect(state).not.toContain(token);
    expect(state).not.toContain("ci.example.com");
  });

  test("refuses to go while it is protected", async () => {
    const { exitCode, said } = await ready.attempt("destroy", "--yes");
    expect(exitCode).not.toBe(0);
    expect(said).toContain("because it is protected");
    expect(operations(await ready.run("preview"))).toEqual(["same"]);
  });

  test("lifts the lock before it takes away what the lock holds", async () => {
    await ready.configure({
      "wharf:azure": { roleAssignmentMode: "AbacRepositoryPermissions" },
      "wharf:deletion": "force",
    });
    const steps = await ready.run("up", "--yes", "--skip-preview");
    expect(namesOf(steps, "delete")).toEqual(["registry-lock", "registry-webhook-deploy"]);
  });

  test("goes once it may, and the key after the registry", async () => {
    const gone = namesOf(await ready.run("destroy", "--yes", "--skip-preview"), "delete");
    const before = (one: string, other: string) =>
      expect(gone.indexOf(one)).toBeLessThan(gone.indexOf(other));
    before("registry-purge", "registry-registry");
    before("registry-registry", "registry-encryption-grant");
    before("registry-encryption-grant", "registry-key-vault");
    before("registry-key", "registry-key-vault");
    expect(gone.at(-1)).toBe("registry-group");
  });
});
