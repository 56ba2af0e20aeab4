import { hash } from "bcryptjs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { wharfRegistry } from "../../offline/images/registry-image";
import { freePort } from "../support/free-port";
import type { DockerEngine } from "./docker-engine";

/** A user of an upstream. */
export interface Account {
  name: string;
  password: string;
}

/** A registry in a container of the test's engine, as the upstream of a cache: it logs every request. */
export class Upstream {
  private constructor(
    private readonly engine: DockerEngine,
    /** Name of the container, and of the host on its network. */
    readonly name: string,
    private readonly network: string,
    /** `host:port` by which the engine's own client reaches it. */
    readonly address: string,
  ) {}

  /** Starts one on a network; with an account it asks for that user. */
  static async start(
    engine: DockerEngine,
    options: { name: string; network: string; account?: Account },
  ): Promise<Upstream> {
    const { account, name, network } = options;
    const directory = join(engine.directory, name);
    await mkdir(directory);
    const config = {
      version: "0.1",
      log: { accesslog: { disabled: false } },
      storage: { filesystem: { rootdirectory: "/tmp/registry" } },
      http: { addr: ":5000" },
      ...(account && { auth: { htpasswd: { realm: name, path: "/upstream/htpasswd" } } }),
    };
    await writeFile(join(directory, "config.yml"), stringify(config));
    if (account !== undefined) {
      const line = `${account.name}:${await hash(account.password, 4)}\n`;
      await writeFile(join(directory, "htpasswd"), line);
    }
    const address = `127.0.0.1:${await freePort()}`;
    await engine.docker(
      ...["run", "--detach", "--name", name, "--network", network, "--publish", `${address}:5000`],
      ...[
        "--volume",
        `${directory}:/upstream:ro`,
        wharfRegistry.reference,
        "serve",
        "/upstream/config.yml",
      ],
    );
    return new Upstream(engine, name, network, address);
  }

  /** Builds an image and pushes it here; the engine itself keeps nothing of it. */
  async hold(image: string, account?: Account): Promise<void> {
    const tag = `${this.address}/${image}`;
    if (account !== undefined) {
      const login = ["login", "--username", account.name, "--password-stdin", this.address];
      const { exitCode, said } = await this.engine.tryDocker(login, account.password);
      if (exitCode !== 0) throw new Error(said);
    }
    await this.engine.build(tag, 1);
    await this.engine.docker("push", tag);
    await this.engine.docker("image", "rm", tag);
  }

  /** What was asked since the last call, each as method and path, in order. */
  async asked(): Promise<string[]> {
    const { said } = await this.engine.tryDocker(["logs", this.name]);
    const all = [...said.matchAll(/"(GET|HEAD|POST|PUT|PATCH|DELETE) (\S+) HTTP/g)];
    const fresh = all.slice(this.seen).map(([, method, path]) => `${method} ${path}`);
    this.seen = all.length;
    return fresh;
  }

  /**
   * Ends it, with all that it holds, and leaves a host of its name that accepts no connection, also when the engine starts again.
   */
  async fail(): Promise<void> {
    await this.remove();
    const config = {
      version: "0.1",
      storage: { inmemory: {} },
      http: { addr: "127.0.0.1:5000" },
    };
    const directory = join(this.engine.directory, this.name);
    await writeFile(join(directory, "config.yml"), stringify(config));
    await this.engine.docker(
      ...["run", "--detach", "--restart", "always", "--name", this.name],
      ...["--network", this.network, "--volume", `${directory}:/upstream:ro`],
      ...[wharfRegistry.reference, "serve", "/upstream/config.yml"],
    );
  }

  /** Removes the container. */
  async remove(): Promise<void> {
    await this.engine.docker("rm", "--force", "--volumes", this.name);
  }

  private seen = 0;
}
