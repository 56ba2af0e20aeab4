import { execa, type Options, type ResultPromise } from "execa";
import { randomBytes, randomInt } from "node:crypto";
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import type { Issued } from "../support/test-certificates";

/** Where an engine listens with TLS, by which certificate, and whose clients it takes. */
interface EngineTls {
  port: number;
  ca: Issued;
  server: Issued;
}

/** Name that resolves to ::1 for the test's engine: Docker verifies no certificate of a name in 127.0.0.0/8. */
export const verifiedName = "registry.wharf.test";

/** Rejects unless an engine takes requests on a socket: Docker's client would be started ten times a second to ask that. */
async function answers(socketPath: string): Promise<void> {
  const [{ statusCode }] = (await once(
    get({ socketPath, path: "/_ping" }, (answer) => answer.resume()),
    "response",
  )) as [IncomingMessage];
  if (statusCode !== 200) throw new Error(`Docker's engine answered ${statusCode}.`);
}

const startScript = `
mount --bind "$1/hosts" /etc/hosts
mkdir -p /etc/docker
mount --bind "$1/etc-docker" /etc/docker
ip link set lo up
exec dockerd --host "unix://$1/docker.sock" --data-root "$1/data" --exec-root "$1/exec" \\
  --pidfile "$1/dockerd.pid" $2
`;

/**
 * A Docker engine of the test's own, so that it can be restarted and left dirty without touching the machine's. It sees
 * a hosts file and an /etc/docker of its own; in the machine's network it uses no iptables, and publishes ports on loopback
 * through Docker's proxy.
 */
export class DockerEngine {
  private process: ResultPromise | undefined;
  private addresses = "";
  // With `--bridge=none` an engine would remove docker0, the bridge of the machine's own.
  private readonly bridge = `wharf-${randomBytes(3).toString("hex")}`;

  private constructor(
    readonly directory: string,
    private readonly ownNetwork: boolean,
    private readonly tls: EngineTls | undefined,
  ) {}

  /**
   * Starts one in a temporary directory; needs root and `dockerd`. With a network of its own its containers reach each
   * other, which the firewall of the machine's engine would prevent, and only `command` reaches them. With `tls` it also listens
   * on a port of loopback, for clients with a certificate of the CA.
   */
  static async start({
    ownNetwork = false,
    tls,
  }: { ownNetwork?: boolean; tls?: EngineTls } = {}): Promise<DockerEngine> {
    const directory = await mkdtemp(join(tmpdir(), "wharf-engine-"));
    await mkdir(join(directory, "etc-docker"));
    const hosts = await readFile("/etc/hosts", "utf8");
    await writeFile(join(directory, "hosts"), `${hosts}\n::1 ${verifiedName}\n`);
    const engine = new DockerEngine(directory, ownNetwork, tls);
    if (tls !== undefined) await engine.writeCertificates(tls);
    if (!ownNetwork) engine.addresses = await engine.createBridge();
    await engine.launch();
    return engine;
  }

  get host(): string {
    return `unix://${join(this.directory, "docker.sock")}`;
  }

  /** Stops the engine as a service manager does, and starts it again on the same data. */
  async restart(): Promise<void> {
    await this.halt();
    await this.launch();
  }

  /** Runs a command on this engine, where its hosts file and /etc/docker are seen. */
  command(file: string, args: string[], options: Options = {}) {
    const pid = String(this.process?.pid);
    return execa(
      "nsenter",
      [
        "--mount",
        ...this.network,
        "--wdns=" + String(options.cwd ?? process.cwd()),
        "-t",
        pid,
        "--",
        file,
        ...args,
      ],
      {
        ...options,
        cwd: undefined,
        env: { ...options.env, DOCKER_HOST: this.host },
      },
    );
  }

  /** Runs the Docker client; rejects where it fails. */
  async docker(...args: string[]): Promise<string> {
    const { stdout } = await this.command("docker", args, {
      env: { DOCKER_CONFIG: join(this.directory, "client"), DOCKER_BUILDKIT: "0" },
    });
    return String(stdout);
  }

  /** Runs the Docker client and tells how it ended and what it said, failed or not. */
  async tryDocker(args: string[], input?: string): Promise<{ exitCode: number; said: string }> {
    const { exitCode, all } = await this.command("docker", args, {
      env: { DOCKER_CONFIG: join(this.directory, "client") },
      input,
      all: true,
      reject: false,
    });
    return { exitCode: exitCode ?? -1, said: String(all) };
  }

