import { execa } from "execa";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { stringify } from "yaml";
import { cacheDirectory } from "../../offline/cache";
import type { DockerEngine } from "./docker-engine";
import { openedOutputs } from "./opened-state";

const project = resolve(__dirname, "../..");

/** What no command reads, in Git's words: a third of the project, which takes a second of processor time to copy. */
const unused = [":!test", ":!docs", ":!bench"];

/** `npm`, whose `npm ci` only verifies that package.json and the lock file agree, and links each package that is installed. */
const installingScript = (npm: string) => `#!/bin/bash
set -e
[ "$1" = ci ] || exec ${npm} "$@"
${npm} "$@" --dry-run
rm -rf node_modules
mkdir node_modules
cd node_modules
for entry in ${project}/node_modules/{.bin,*}; do
  case "\${entry##*/}" in
    @*) mkdir "\${entry##*/}"; ln -s "$entry"/* "\${entry##*/}" ;;
    *) if [ -L "$entry" ]; then cp -P "$entry" .; else ln -s "$entry" .; fi ;;
  esac
done
cp ${project}/node_modules/.package-lock.json .
`;

/** What a run of a command printed and how it ended. */
export interface Run {
  exitCode: number;
  /** Standard output and standard error, as a person sees them. */
  said: string;
  stdout: string;
}

/** Where the commands of a checkout run: beside a Docker engine, which they see as the machine's. */
export type CommandPlace = Pick<DockerEngine, "command">;

/** A copy of the project in a folder of its own, with a home of its own, that works on an engine of the test's own. */
export class Checkout {
  private constructor(
    readonly directory: string,
    readonly home: string,
    private readonly engine: CommandPlace,
    private readonly variables: Record<string, string>,
  ) {}

  /**
   * The files of the project that commands read, committed or not, with the dependencies that are installed already.
   *
   * @param variables what the environment of its commands has besides
   */
  static async create(
    engine: CommandPlace,
    variables: Record<string, string> = {},
  ): Promise<Checkout> {
    const checkout = await Checkout.empty(engine, variables);
    const list = ["ls-files", "--cached", "--others", "--exclude-standard", "--", "."];
    const { stdout } = await execa("git", [...list, ...unused], { cwd: project });
    // A file that was deleted and not yet committed is still in the list.
    const files = stdout.split("\n").filter((file) => existsSync(join(project, file)));
    const into = `--target-directory=${checkout.directory}`;
    await execa("cp", ["--no-dereference", "--parents", into, ...files], { cwd: project });
    await symlink(join(project, "node_modules"), join(checkout.directory, "node_modules"));
    return checkout;
  }

  /**
   * `git clone` of what is committed, without dependencies. CI's own `npm ci` has installed them from the same lock file just
   * before: that of the clone verifies the lock file, and takes what is installed instead of writing 60,000 files once more.
   */
  static async clone(engine: DockerEngine): Promise<Checkout> {
    const variables: Record<string, string> = {};
    const checkout = await Checkout.empty(engine, variables);
    await execa("git", ["clone", "--quiet", project, checkout.directory]);
    const { stdout: npm } = await execa("which", ["npm"]);
    const programs = join(checkout.home, "bin");
    await mkdir(programs);
    await writeFile(join(programs, "npm"), installingScript(npm), { mode: 0o755 });
    variables.PATH = `${programs}:${process.env.PATH}`;
    return checkout;
  }

  private static async empty(
    engine: CommandPlace,
    variables: Record<string, string> = {},
  ): Promise<Checkout> {
    const parent = await mkdtemp(join(tmpdir(), "wharf-checkout-"));
    const home = join(parent, "home");
    await mkdir(home);
    const directory = join(parent, "wharf");
    await mkdir(directory);
    return new Checkout(directory, home, engine, variables);
  }

  /** Writes Pulumi.<stack>.yaml; keys without the `wharf:` before them, those of others as they are. */
  async describe(stack: string, description: Record<string, unknown>): Promise<void> {
    const config = Object.fromEntries(
      Object.entries(description).map(([key, value]) => [
        key.includes(":") ? key : `wharf:${key}`,
        value,
      ]),
    );
    await writeFile(this.file(`Pulumi.${stack}.yaml`), stringify({ config }));
  }

  file(name: string): string {
    return join(this.directory, name);
  }

  read(name: string): Promise<string> {
    return readFile(this.file(name), "utf8");
  }

  /** Starts `wharf` with arguments; its exit code is not an error of the test's. */
  start(...args: string[]) {
    return this.command("node", [this.file("cli/wharf.js"), ...args], {
      // Of a process group of its own, so that a signal to it reaches what it started only through it.
      detached: true,
    });
  }

  async wharf(...args: string[]): Promise<Run> {
    const { exitCode, all, stdout } = await this.start(...args);
    return { exitCode: exitCode ?? -1, said: String(all), stdout: String(stdout) };
  }

  /** Runs any other command in the checkout, as the user whose home it is. */
  async run(file: string, ...args: string[]): Promise<Run> {
    const { exitCode, all, stdout } = await this.command(file, args);
    return { exitCode: exitCode ?? -1, said: String(all), stdout: String(stdout) };
  }

  /** Runs the plain Pulumi CLI in the environment that `wharf pulumi-env` prints. */
  async pulumi(stack: string, ...args: string[]): Promise<Run> {
    const script = `eval "$(node cli/wharf.js pulumi-env --stack ${stack})" && exec pulumi "$@" --stack ${stack}`;
    return this.run("bash", "-c", script, "bash", ...args);
  }

  /** The outputs of a stack whose state is in the checkout, its secrets in plaintext. */
  async outputs(stack: string): Promise<Outputs> {
    const [state, passphrase] = await Promise.all([
      this.read(`.wharf/state/.pulumi/stacks/wharf/${stack}.json`),
      this.variables.PULUMI_CONFIG_PASSPHRASE ?? this.read(".wharf/passphrase"),
    ]);
    return (await openedOutputs(state, passphrase)) as unknown as Outputs;
  }

  /** Forgets the folder and its home. */
  async remove(): Promise<void> {
    await rm(join(this.directory, ".."), { recursive: true, force: true });
  }

  private command(file: string, args: string[], options: { detached?: boolean } = {}) {
    return this.engine.command(file, args, {
      ...{ cwd: this.directory, env: this.environment, reject: false, all: true },
      ...options,
    });
  }

  private get environment(): Record<string, string> {
    return {
      HOME: this.home,
      // The engine takes minutes to build, so it comes from the cache that all tests share.
      WHARF_CACHE: cacheDirectory(),
      DOCKER_CONFIG: join(this.home, ".docker"),
      npm_config_update_notifier: "false",
      // A newcomer's npm downloads; here CI's `npm ci` has just done so.
      npm_config_cache: process.env.npm_config_cache ?? join(homedir(), ".npm"),
      npm_config_prefer_offline: "true",
      ...this.variables,
    };
  }
}

/** The outputs of a stack that tests look at. */
export interface Outputs {
  endpoint: string;
  hosts: string[];
  login: string;
  caCertificate: string;
  credentials: Record<string, string>;
  certificateExpiresAt: string;
  notes: string[];
  repositories: Record<string, string>;
  mirrors: Record<string, string>;
}
