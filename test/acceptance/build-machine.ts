import { execa } from "execa";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { Ended, Machine } from "../components/builds/build-machine";
import type { DockerEngine } from "./docker-engine";

/** A machine of a platform: the shared engine, a clone of the source code, and stand-ins for what only a cloud has. */
export class BuildMachine implements Machine {
  private constructor(
    private readonly engine: DockerEngine,
    private readonly root: string,
  ) {}

  /** @param password what the stand-in for the AWS CLI prints, as ECR would give it */
  static async create(engine: DockerEngine, password: string): Promise<BuildMachine> {
    const machine = new BuildMachine(engine, await mkdtemp(join(tmpdir(), "wharf-build-")));
    await mkdir(join(machine.directory, "services/my api"), { recursive: true });
    const programs = join(machine.root, "programs");
    await mkdir(programs);
    // What an AWS role would get a password for, and what a runner's account may do as root.
    const scripts = { aws: `printf '%s' '${password}'`, sudo: 'exec "$@"' };
    for (const [name, script] of Object.entries(scripts)) {
      await writeFile(join(programs, name), `#!/bin/sh\n${script}\n`);
      await chmod(join(programs, name), 0o755);
    }
    const files = {
      Dockerfile: "FROM scratch\nARG MOTTO\nLABEL motto=$MOTTO\nCOPY Dockerfile /\n",
      "services/my api/Dockerfile":
        "FROM scratch\nARG MOTTO\nLABEL motto=$MOTTO\nCOPY only-here /\n",
      "services/my api/only-here": "",
    };
    for (const [path, text] of Object.entries(files)) {
      await writeFile(join(machine.directory, path), text);
    }
    await machine.git("init", "--quiet");
    await machine.git("add", ".");
    await machine.git("commit", "--quiet", "--message", "Begin");
    return machine;
  }

  get directory(): string {
    return join(this.root, "source");
  }

  async git(...args: string[]): Promise<string> {
    const author = ["-c", "user.name=Wharf", "-c", "user.email=wharf@example.com"];
    return (await execa("git", [...author, ...args], { cwd: this.directory })).stdout;
  }

  async run(
    file: string,
    args: string[],
    env: Record<string, string>,
    input?: string,
  ): Promise<Ended> {
    const { exitCode, all } = await this.engine.command(file, args, {
      cwd: this.directory,
      env: {
        ...env,
        PATH: [join(this.root, "programs"), process.env.PATH].join(delimiter),
        HOME: this.root,
        DOCKER_CONFIG: join(this.root, ".docker"),
        DOCKER_BUILDKIT: "0",
      },
      all: true,
      reject: false,
      input,
    });
    return { exitCode: exitCode ?? -1, said: String(all) };
  }

  remove(): Promise<void> {
    return rm(this.root, { recursive: true, force: true });
  }
}
