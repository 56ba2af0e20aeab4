import { execa } from "execa";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { findInstallation, type Installation } from "../offline/installation";
import { Checkout, freePort } from "./acceptance/checkout";
import { DockerEngine } from "./acceptance/docker-engine";
import { certificateRows, descriptionRows, hostRows, type Place, type Row } from "./bad-inputs";
import { PlainCli, type CliRun } from "./plain-cli";
import { issue } from "./test-certificates";

const rows = [...descriptionRows, ...certificateRows, ...hostRows];
const portAbove65535 = descriptionRows.find(({ name }) => name === "a port above 65535") as Row;
const stack = "bad";
const up = ["up", "--yes", "--skip-preview", "--stack", stack];

/** What a row led to. */
interface Refusal extends CliRun {
  resources: string[];
}

/** What the program itself said, out of what the engine prints around it: the diagnostics of the stack, indented by four. */
function reportIn(said: string): string {
  const [, report = said] =
    /^Diagnostics:\n {2}pulumi:pulumi:Stack \(wharf-bad\):\n {4}error: ([^]*?)\n\n(?:Resources|Outputs):/m.exec(
      said,
    ) ?? [];
  return report.replace(/^ {4}/gm, "");
}

/** The whole report that a row expects. */
function expectedReport({ count = 1, report }: Row, place: Place): string {
  const problems = count === 1 ? "1 problem" : `${count} problems`;
  const text = typeof report === "string" ? report : report(place);
  return `The description of stack ${stack} has ${problems}. Nothing was changed.\n${text.trimEnd()}`;
}

function valueAt<Value>(value: Value | ((place: Place) => Value), place: Place): Value {
  return typeof value === "function" ? (value as (place: Place) => Value)(place) : value;
}

/** A server on loopback or a socket that accepts and never answers. */
async function listen(where: { port: number; host: string } | { path: string }): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(where, resolve));
  return server;
}

