import { execa } from "execa";
import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../support/free-port";
import { digestOf, manifest, push } from "../support/small-image";
import { Checkout } from "./checkout";
import { DockerEngine } from "./docker-engine";

/** What `wharf reap --json` says, as far as it is looked at here. */
interface Reaping {
  dryRun: boolean;
  stacks: { stack: string; goes: boolean; reason: string; images?: string; result?: string }[];
}

// Three registries on one engine: a lab that has time left, one that has expired, and one that is not a lab.
describe("labs that go by themselves", () => {
  let engine: DockerEngine;
  let checkout: Checkout;
  let before: string[];

  const up = async (stack: string) => {
    const run = await checkout.wharf("up", "--yes", "--stack", stack);
    expect(run.exitCode, run.said).toBe(0);
    return run.said;
  };
  const reap = async (...args: string[]): Promise<Reaping> => {
    const { stdout, exitCode, said } = await checkout.wharf("reap", "--json", ...args);
    expect(exitCode, said).toBe(0);
    return JSON.parse(stdout) as Reaping;
  };
  const outputs = async (stack: string) => {
    const { stdout } = await checkout.wharf("outputs", "--json", "--stack", stack);
    return JSON.parse(stdout) as { expiresAt: string; repositories: Record<string, string> };
  };
  const inspect = (name: string, format: string) =>
    engine.docker("inspect", "--format", format, name);
  const noticesIn = (said: string) =>
    said.match(
      /^(?: {4}warning: )?wharf:engine is now wharf:distribution\..+npx wharf env rename fresh$/gm,
    );
  const label = '{{index .Config.Labels "io.wharf.expires-at"}}';
  const endpoint = async () => ({ port: await freePort(), hosts: ["localhost"] });

  beforeAll(async () => {
    engine = await DockerEngine.start();
    checkout = await Checkout.create(engine);
    await writeFile(checkout.file("wharf.yaml"), "repositories: [{ name: shop/api }]\n");
    await checkout.describe("fresh", {
      endpoint: await endpoint(),
      lab: { ttlHours: 8 },
      repositories: [{ name: "shop/web" }],
      // Under its old name.
      engine: { http: { drainTimeoutSeconds: 1 } },
    });
    // Two seconds: the lab has expired before its `up` has ended.
    await checkout.describe("old", { endpoint: await endpoint(), lab: { ttlHours: 0.0005 } });
    await checkout.describe("prod", { endpoint: await endpoint(), environment: "prod" });
    const said = await up("fresh");
    expect(said).toMatch(/Lab fresh expires in (8 h|7 h 5\d m)/);
    expect(noticesIn(said), said).toHaveLength(1);
  });
  afterAll(async () => {
    await engine?.remove();
    await checkout?.remove();
  });

  it("say when they go, are extended without a restart, and keep the new time through another up", async () => {
    const first = await outputs("fresh");
    expect(await inspect("wharf-fresh-settings", label)).toBe(first.expiresAt);
    // What all stacks share, and what this one adds to it.
    expect(Object.keys(first.repositories)).toEqual(["shop/api", "shop/web"]);
    const id = await inspect("wharf-fresh-registry", "{{.Id}}");
    const run = await checkout.wharf("extend", "--hours", "4", "--yes", "--stack", "fresh");
    expect(run.exitCode, run.said).toBe(0);
    expect(run.said).toMatch(/Lab fresh expires in (12 h|11 h 5\d m)/);
    const later = new Date(Date.parse(first.expiresAt) + 4 * 3_600_000).toISOString();
    const labelled = await inspect("wharf-fresh-settings", label);
    expect(new Date(labelled).toISOString()).toBe(later);
    expect(await inspect("wharf-fresh-registry", "{{.Id}}")).toBe(id);
    const unchanged = ["--yes", "--skip-preview", "--expect-no-changes"];
    const plain = await checkout.pulumi("fresh", "up", ...unchanged);
    expect(plain.exitCode, plain.said).toBe(0);
    expect(noticesIn(plain.said), plain.said).toHaveLength(1);
    expect((await outputs("fresh")).expiresAt).toBe(labelled);
  });

  it("are listed by a dry run that changes nothing", async () => {
    await up("prod");
    before = await engine.contents();
    expect(await up("old")).toContain("npx wharf extend --stack old | npx wharf down --stack old");
    const standing = await engine.contents();
    const { dryRun, stacks } = await reap();
    expect(dryRun).toBe(true);
    expect(stacks.map((one) => [one.stack, one.goes, one.reason.replace(/\d.*/, "")])).toEqual([
      ["fresh", false, "it expires in "],
      ["old", true, "expired "],
      ["prod", false, "it is prod, not a lab"],
    ]);
    expect(stacks[1]?.images).toBe("no images");
    expect(await engine.contents()).toEqual(standing);
  });

  it("are removed whole, by a second run where the first was killed, and the others stay", async () => {
    const removal = engine.moment("die", "container=wharf-old-registry");
    const run = checkout.start("reap", "--yes");
    const first = await Promise.race([removal, run]);
    expect(first, "wharf reap has ended before that").toBeUndefined();
    // What a power cut does: all processes of the run at once; the plugins are in groups of their own.
    process.kill(-(run.pid ?? 0), "SIGKILL");
    const { stdout } = await execa("ps", ["-eo", "pid,args"]);
    const own = stdout.split("\n").filter((line) => line.includes(checkout.directory));
    for (const line of own)
      await execa("kill", ["-KILL", String(Number.parseInt(line, 10))], { reject: false });
    await run;
    expect((await engine.contents()).filter((name) => name.includes("wharf-old"))).not.toEqual([]);

    // Only the state says how to remove it.
    await rm(checkout.file("Pulumi.old.yaml"));
    const { stacks } = await reap("--yes");
    expect(stacks.map(({ stack, result }) => [stack, result])).toEqual([
      ["fresh", undefined],
      ["old", "removed"],
      ["prod", undefined],
    ]);
    expect(await engine.contents()).toEqual(before);
    expect(existsSync(checkout.file("Pulumi.old.yaml"))).toBe(false);
  });

  it("are not what a registry outside of a lab is: its images are deleted only by its name, also where nobody can count them", async () => {
    await checkout.describe("staging", {
      ...{ endpoint: await endpoint(), environment: "staging", deletion: "force" },
      distribution: { http: { prefix: "/team/" } },
    });
    expect(await up("staging")).toContain("it holds no images");
    const standing = await engine.contents();
    const refused = async (held: string) => {
      const down = await checkout.wharf("down", "--yes", "--stack", "staging");
      expect(down.exitCode, down.said).toBe(2);
      expect(down.said).toContain(`with its images. It holds ${held}`);
      expect(down.said).toContain("npx wharf down --yes --confirm staging --stack staging");
      expect(await engine.contents()).toEqual(standing);
    };
    const { endpoint: url, caCertificate: ca, credentials } = await checkout.outputs("staging");
    // By its digest, without a tag.
    await push(`${url}/team`, "app", digestOf(manifest), {
      ca,
      auth: `admin:${credentials.admin}`,
    });
    await refused("no tagged images, and 1 repository without a tag");
    await engine.docker("stop", "wharf-staging-registry");
    await refused("an unknown number of images (https://localhost:");
    const down = await checkout.wharf(
      "down",
      "--yes",
      "--confirm",
      "staging",
      "--stack",
      "staging",
    );
    expect(down.exitCode, down.said).toBe(0);
    expect(down.said).toMatch(
      /Images +an unknown number of images \(.*\), which are deleted with it/,
    );
    await rm(checkout.file("Pulumi.staging.yaml"));
    expect(await engine.contents()).toEqual(before);
  });

  it("are not what another file says: a stack that is prod in its state is not taken down as a lab", async () => {
    await checkout.describe("prod", { environment: "lab" });
    const down = await checkout.wharf("down", "--yes", "--stack", "prod");
    expect(down.exitCode).toBe(2);
    expect(down.said).toContain(
      "Stack prod is deployed as protected: docker:index/volume:Volume registry-data may not be deleted. Nothing was changed.",
    );
    expect(await engine.contents()).toEqual(before);
  });
});
