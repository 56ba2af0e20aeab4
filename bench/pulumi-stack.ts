import { execFile } from "node:child_process";
import { mkdir, mkdtemp, symlink, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { promisify } from "node:util";
import { stringify } from "yaml";
import type { Engine } from "../offline/engine";
import type { Contender } from "./contender";
import { measure, type Place } from "./process-tree";

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
  entries: ["Pulumi.yaml", "main.js", "index.ts", "components"],
};
const small = ["Pulumi.yaml", "main.js", "index.ts"];
/** The resources of a Wharf lab, registered without Wharf. */
export const bareProgram: Program = { folder: join(__dirname, "bare-program"), entries: small };
/** A program that registers nothing: the least that a run of Pulumi takes. */
export const emptyProgram: Program = { folder: join(__dirname, "empty-program"), entries: small };

/** What every program needs beside it: its packages, and the settings by which tsx strips types. */
const surroundings = ["node_modules", "package.json", "tsconfig.json"];

/** Name of the stack in every program, so that what Wharf and the bare program make is called the same. */
export const stackName = "bench";

/** A stack of a Pulumi program that the plain CLI works on, in a folder and a file backend of its own. */
export class PulumiStack implements Contender {
  private constructor(
    readonly name: string,
    private readonly place: Place,
  ) {}

  /**
   * Makes the folder, the backend and the stack.
   * @param within directory that the folder is made in
   * @param config the stack's config, keys with their namespace
   */
  static async create(
    name: string,
    program: Program,
    { engine, within, config }: { engine: Engine; within: string; config: Record<string, unknown> },
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

  /** The stack's outputs, secrets in clear. */
  async outputs<T>(): Promise<T> {
    return JSON.parse(await this.pulumi("stack", "output", "--json", "--show-secrets")) as T;
  }

  /** The resources that the state holds, secrets encrypted. */
  async resources(): Promise<StateResource[]> {
    const { deployment } = JSON.parse(await this.pulumi("stack", "export")) as {
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
