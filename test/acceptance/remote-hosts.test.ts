import Docker from "dockerode";
import { execa, type ResultPromise } from "execa";
import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { clientOptions, hostFault, type DockerHost } from "../../components/docker/host";
import { wharfRegistry } from "../../offline/images/registry-image";
import { freePort } from "../support/free-port";
import { issue, type Issued } from "../support/test-certificates";
import { Checkout } from "./checkout";
import { DockerEngine } from "./docker-engine";

// One engine, reached as a team reaches one elsewhere: by TLS, by a Docker context, and by the user's own ssh client.
describe("a Docker host that is reached by its address", () => {
  let engine: DockerEngine;
  let checkout: Checkout;
  let sshd: SshServer;
  let tls: { port: number; directory: string; other: string };

  beforeAll(async () => {
    const ca = await issue({ name: "Engine CA" });
    const server = await issue({ name: "engine", hosts: ["127.0.0.1"], issuer: ca });
    const client = await issue({ name: "client", hosts: ["client"], issuer: ca });
    const port = await freePort();
    engine = await DockerEngine.start({ tls: { port, ca, server } });
    checkout = await Checkout.create(engine);
    const directory = join(checkout.home, "certificates");
    const other = join(checkout.home, "other-certificates");
    await writeCertificates(directory, ca, client);
    await writeCertificates(other, await issue({ name: "Other CA" }), client);
    tls = { port, directory, other };
    sshd = await SshServer.start(engine, checkout);
  });
  afterAll(async () => {
    await sshd?.stop();
    await engine?.remove();
    await checkout?.remove();
  });

  const describeAt = async (stack: string, config: Record<string, unknown>) =>
    checkout.describe(stack, {
      ...{ target: "docker", environment: "lab" },
      endpoint: { port: await freePort() },
      ...config,
    });
  const containers = () => engine.docker("ps", "--all", "--format", "{{.Names}}");

  const byContext = (...args: string[]) => {
    const variables = ["-u", "DOCKER_HOST", "DOCKER_CONTEXT=far"];
    return checkout.run("env", ...variables, "node", "cli/wharf.js", ...args);
  };

  /** With an environment that names another engine, which does not answer. */
  const byConfig = (...args: string[]) => {
    const variables = ["DOCKER_HOST=unix:///nonexistent/docker.sock"];
    return checkout.run("env", ...variables, "node", "cli/wharf.js", ...args);
  };

  it("is used by the TLS of a Docker context, its image loaded there", async () => {
    await describeAt("context", {});
    const files = ["ca", "cert", "key"].map((name) => `${name}=${tls.directory}/${name}.pem`);
    const address = `host=tcp://127.0.0.1:${tls.port},${files.join(",")}`;
    const created = await checkout.run("docker", "context", "create", "far", "--docker", address);
    expect(created.exitCode, created.said).toBe(0);
    const up = await byContext("up", "--yes", "--stack", "context");
    expect(up.exitCode, up.said).toBe(0);
    expect(await containers()).toContain("wharf-context-registry");
  });

  it("is used by docker:certPath, its image loaded there, and refused before anything is created where the TLS is wrong", async () => {
    const host = `tcp://127.0.0.1:${tls.port}`;
    const faults = [
      [undefined, "requires TLS, and no certificates are given"],
      [tls.other, `is not signed by the CA in ${tls.other}/ca.pem`],
      [checkout.home, "lacks ca.pem and cert.pem and key.pem"],
    ] as const;
    for (const [certPath, message] of faults) {
      expect(await faultAt({ host, certPath })).toContain(message);
    }
    await describeAt("tls", { "docker:host": host });
    const refused = await checkout.wharf("up", "--yes", "--stack", "tls");
    expect(refused.said).toContain("requires TLS, and no certificates are given");
    expect(refused.exitCode).toBe(2);
    expect(await containers()).not.toContain("wharf-tls-");
    await engine.docker("image", "rm", "--force", wharfRegistry.reference);
    await describeAt("tls", { "docker:host": host, "docker:certPath": tls.directory });
    const up = await byConfig("up", "--yes", "--stack", "tls");
    expect(up.exitCode, up.said).toBe(0);
    expect(await containers()).toContain("wharf-tls-registry");
  });

  it("is used by ssh once its host key is known, and receives nothing before", async () => {
    await describeAt("ssh", { "docker:host": `ssh://root@127.0.0.1:${sshd.port}` });
    const unknown = await checkout.wharf("up", "--yes", "--stack", "ssh");
    expect(unknown.said).toContain("is not in known_hosts, so nothing was sent");
    expect(unknown.said).toContain(`ssh -p ${sshd.port} root@127.0.0.1`);
    expect(unknown.exitCode).toBe(2);
    expect(await sshd.log()).not.toContain("Accepted publickey");
    await sshd.trust();
    const up = await checkout.wharf("up", "--yes", "--stack", "ssh");
    expect(up.exitCode, up.said).toBe(0);
    expect(await sshd.log()).toContain("Accepted publickey");
    expect(await containers()).toContain("wharf-ssh-registry");
    const again = await checkout.wharf("up", "--yes", "--stack", "ssh");
    expect(again.said).toContain("nothing to change");
  });

  it("is left as it was by a removal, which asks the context's engine and no other", async () => {
    const down = await byContext("down", "--yes", "--stack", "context");
    expect(down.exitCode, down.said).toBe(0);
    expect(await containers()).not.toContain("wharf-context-");
    // By what the state says of it, whatever the description says by now.
    await describeAt("tls", {});
    const other = await byConfig("down", "--yes", "--stack", "tls");
    expect(other.exitCode, other.said).toBe(0);
    expect(other.said).toContain("Nothing else with the label of stack tls is left.");
    expect(await containers()).not.toContain("wharf-tls-");
  });
});

