import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { copyCheckout } from "./copied-checkout";

/** What a clone holds beside the command: all that runs, without the ready stacks. */
const parts = ["pipelines", "main.js", "package-lock.json"];

/** Variables for a command, beside those of this process; undefined takes one away. */
export type Environment = Record<string, string | undefined>;

/** How a command ended, and what it said. */
export interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** A Git repository of its own in a temporary directory, that holds this checkout's working tree, and stacks of a test. */
export class ScratchClone {
  readonly directory = mkdtempSync(path.join(tmpdir(), "wharf-clone-"));

  constructor() {
    copyCheckout(this.directory, parts);
    this.write(".gitignore", "node_modules\n.wharf\n/bin\n/said\n");
    this.git("init", "--quiet", "--initial-branch", "main");
  }

  at(...parts: string[]): string {
    return path.join(this.directory, ...parts);
  }

  write(file: string, text: string): void {
    mkdirSync(path.dirname(this.at(file)), { recursive: true });
    writeFileSync(this.at(file), text);
  }

  git(...args: string[]): string {
    const who = ["-c", "user.name=Test", "-c", "user.email=test@example.com"];
    return execFileSync("git", ["-C", this.directory, ...who, ...args], { encoding: "utf8" });
  }

  /** Commits the working tree. */
  commit(message: string): void {
    this.git("add", "--all");
    this.git("commit", "--quiet", "--message", message);
  }

  /** Writes a program that stands in for another in the commands of this clone. */
  standIn(name: string, script: string): void {
    this.write(`bin/${name}`, script);
    execFileSync("chmod", ["755", this.at("bin", name)]);
  }

  /** Runs a command in the clone, its stand-ins first on the PATH. */
  run(command: string, args: string[], env: Environment = {}): Ended {
    const { status, stdout, stderr } = spawnSync(command, args, {
      cwd: this.directory,
      encoding: "utf8",
      env: this.environment(env),
    });
    return { status, stdout, stderr };
  }

  /** The same for a command that asks a server of this process, which answers meanwhile. */
  runBeside([command = "", ...args]: string[], env: Environment) {
    const child = spawn(command, args, {
      cwd: this.directory,
      stdio: "ignore",
      env: this.environment(env),
    });
    return new Promise<Pick<Ended, "status">>((done, fail) => {
      child.on("error", fail);
      child.on("close", (status) => done({ status }));
    });
  }

  private environment(env: Environment): NodeJS.ProcessEnv {
    return {
      ...process.env,
      PATH: `${this.at("bin")}:${process.env.PATH}`,
      // The provider that stands in for AWS's own takes whatever there is.
      AWS_ACCESS_KEY_ID: "none",
      AWS_SECRET_ACCESS_KEY: "none",
      GITHUB_ACTIONS: "",
      ...env,
    };
  }

  wharf(words: string, env?: Environment): Ended {
    return this.run("node", ["cli/wharf.js", ...words.split(" ")], env);
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
