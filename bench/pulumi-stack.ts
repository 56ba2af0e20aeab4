import { execFile } from "node:child_process";
import { mkdir, mkdtemp, open, readFile, symlink, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { promisify } from "node:util";
import { stringify } from "yaml";
import type { Engine } from "../offline/engine/engine";
import type { Contender } from "./contender";
import { measure, type Cost, type Place } from "./process-tree";

const execute = promisify(execFile);
const checkout = resolve(__dirname, "..");

/** A folder of the checkout that holds a Pulumi program, and which of its entries the program is made of. */
export interface Program {
  folder: string;
  entries: string[];
}

/** Wharf itself. */
export const wharfProgram: Program = {
  folder: checkout,
  entries: ["Pulumi.yaml", "main.js", "bundle", "index.ts", "components"],
};
/** A program of the benchmark's own, in a folder that holds nothing else. */
export function smallProgram(folder: string): Program {
  return { folder, entries: ["Pulumi.yaml", "main.js", "index.ts"] };
}

/** A program that registers nothing: the least that a run of Pulumi takes. */
export const emptyProgram = smallProgram(join(__dirname, "empty-program"));

/** What every program needs beside it: its packages, and the settings by which tsx strips types. */
const surroundings = ["node_modules", "package.json", "tsconfig.json"];

/** Name of the stack in every program, so that what Wharf and the bare program make is called the same. */
export const stackName = "bench";

/** What a stack is made with. */
export interface StackOptions {
  engine: Engine;
  /** Directory that the stack's own is made in. */
  within: string;
  /** The stack's config, keys with their namespace. */
  config: Record<string, unknown>;
  /** Added to the environment of its commands. */
  environment?: Record<string, string>;
}

/** A stack of a Pulumi program that the plain CLI works on, in a folder and a file backend of its own. */
export class PulumiStack implements Contender {
  private constructor(
    readonly name: string,
    private readonly place: Place,
  ) {}

  /** Makes the folder, the backend and the stack. */
  static async create(
    name: string,
    program: Program,
    { engine, within, config, ...options }: StackOptions,
  ): Promise<PulumiStack> {
    const directory = await mkdtemp(join(within, "program-"));
    const links = [
      ...program.entries.map((entry) => join(program.folder, entry)),
      ...surroundings.map((entry) => join(checkout, entry)),
    ];
    await Promise.all(links.map((target) => symlink(target, join(directory, basename(target)))));
    const state = join(directory, "state");
    await mkdir(state);
    await writeFile(join(directory, `Pulumi.${stackName}.yaml`), stringify({ config }));
    const environment = {
      ...options.environment,
      ...engine.env,
      PULUMI_BACKEND_URL: `file://${state}`,
      // It guards passwords of registries that live for seconds.
      PULUMI_CONFIG_PASSPHRASE: "bench",
    };
    const stack = new PulumiStack(name, { directory, environment });
    await stack.pulumi("stack", "init", stackName);
    return stack;
  }

  readonly run = {
    create: () => this.measured("up"),
    "no-op": () => this.measured("up", "--expect-no-changes"),
    destroy: () => this.measured("destroy"),
  };

  /** The stack's outputs, secrets in plaintext. */
  async outputs<T>(): Promise<T> {
    return JSON.parse(await this.pulumi("stack", "output", "--json", "--show-secrets")) as T;
  }

  /** A preview, measured. */
  preview(): Promise<Cost> {
    return measure("pulumi", ["preview", "--non-interactive", "--stack", stackName], this.place);
  }

  /** The resources that a preview would create, in the order in which they were registered, and what it took. */
  async previewed(): Promise<{ resources: PreviewedResource[]; cost: Cost }> {
    const file = join(this.place.directory, "preview.json");
    const output = await open(file, "w");
    const args = ["preview", "--json", "--non-interactive", "--stack", stackName];
    // Thousands of resources are too much to be read from a pipe at once.
    const cost = await measure("pulumi", args, { ...this.place, output: output.fd })
      .catch((error: Error) => error)
      .finally(() => output.close());
    const { steps, diagnostics = [] } = JSON.parse(await readFile(file, "utf8")) as {
      steps: { newState: PreviewedResource }[];
      diagnostics?: { message: string }[];
    };
    if (cost instanceof Error) {
      const said = diagnostics.map(({ message }) => message).join("\n");
      throw new Error(`pulumi preview of ${this.name} failed:\n${said}`);
    }
    return { resources: steps.map(({ newState }) => newState), cost };
  }

  /** Puts a file beside the program, which reads it. */
  async write(name: string, contents: string): Promise<void> {
    await writeFile(join(this.place.directory, name), contents);
  }

  /** The resources that the state holds, secrets encrypted unless they are to be shown. */
  async resources(...options: "--show-secrets"[]): Promise<StateResource[]> {
    const { deployment } = JSON.parse(await this.pulumi("stack", "export", ...options)) as {
      deployment: { resources: StateResource[] };
    };
    return deployment.resources;
  }

  private measured(...command: string[]) {
    const unattended = ["--yes", "--skip-preview", "--non-interactive", "--stack", stackName];
    return measure("pulumi", [...command, ...unattended], this.place);
  }

  private async pulumi(...args: string[]): Promise<string> {
    const { stdout } = await execute("pulumi", args, {
      cwd: this.place.directory,
      env: { ...process.env, ...this.place.environment },
      maxBuffer: Infinity,
    });
    return stdout;
  }
}

/** A resource as Pulumi's state describes it. */
export interface StateResource {
  urn: string;
  type: string;
  custom: boolean;
  inputs?: Record<string, unknown>;
}

/** A resource as a preview describes it. */
export interface PreviewedResource extends StateResource {
  protect?: boolean;
  retainOnDelete?: boolean;
  /** URNs of what it waits for. */
  dependencies?: string[];
  /** URNs of what an input is made from, by the input's name. */
  propertyDependencies?: Record<string, string[] | null>;
}
