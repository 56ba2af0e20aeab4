import { execFile, spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { setTimeout as delay } from "node:timers/promises";
import { run } from "../../offline/commands";
import { OfflineError } from "../../offline/errors";

/** How long the engine may take to start, in milliseconds. */
const startTimeoutMs = 60_000;

/**
 * A Docker engine of the benchmark's own, so that nothing that runs on the machine's is touched or measured along. It uses no
 * iptables: ports are published on loopback by Docker's proxy, for every contender alike.
 */
export class DockerEngine {
  private constructor(
    private readonly directory: string,
    private readonly bridge: string,
    private readonly process: ChildProcess,
  ) {}

  /**
   * Starts one. Needs root, `dockerd` and `ip`.
   * @param within directory that its own is made in
   * @throws {OfflineError} where it does not start
   */
  static async start(within: string): Promise<DockerEngine> {
    if (process.getuid?.() !== 0) {
      throw new OfflineError("The benchmark starts a Docker engine of its own, which needs root.");
    }
    const directory = await mkdtemp(join(within, "docker-"));
    // With `--bridge=none` the engine would remove docker0, the bridge of the machine's own engine.
    const bridge = `wharf-${randomBytes(3).toString("hex")}`;
    await run("ip", ["link", "add", bridge, "type", "bridge"]);
    // An address in the range that RFC 2544 sets aside for benchmarks.
    const [third = 0] = randomBytes(1);
    await run("ip", ["address", "add", `198.18.${third}.1/24`, "dev", bridge]);
    await run("ip", ["link", "set", bridge, "up"]);
    const log = await open(join(directory, "dockerd.log"), "w");
    const daemon = spawn(
      "dockerd",
      [
        ...["--host", `unix://${join(directory, "docker.sock")}`, "--bridge", bridge],
        ...["--data-root", join(directory, "data"), "--exec-root", join(directory, "exec")],
        ...["--pidfile", join(directory, "dockerd.pid"), "--iptables=false", "--ip6tables=false"],
      ],
      // Of a process group of its own: Ctrl-C is for the benchmark, which then removes it.
      { stdio: ["ignore", "ignore", log.fd], detached: true },
    );
    await log.close();
    const engine = new DockerEngine(directory, bridge, daemon);
    await engine.answers().catch(async (error: unknown) => {
      await engine.remove();
      throw error;
    });
    return engine;
  }

  /** Where it answers, as DOCKER_HOST takes it. */
  get host(): string {
    return `unix://${join(this.directory, "docker.sock")}`;
  }

  /** What makes a process and what it starts use this engine, with logins of the benchmark's own. */
  get environment(): Record<string, string> {
    return {
      DOCKER_HOST: this.host,
      DOCKER_CONFIG: join(this.directory, "client"),
      // The builder that every engine has.
      DOCKER_BUILDKIT: "0",
    };
  }

  /** Runs the Docker client; rejects where it fails. */
  async docker(...args: string[]): Promise<void> {
    await run("docker", args, { env: this.environment });
  }

  /** Logs the Docker client in; the password goes by standard input. */
  async logIn(host: string, user: string, password: string): Promise<void> {
    const args = ["login", "--username", user, "--password-stdin", host];
    const login = promisify(execFile)("docker", args, {
      env: { ...process.env, ...this.environment },
    });
    login.child.stdin?.end(password);
    await login;
  }

  /** Builds an image of one layer of that many MB of random bytes, which no compression makes smaller. */
  async build(tag: string, megabytes: number): Promise<void> {
    const context = join(this.directory, "context");
    await mkdir(context);
    await writeFile(join(context, "Dockerfile"), "FROM scratch\nCOPY layer /layer\n");
    await writeFile(join(context, "layer"), randomBytes(megabytes * 1e6));
    await this.docker("build", "--quiet", "--no-cache", "--tag", tag, context);
    await rm(context, { recursive: true });
  }

  /** Ends the engine, its containers, its bridge and its data. */
  async remove(): Promise<void> {
    if (this.process.exitCode === null) {
      await this.empty();
      const ended = once(this.process, "exit");
      this.process.kill("SIGTERM");
      await ended;
    }
    await run("ip", ["link", "delete", this.bridge]);
    await rm(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Removes what a contender left; the bridge of a network would outlive the engine. */
  private async empty(): Promise<void> {
    const ids: string[] = [];
    const list = ["ps", "--all", "--quiet"];
    await run("docker", list, { env: this.environment, onLine: (id) => ids.push(id) });
    if (ids.length > 0) await this.docker("rm", "--force", ...ids);
    await this.docker("network", "prune", "--force");
  }

  private async answers(): Promise<void> {
    const deadline = Date.now() + startTimeoutMs;
    while (this.process.exitCode === null && Date.now() < deadline) {
      try {
        return await this.docker("version");
      } catch {
        await delay(100);
      }
    }
    throw new OfflineError(
      "The Docker engine that the benchmark starts for itself does not answer.",
    );
  }
}