/** What is said of a Docker host that cannot be used. */
async function faultAt(place: DockerHost): Promise<string> {
  try {
    await new Docker(clientOptions(place)).version();
    return "";
  } catch (error) {
    return hostFault(place, error).message;
  }
}

async function writeCertificates(directory: string, ca: Issued, client: Issued): Promise<void> {
  await mkdir(directory);
  await writeFile(join(directory, "ca.pem"), ca.certificate);
  await writeFile(join(directory, "cert.pem"), client.certificate);
  await writeFile(join(directory, "key.pem"), client.privateKey);
}

/** An sshd on loopback that lets one key in and runs its commands on the test's engine. */
class SshServer {
  private constructor(
    readonly port: number,
    private readonly directory: string,
    private readonly process: ResultPromise,
  ) {}

  /** Starts it; the checkout's user has its key by an ssh of the test's own on PATH, and does not know any host yet. */
  static async start(engine: DockerEngine, checkout: Checkout): Promise<SshServer> {
    const directory = join(checkout.home, "sshd");
    await mkdir(directory);
    const at = (name: string) => join(directory, name);
    for (const name of ["host", "user"]) {
      await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", at(name)]);
    }
    const port = await freePort();
    const settings = {
      ...{ Port: port, ListenAddress: "127.0.0.1", HostKey: at("host"), PidFile: "none" },
      ...{ AuthorizedKeysFile: at("user.pub"), StrictModes: "no", UsePAM: "no" },
      ...{ PasswordAuthentication: "no", SetEnv: `DOCKER_HOST=${engine.host}` },
    };
    await writeFile(at("sshd_config"), lines(settings));
    // sshd drops its rights into this directory, which its service makes at boot.
    await mkdir("/run/sshd", { recursive: true });
    // ssh reads the home of the user database, not HOME, so the test's configuration stands in for ~/.ssh.
    const client = { IdentityFile: at("user"), UserKnownHostsFile: at("known_hosts") };
    await engine.command("mkdir", ["-p", "/root/.ssh"]);
    await mkdir(at(".ssh"), { mode: 0o700 });
    await writeFile(at(".ssh/config"), lines(client), { mode: 0o600 });
    await engine.command("mount", ["--bind", at(".ssh"), "/root/.ssh"]);
    await chmod(at("user"), 0o600);
    // The far side's shell reads it for every connection, and it may start dozens of programs.
    if (existsSync("/root/.bashrc")) {
      await engine.command("mount", ["--bind", "/dev/null", "/root/.bashrc"]);
    }
    const log = { file: at("log") };
    const child = engine.command("/usr/sbin/sshd", ["-D", "-e", "-f", at("sshd_config")], {
      ...{ stdio: ["ignore", "ignore", log], reject: false },
    });
    const server = new SshServer(port, directory, child);
    await vi.waitFor(async () => expect(await server.log()).toContain("Server listening"), 30_000);
    return server;
  }

  /** What it did so far. */
  log(): Promise<string> {
    return readFile(join(this.directory, "log"), "utf8");
  }

  /** Lets the user know its host key, as ssh notes it. */
  async trust(): Promise<void> {
    const key = await readFile(join(this.directory, "host.pub"), "utf8");
    await writeFile(join(this.directory, "known_hosts"), `[127.0.0.1]:${this.port} ${key}`);
  }

  async stop(): Promise<void> {
    this.process.kill("SIGTERM");
    await this.process;
    await rm(this.directory, { recursive: true, force: true });
  }
}

function lines(settings: Record<string, unknown>): string {
  return Object.entries(settings)
    .map(([key, value]) => `${key} ${String(value)}\n`)
    .join("");
}