describe("a description that cannot be carried out", () => {
  let installation: Installation;
  let place: Place;
  let directory: string;
  let engines: DockerEngine[];
  let before: string[][];
  const servers: Server[] = [];
  const mounts: string[] = [];
  const refusals = new Map<Row, Promise<Refusal>>();

  /** An engine whose data lies on a file system of its own, of `size`. */
  async function engineWithDisk(size: string): Promise<DockerEngine> {
    const mount = await mkdtemp(join(directory, "disk-"));
    await execa("mount", ["-t", "tmpfs", "-o", `size=${size}`, "wharf-test", mount]);
    mounts.push(mount);
    vi.stubEnv("TMPDIR", mount);
    return DockerEngine.start().finally(() => vi.unstubAllEnvs());
  }

  /** Publishes a port by a container that holds nothing but `sleep`, of a label of nobody's. */
  async function publish(engine: DockerEngine, port: number): Promise<void> {
    const files = `/bin/sleep $(ldd /bin/sleep | grep -o "/[^ ]*")`;
    const imported = `tar --create --dereference --absolute-names ${files} | docker import - squatter:latest`;
    await engine.command("sh", ["-c", imported]);
    await engine.docker("network", "create", "squatters");
    const published = ["--network", "squatters", "--publish", `127.0.0.1:${port}:80`];
    await engine.docker(
      "run",
      "--detach",
      "--name",
      "squatter",
      ...published,
      "squatter:latest",
      "/bin/sleep",
      "infinity",
    );
  }

  async function refuse(row: Row): Promise<Refusal> {
    const cli = await PlainCli.create(installation, stack, valueAt(row.config, place));
    try {
      for (const [path, value] of Object.entries(valueAt(row.secrets ?? {}, place))) {
        await cli.setSecret(path, value);
      }
      const DOCKER_HOST = row.dockerHost?.(place) ?? place.dockerHost;
      const run = await cli.pulumi(up, { env: { DOCKER_HOST }, through: row.through });
      return { ...run, resources: await cli.resources() };
    } finally {
      await cli.remove();
    }
  }

  /** Works through the rows one after the other; two of these keep a machine of two cores busy. */
  async function work(queue: Row[], settle: Map<Row, (refusal: Promise<Refusal>) => void>) {
    for (let row = queue.shift(); row !== undefined; row = queue.shift()) {
      const refusal = refuse(row);
      settle.get(row)?.(refusal);
      await refusal.catch(() => undefined);
    }
  }

  beforeAll(async () => {
    const said = (step: string, detail = "") => console.log(`${step}: ${detail}`);
    installation = await findInstallation({ start: said, update: () => undefined, done: said });
    directory = await mkdtemp(join(tmpdir(), "wharf-bad-"));
    const engine = await DockerEngine.start();
    const small = await engineWithDisk("2g");
    const full = await engineWithDisk("64m");
    engines = [engine, small, full];
    await execa("dd", ["if=/dev/zero", `of=${join(mounts[1] ?? "", "rest")}`, "bs=1M"], {
      reject: false,
    });
    const takenPort = await freePort();
    servers.push(await listen({ port: takenPort, host: "127.0.0.1" }));
    const forbidden = join(directory, "forbidden.sock");
    servers.push(await listen({ path: forbidden }));
    await chmod(forbidden, 0);
    const publishedPort = await freePort();
    await publish(engine, publishedPort);

    const hosts = ["registry.example.com"];
    const ca = await issue({ name: "Example CA" });
    const server = { name: "registry.example.com", hosts, issuer: ca };
    const [past, future] = [new Date("2020-01-01T12:00:00Z"), new Date("2100-01-01T12:00:00Z")];
    place = {
      dockerHost: engine.host,
      small: { dockerHost: small.host, directory: join(small.directory, "data") },
      full: { dockerHost: full.host, directory: join(full.directory, "data") },
      forbiddenHost: `unix://${forbidden}`,
      takenPort,
      publishedPort,
      freePort: await freePort(),
      ca,
      otherCa: await issue({ name: "Other CA" }),
      server: await issue(server),
      expired: await issue({ ...server, notBefore: new Date("2019-01-01"), notAfter: past }),
      future: await issue({ ...server, notBefore: future, notAfter: new Date("2101-01-01") }),
      elsewhere: await issue({ ...server, hosts: ["other.example.com", "10.1.2.3"] }),
    };
    before = await Promise.all(engines.map((each) => each.contents()));

    const settle = new Map<Row, (refusal: Promise<Refusal>) => void>();
    for (const row of rows) {
      const refusal = new Promise<Refusal>((resolve) => settle.set(row, resolve));
      // A row that fails is told of by its own test, which may come later.
      refusal.catch(() => undefined);
      refusals.set(row, refusal);
    }
    const queue = [...rows];
    void work(queue, settle);
    void work(queue, settle);
  });

  afterAll(async () => {
    await Promise.allSettled(refusals.values());
    for (const server of servers) await new Promise((resolve) => server.close(resolve));
    for (const engine of engines ?? []) await engine.remove();
    for (const mount of mounts) await execa("umount", [mount]);
    if (directory !== undefined) await rm(directory, { recursive: true, force: true });
  });

  it.each(rows)("is refused for $name", async (row) => {
    const { exitCode, said, resources } = (await refusals.get(row)) as Refusal;
    expect(reportIn(said)).toBe(expectedReport(row, place));
    expect(exitCode).toBe(1);
    expect(resources.filter((type) => type !== "pulumi:pulumi:Stack")).toEqual([]);
    for (const secret of Object.values(valueAt(row.secrets ?? {}, place))) {
      expect(said).not.toContain(secret);
    }
  });

  /** A stack with a config, for one test. */
  async function withStack<T>(
    config: Record<string, unknown>,
    use: (cli: PlainCli) => Promise<T>,
  ): Promise<T> {
    const cli = await PlainCli.create(installation, stack, config);
    return use(cli).finally(() => cli.remove());
  }

  it("is refused by pulumi preview alike", async () => {
    const { exitCode, said } = await withStack({ endpoint: { port: 70000 } }, (cli) =>
      cli.pulumi(["preview", "--stack", stack]),
    );
    expect(reportIn(said)).toBe(expectedReport(portAbove65535, place));
    expect(exitCode).toBe(1);
  });

  it("is refused by wharf preview with exit code 2", async () => {
    const checkout = await Checkout.create(engines[0] as DockerEngine);
    try {
      await writeFile(
        checkout.file(`Pulumi.${stack}.yaml`),
        "config:\n  wharf:endpoint:\n    port: 70000\n",
      );
      const { exitCode, said } = await checkout.wharf("preview", "--stack", stack);
      expect(said).toContain(expectedReport(portAbove65535, place));
      expect(exitCode).toBe(2);
    } finally {
      await checkout.remove();
    }
  });

  it("is refused by the engine itself where a whole key has another type than Pulumi.yaml says", async () => {
    const { exitCode, said } = await withStack({ repositories: ["app"] }, (cli) => cli.pulumi(up));
    expect(said.trim()).toBe(
      "error: validating stack config: Stack 'bad' with configuration key 'repositories' must be of type 'array<object>'",
    );
    expect(exitCode).not.toBe(0);
  });

  it("is cured by the commands of its report", async () => {
    const config = {
      enviroment: "dev",
      environment: "labs",
      "endpoint.port": String(place.freePort),
      endpoint: { prot: 1 },
      resources: { cpus: "0.5" },
      users: [{ name: 1234, password: "in clear" }],
      engine: { readOnly: "yes", http: { headers: { "X Frame's": "DENY" } } },
    };
    const env = { DOCKER_HOST: "unix:///nonexistent/docker.sock" };
    await withStack(config, async (cli) => {
      const { said } = await cli.pulumi(up, { env });
      const commands = reportIn(said).match(/(?<=^ +)pulumi config .*$/gm) ?? [];
      expect(commands).toHaveLength(9);
      for (const command of commands) {
        const { exitCode, said: answer } = await cli.shell(command, "correct horse battery staple");
        expect(answer).toBe("");
        expect(exitCode).toBe(0);
      }
      const cured = await cli.pulumi(up, { env });
      expect(reportIn(cured.said)).toContain("no Docker engine answers");
      const { said: values } = await cli.pulumi(["config", "--show-secrets", "--json"]);
      expect(values).toContain("correct horse battery staple");
    });
  });

  it("leaves the Docker engines as they were", async () => {
    await Promise.allSettled(refusals.values());
    expect(await Promise.all(engines.map((engine) => engine.contents()))).toEqual(before);
  });
});
