import { execa } from "execa";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** How a program ended, and all that it said. */
export interface Ended {
  exitCode: number;
  said: string;
}

/** Where a platform runs a build. */
export interface Machine {
  /** Directory of the source code. */
  directory: string;
  run(file: string, args: string[], env: Record<string, string>, input?: string): Promise<Ended>;
}

/**
 * Docker's client as far as a build's commands show: it writes down what it is called with, an argument that is named by
 * `--build-arg` only with its value from the environment, as Docker itself reads it.
 */
const recorder = `#!/bin/sh
[ "$1" = version ] && echo amd64
previous=
for argument; do
  case "$previous=$argument" in
    --build-arg=*=*) ;;
    --build-arg=*) value="$(printenv "$argument"; printf .)"; argument="$argument=\${value%
.}" ;;
  esac
  printf '%s\\0' "$argument"
  previous="$argument"
done >> "$WHARF_CALLS"
printf '\\0\\0' >> "$WHARF_CALLS"
`;

/** A machine without Docker, which tells what Docker was called with. */
export class RecordingMachine implements Machine {
  private constructor(readonly directory: string) {}

  static async create(): Promise<RecordingMachine> {
    const machine = new RecordingMachine(await mkdtemp(join(tmpdir(), "wharf-builds-")));
    await mkdir(machine.programs);
    const silent = "#!/bin/sh\nexit 0\n";
    for (const [name, script] of Object.entries({ docker: recorder, aws: silent, sudo: silent })) {
      await writeFile(join(machine.programs, name), script);
      await chmod(join(machine.programs, name), 0o755);
    }
    await execa("git", ["init", "--quiet"], { cwd: machine.directory });
    const author = ["-c", "user.name=Wharf", "-c", "user.email=wharf@example.com"];
    const commit = ["commit", "--quiet", "--allow-empty", "--message", "Begin"];
    await execa("git", [...author, ...commit], { cwd: machine.directory });
    return machine;
  }

  private get programs(): string {
    return join(this.directory, "programs");
  }

  private get calls(): string {
    return join(this.directory, "calls");
  }

  async run(
    file: string,
    args: string[],
    env: Record<string, string>,
    input?: string,
  ): Promise<Ended> {
    const { exitCode, all } = await execa(file, args, {
      cwd: this.directory,
      env: {
        ...env,
        PATH: [this.programs, process.env.PATH].join(delimiter),
        HOME: this.directory,
        WHARF_CALLS: this.calls,
      },
      extendEnv: false,
      all: true,
      reject: false,
      input: input ?? "",
    });
    return { exitCode: exitCode ?? -1, said: all };
  }

  /** What Docker was called with since the last time that somebody asked. */
  async takeCalls(): Promise<string[][]> {
    const calls = await readFile(this.calls, "utf8").catch(() => "");
    await rm(this.calls, { force: true });
    return calls
      .split("\0\0\0")
      .filter(Boolean)
      .map((call) => call.split("\0"));
  }

  remove(): Promise<void> {
    return rm(this.directory, { recursive: true, force: true });
  }
}
