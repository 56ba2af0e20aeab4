import { writeFile } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { checkDescription } from "../../components/description/check";
import { DescriptionError } from "../../components/core/problems";
import { preflight } from "../../components/docker/preflight";
import { findInstallation, type Installation } from "../../offline/engine/installation";
import { Checkout } from "../acceptance/checkout";
import type { DockerEngine } from "../acceptance/docker-engine";
import { certificateRows, descriptionRows, hostRows, type Place, type Row } from "./bad-inputs";
import { PlainCli, type CliRun } from "../support/plain-cli";
import { UnwillingHost } from "../support/unwilling-host";

const pureRows = [...descriptionRows, ...certificateRows];
// What the engine does with a report is the same for all of them, and takes seconds each: every sixtieth goes through the CLI.
const checkedHere = pureRows.filter((_, i) => i % 60 !== 0);
// Of the host's, every eighth, and what needs another user.
const hostsHere = hostRows.filter(({ through }, i) => through === undefined && i % 8 !== 0);
const rows = [...pureRows, ...hostRows].filter(
  (row) => !checkedHere.includes(row) && !hostsHere.includes(row),
);
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
function expectedReport(row: Row, place: Place): string {
  const { count = 1, report } = row;
  const subject = hostRows.includes(row) ? "Docker host" : "description";
  const problems = count === 1 ? "1 problem" : `${count} problems`;
  const text = typeof report === "string" ? report : report(place);
  return `The ${subject} of stack ${stack} has ${problems}. Nothing was changed.\n${text.trimEnd()}`;
}

function valueAt<Value>(value: Value | ((place: Place) => Value), place: Place): Value {
  return typeof value === "function" ? (value as (place: Place) => Value)(place) : value;
}

/** A row's config as the program gets it from the engine: single values as text, secrets in their places. */
function configOf(
  row: Row,
  place: Place,
): { values: Record<string, unknown>; secretKeys: Set<string> } {
  const values = Object.fromEntries(
    Object.entries(valueAt(row.config, place)).map(([key, value]) => [
      key,
      typeof value === "object" ? structuredClone(value) : String(value),
    ]),
  );
  const secrets = Object.entries(valueAt(row.secrets ?? {}, place));
  for (const [path, secret] of secrets) {
    const keys = path.match(/[^.[\]]+/g) ?? [];
    let parent: Record<string, unknown> = values;
    for (const [i, key] of keys.slice(0, -1).entries()) {
      parent[key] ??= /^\d+$/.test(keys[i + 1] ?? "") ? [] : {};
      parent = parent[key] as Record<string, unknown>;
    }
    parent[keys.at(-1) ?? ""] = secret;
  }
  return { values, secretKeys: new Set(secrets.map(([path]) => path.split(/[.[]/)[0] ?? "")) };
}

function messageOf(refused: () => unknown): string {
  try {
    refused();
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

describe("a description that cannot be carried out", () => {
  let installation: Installation;
  let place: Place;
  let host: UnwillingHost;
  let before: string[][];
  const refusals = new Map<Row, Promise<Refusal>>();

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
    host = await UnwillingHost.create();
    place = await host.prepare();
    before = await host.contents();

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

  afterEach(() => {
    vi.unstubAllEnvs();
  });
  afterAll(async () => {
    await Promise.allSettled(refusals.values());
    await host?.remove();
  });

  it.each(checkedHere)("is refused for $name", (row) => {
    const { values, secretKeys } = configOf(row, place);
    const refused = () => checkDescription({ stack, values, secretKeys });
    expect(refused).toThrow(DescriptionError);
    expect(messageOf(refused).trimEnd()).toBe(expectedReport(row, place));
  });

  it.each(hostsHere)("is refused on the host for $name", async (row) => {
    vi.stubEnv("DOCKER_HOST", row.dockerHost?.(place) ?? place.dockerHost);
    const description = checkDescription({ stack, ...configOf(row, place) });
    const problems = await preflight({ ...description, stack });
    const refusal = new DescriptionError(`The Docker host of stack ${stack}`, problems);
    expect(refusal.message.trimEnd()).toBe(expectedReport(row, place));
  });

  it.each(rows)("is refused for $name, through the CLI", async (row) => {
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
    const checkout = await Checkout.create(host.engines[0] as DockerEngine);
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

  it("is fixed by the commands of its report", async () => {
    const config = {
      enviroment: "dev",
      environment: "labs",
      "endpoint.port": String(place.freePort),
      endpoint: { prot: 1 },
      resources: { cpus: "0.5" },
      users: [{ name: 1234, password: "in plaintext" }],
      distribution: { readOnly: "yes", http: { headers: { "X Frame's": "DENY" } } },
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
      const fixed = await cli.pulumi(up, { env });
      expect(reportIn(fixed.said)).toContain("no Docker engine answers");
      const { said: values } = await cli.pulumi(["config", "--show-secrets", "--json"]);
      expect(values).toContain("correct horse battery staple");
    });
  });

  it("leaves the Docker engines as they were", async () => {
    await Promise.allSettled(refusals.values());
    expect(await host.contents()).toEqual(before);
  });
});