  /** Builds an image of `mebibytes` of random bytes under a tag, on the spot. */
  async build(tag: string, mebibytes: number): Promise<void> {
    const context = await mkdtemp(join(this.directory, "context-"));
    await execa("dd", [
      "if=/dev/urandom",
      `of=${join(context, "layer")}`,
      "bs=1M",
      `count=${mebibytes}`,
    ]);
    await writeFile(join(context, "Dockerfile"), "FROM scratch\nCOPY layer /layer\n");
    await this.docker("build", "--quiet", "--tag", tag, context);
    await rm(context, { recursive: true });
  }

  /** Puts an image into the engine, out of an archive. */
  async load(archive: Buffer): Promise<void> {
    await this.command("docker", ["load", "--quiet"], { input: archive });
  }

  /** Names of everything on the engine that is not its own: containers, volumes, networks and image tags. */
  async contents(): Promise<string[]> {
    const lists = await Promise.all([
      this.docker("ps", "--all", "--format", "container {{.Names}}"),
      this.docker("volume", "ls", "--format", "volume {{.Name}}"),
      this.docker("network", "ls", "--filter", "type=custom", "--format", "network {{.Name}}"),
      this.docker("image", "ls", "--format", "image {{.Repository}}:{{.Tag}}"),
    ]);
    return lists.join("\n").split("\n").filter(Boolean).sort();
  }

  /** Waits until a volume or a container of this name is created from now on, or that container ends, at that very moment. */
  async moment(
    event: "create" | "die",
    filter: "type=volume" | `container=${string}`,
  ): Promise<void> {
    const filters = ["--filter", filter, "--filter", `event=${event}`];
    const since = String(Date.now() / 1000);
    const events = this.command("docker", ["events", "--since", since, ...filters], {
      reject: false,
      buffer: false,
    });
    await once(events.stdout as NodeJS.ReadableStream, "data");
    events.kill();
    await events;
  }

  /** Ends the engine, its containers and its data. */
  async remove(): Promise<void> {
    const all = await this.docker("ps", "--all", "--quiet").catch(() => "");
    if (all !== "") await this.docker("rm", "--force", ...all.split("\n")).catch(() => "");
    await this.docker("network", "prune", "--force").catch(() => "");
    await this.halt();
    if (!this.ownNetwork) await execa("ip", ["link", "delete", this.bridge], { reject: false });
    await rm(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }

  /**
   * A bridge in the range that RFC 2544 sets aside for tests, where nobody has an address.
   * @returns addresses for the networks that stacks make: two engines that choose by themselves at one moment choose the same
   */
  private async createBridge(): Promise<string> {
    const { stdout: taken } = await execa("ip", ["-oneline", "-4", "address"]);
    const subnets = Array.from({ length: 256 }, (_, third) => `198.18.${third}`);
    const free = subnets.filter((subnet) => !taken.includes(` ${subnet}.`));
    const subnet = free[randomInt(free.length)];
    await execa("ip", ["link", "add", this.bridge, "type", "bridge"]);
    await execa("ip", ["address", "add", `${subnet}.1/28`, "dev", this.bridge]);
    await execa("ip", ["link", "set", this.bridge, "up"]);
    return `${subnet}.128/25`;
  }

  private async launch(): Promise<void> {
    const options = this.ownNetwork
      ? ""
      : `--bridge ${this.bridge} --default-address-pool base=${this.addresses},size=28 --iptables=false --ip6tables=false`;
    const script = ["sh", "-c", startScript, "sh", this.directory, options + this.tlsOptions];
    this.process = execa("unshare", ["--mount", ...this.network, ...script], {
      stdio: ["ignore", "ignore", { file: join(this.directory, "dockerd.log") }],
      reject: false,
    });
    await vi.waitFor(() => answers(join(this.directory, "docker.sock")), {
      timeout: 60_000,
      interval: 100,
    });
  }

  private async writeCertificates({ ca, server }: EngineTls): Promise<void> {
    await writeFile(join(this.directory, "ca.pem"), ca.certificate);
    await writeFile(join(this.directory, "server.pem"), server.certificate);
    await writeFile(join(this.directory, "server-key.pem"), server.privateKey);
  }

  private get tlsOptions(): string {
    if (this.tls === undefined) return "";
    const files = ["--tlscacert ca", "--tlscert server", "--tlskey server-key"];
    const paths = files.map((option) => option.replace(" ", ` ${this.directory}/`) + ".pem");
    return ` --host tcp://127.0.0.1:${this.tls.port} --tlsverify ${paths.join(" ")}`;
  }

  /** The option by which unshare makes, and nsenter enters, a network of the engine's own. */
  private get network(): string[] {
    return this.ownNetwork ? ["--net"] : [];
  }

  private async halt(): Promise<void> {
    this.process?.kill("SIGTERM");
    await this.process;
  }
}
