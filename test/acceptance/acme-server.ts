import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { cached } from "../../offline/cache";
import { buildWithGo } from "../../offline/go";
import { announce } from "../support/announce";
import { createCertificate } from "../support/loopback-certificate";
import type { DockerEngine } from "./docker-engine";

/** Pebble's version, which its go.mod names. */
const version = "2.10.3";
const [port, managementPort] = [14_000, 15_000];

/** The path of Pebble, Let's Encrypt's ACME server for tests, built the first time. */
export async function pebble(): Promise<string> {
  const module = join(__dirname, "go/pebble");
  const packages = ["github.com/letsencrypt/pebble/v2/cmd/pebble"];
  const fill = (into: string) => buildWithGo({ module, packages, into }, announce);
  return join(await cached(join("test", `pebble-${version}`), fill, announce), "pebble");
}

/**
 * An ACME server on an engine that has a network of its own, at the address by which its containers reach the machine. It finds hosts
 * as the engine does, and connects to their port 443.
 */
export class AcmeServer {
  private constructor(
    /** URL of its directory. */
    readonly directory: string,
    /** CA of its own certificate, PEM. */
    readonly ca: string,
    private readonly engine: DockerEngine,
    private readonly process: ReturnType<DockerEngine["command"]>,
    private readonly management: string,
  ) {}

  /** Starts one whose certificates are valid for so many seconds. */
  static async start(engine: DockerEngine, seconds: number): Promise<AcmeServer> {
    const shown = await engine.command("ip", ["-4", "-json", "address", "show", "docker0"]);
    const [{ addr_info }] = JSON.parse(String(shown.stdout)) as [
      { addr_info: { local: string }[] },
    ];
    const address = addr_info[0]?.local ?? "";
    const files = join(engine.directory, "acme");
    await mkdir(files);
    const { ca, certificatePath, keyPath } = createCertificate(files, `IP:${address}`);
    const config = {
      pebble: {
        listenAddress: `${address}:${port}`,
        managementListenAddress: `${address}:${managementPort}`,
        certificate: certificatePath,
        privateKey: keyPath,
        httpPort: 80,
        tlsPort: 443,
        profiles: { default: { description: "short-lived", validityPeriod: seconds } },
      },
    };
    await writeFile(join(files, "pebble.json"), JSON.stringify(config));
    const process = engine.command(await pebble(), ["-config", join(files, "pebble.json")], {
      env: { PEBBLE_VA_NOSLEEP: "1", PEBBLE_WFE_NONCEREJECT: "0" },
      reject: false,
    });
    const management = `https://${address}:${managementPort}`;
    const directory = `https://${address}:${port}/dir`;
    const server = new AcmeServer(directory, ca, engine, process, management);
    await expect.poll(() => server.issuer(), { timeout: 30_000 }).toContain("BEGIN CERTIFICATE");
    return server;
  }

  /** CA of what it issues, PEM. */
  async issuer(): Promise<string> {
    const asks = ["--silent", "--insecure", `${this.management}/roots/0`];
    return String((await this.engine.command("curl", asks, { reject: false })).stdout);
  }

  async stop(): Promise<void> {
    this.process.kill();
    await this.process;
  }
}
