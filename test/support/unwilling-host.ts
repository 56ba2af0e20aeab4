import { execa } from "execa";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { createServer, type ListenOptions, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import { freePort } from "./free-port";
import { DockerEngine } from "../acceptance/docker-engine";
import type { Place } from "../components/bad-inputs";
import { issue } from "./test-certificates";

/**
 * A host that cannot carry out a description for one reason or another: ports in use, a socket that may not be opened, engines
 * whose disk is small or full. Needs root, like the Docker engines in it.
 */
export class UnwillingHost {
  readonly engines: DockerEngine[] = [];
  private readonly mounts: string[] = [];
  private readonly servers: Server[] = [];

  private constructor(private readonly directory: string) {}

  static async create(): Promise<UnwillingHost> {
    return new UnwillingHost(await mkdtemp(join(tmpdir(), "wharf-unwilling-")));
  }

  /** Starts what there is to start, and tells where it is. */
  async prepare(): Promise<Place> {
    const engine = await DockerEngine.start();
    this.engines.push(engine);
    const small = await this.engineOnDisk("2g");
    const full = await this.engineOnDisk("64m");
    // Ends with an error, at the last byte.
    const filling = ["if=/dev/zero", `of=${join(full.directory, "../rest")}`, "bs=1M"];
    await execa("dd", filling, { reject: false });
    const [takenPort, publishedPort] = [await freePort(), await freePort()];
    await this.listen({ port: takenPort, host: "127.0.0.1" });
    await publish(engine, publishedPort);
    const forbidden = join(this.directory, "forbidden.sock");
    await this.listen({ path: forbidden });
    await chmod(forbidden, 0);
    const podman = join(this.directory, "podman.sock");
    const asPodman = createHttpServer(answerAsPodman);
    await new Promise<void>((resolve) => asPodman.listen(podman, resolve));
    this.servers.push(asPodman);
    return {
      dockerHost: engine.host,
      small: { dockerHost: small.host, directory: join(small.directory, "data") },
      full: { dockerHost: full.host, directory: join(full.directory, "data") },
      forbiddenHost: `unix://${forbidden}`,
      podmanHost: `unix://${podman}`,
      takenPort,
      publishedPort,
      freePort: await freePort(),
      ...(await certificates()),
    };
  }

  /** Names of all that the engines hold, engine by engine. */
  contents(): Promise<string[][]> {
    return Promise.all(this.engines.map((engine) => engine.contents()));
  }

  /** Ends and removes everything that `prepare` started, also where it came to only a part of it. */
  async remove(): Promise<void> {
    for (const server of this.servers) await new Promise((resolve) => server.close(resolve));
    for (const engine of this.engines) await engine.remove();
    for (const mount of this.mounts) await execa("umount", [mount]);
    await rm(this.directory, { recursive: true, force: true });
  }

  /** An engine whose data lies on a file system of its own, of `size`. */
  private async engineOnDisk(size: string): Promise<DockerEngine> {
    const mount = await mkdtemp(join(this.directory, "disk-"));
    await execa("mount", ["-t", "tmpfs", "-o", `size=${size}`, "wharf-test", mount]);
    this.mounts.push(mount);
    vi.stubEnv("TMPDIR", mount);
    const engine = await DockerEngine.start().finally(() => vi.unstubAllEnvs());
    this.engines.push(engine);
    return engine;
  }

  /** A server that accepts and never answers. */
  private async listen(where: ListenOptions): Promise<void> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(where, resolve));
    this.servers.push(server);
  }
}

/** Answers what a preflight asks as `podman system service` of Debian 12 does, the path's API version left out. */
function answerAsPodman({ url = "" }: IncomingMessage, response: ServerResponse): void {
  const answers: Record<string, unknown> = {
    "/version": {
      Platform: { Name: "linux/amd64/debian-12" },
      Components: [{ Name: "Podman Engine", Version: "4.3.1", Details: { APIVersion: "4.3.1" } }],
      ...{ Version: "4.3.1", ApiVersion: "1.41", MinAPIVersion: "1.24" },
    },
    "/info": {
      ...{ OperatingSystem: "debian", ServerVersion: "4.3.1" },
      SecurityOptions: ["name=seccomp,profile=default"],
      DockerRootDir: "/var/lib/containers/storage",
    },
    "/containers/json": [],
    "/networks": [],
    "/volumes": { Volumes: [], Warnings: [] },
  };
  const answer = answers[url.replace(/^\/v[\d.]+/, "").replace(/\?.*/, "")];
  response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" });
  response.end(JSON.stringify(answer ?? { message: "Not Found" }));
}

/** Publishes a port by the container `squatter`, which holds nothing but `sleep` and carries no label of Wharf's. */
async function publish(engine: DockerEngine, port: number): Promise<void> {
  const files = `/bin/sleep $(ldd /bin/sleep | grep -o "/[^ ]*")`;
  const archive = `tar --create --dereference --absolute-names ${files}`;
  await engine.command("sh", ["-c", `${archive} | docker import - squatter:latest`]);
  await engine.docker("network", "create", "squatters");
  const published = ["--network", "squatters", "--publish", `127.0.0.1:${port}:80`];
  const container = ["--name", "squatter", ...published, "squatter:latest", "/bin/sleep"];
  await engine.docker("run", "--detach", ...container, "infinity");
}

async function certificates(): Promise<
  Pick<Place, "ca" | "otherCa" | "server" | "outlasting" | "expired" | "future" | "elsewhere">
> {
  const ca = await issue({ name: "Example CA" });
  const server = { name: "registry.example.com", hosts: ["registry.example.com"], issuer: ca };
  const [past, future] = [new Date("2020-01-01T12:00:00Z"), new Date("2100-01-01T12:00:00Z")];
  return {
    ca,
    otherCa: await issue({ name: "Other CA" }),
    server: await issue(server),
    outlasting: await issue({ ...server, notAfter: new Date(Date.now() + 30 * 86_400_000) }),
    expired: await issue({ ...server, notBefore: new Date("2019-01-01"), notAfter: past }),
    future: await issue({ ...server, notBefore: future, notAfter: new Date("2101-01-01") }),
    elsewhere: await issue({ ...server, hosts: ["other.example.com", "10.1.2.3"] }),
  };
}
