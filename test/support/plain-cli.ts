import { execa } from "execa";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { stringify } from "yaml";
import type { Installation } from "../../offline/engine/installation";
import { addStack } from "./added-stack";
import { latePackages } from "./late-packages";

const checkout = resolve(__dirname, "../..");

/** What the program is made of; each is linked into the project folder, so that the working tree is what runs. */
const program = [
  "index.ts",
  "main.js",
  "bundle",
  "components",
  "node_modules",
  "tsconfig.json",
  "package.json",
  "Pulumi.yaml",
];

/** How a run of the CLI ended and what it said. */
export interface CliRun {
  exitCode: number;
  /** Standard output and standard error, as a person sees them. */
  said: string;
}

/** What a run may have besides its arguments. */
interface RunOptions {
  /** Standard input; none by default. */
  input?: string;
  /** Added to the environment. */
  env?: Record<string, string>;
  /** A command with its arguments that starts the CLI in turn, such as `setpriv …`. */
  through?: string[];
}

/**
 * A project folder for the plain `pulumi` CLI, with one stack in a file backend of its own. Its PULUMI_HOME holds no provider
 * plugin and may download none: whatever reaches for a resource fails.
 */
export class PlainCli {
  private constructor(
    readonly directory: string,
    readonly stack: string,
    private readonly environment: Record<string, string>,
  ) {}

  /** Makes the folder and the stack, whose config is `config`, keys without the `wharf:` before them. */
  static async create(
    { binDirectory }: Installation,
    stack: string,
    config: Record<string, unknown>,
  ): Promise<PlainCli> {
    const directory = await mkdtemp(join(tmpdir(), "wharf-plain-"));
    await Promise.all(program.map((name) => symlink(join(checkout, name), join(directory, name))));
    const [home, state] = [join(directory, "home"), join(directory, "state")];
    await Promise.all([mkdir(home), mkdir(state)]);
    const keys = Object.entries(config).map(([key, value]) => [`wharf:${key}`, value]);
    await writeFile(
      join(directory, `Pulumi.${stack}.yaml`),
      stringify({ config: Object.fromEntries(keys) as Record<string, unknown> }),
    );
    const cli = new PlainCli(directory, stack, {
      ...latePackages,
      PATH: `${binDirectory}:${process.env.PATH}`,
      PULUMI_HOME: home,
      PULUMI_BACKEND_URL: `file://${state}`,
      PULUMI_CONFIG_PASSPHRASE: "of no worth",
      PULUMI_STACK: stack,
      PULUMI_SKIP_UPDATE_CHECK: "1",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "1",
    });
    addStack(state, stack);
    return cli;
  }

  /** Sets a value as a secret, given on standard input as a person would. */
  async setSecret(path: string, value: string): Promise<void> {
    const args = ["config", "set", "--secret", "--path", `wharf:${path}`];
    const { exitCode, said } = await this.pulumi(args, { input: value });
    if (exitCode !== 0) throw new Error(said);
  }

  /** Runs `pulumi` in the folder, on its stack, without colour or progress. */
  async pulumi(args: string[], { input, env, through = [] }: RunOptions = {}): Promise<CliRun> {
    const [file = "pulumi", ...rest] = [...through, "pulumi", ...args, "--color", "never"];
    return this.run(file, rest, { input, env });
  }

  /** Runs a line of a shell in the folder, such as a command that a message gave. */
  async shell(line: string, input = ""): Promise<CliRun> {
    return this.run("sh", ["-c", line], { input });
  }

  /** Types of the resources that the stack's state holds. */
  async resources(): Promise<string[]> {
    const file = join(this.directory, "state/.pulumi/stacks/wharf", `${this.stack}.json`);
    const { checkpoint } = JSON.parse(await readFile(file, "utf8")) as {
      checkpoint: { latest?: { resources?: { type: string }[] } };
    };
    return (checkpoint.latest?.resources ?? []).map(({ type }) => type);
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }

  private async run(file: string, args: string[], options: RunOptions): Promise<CliRun> {
    const { exitCode, all } = await execa(file, args, {
      cwd: this.directory,
      env: { ...this.environment, ...options.env },
      input: options.input ?? "",
      all: true,
      reject: false,
    });
    return { exitCode: exitCode ?? -1, said: all };
  }
}
