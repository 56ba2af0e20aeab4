import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../support/free-port";
import { Checkout, type Outputs } from "./checkout";
import { DockerEngine } from "./docker-engine";

// Two checkouts with a stack of the same name on one engine, as two users of a build host have them.
describe("a stack whose name another checkout's stack has on the same Docker engine", () => {
  let engine: DockerEngine;
  let first: Checkout;
  let second: Checkout;
  let outputs: Outputs;
  let standing: string[];
  const stack = "dev";
  const objects = [
    ...["registry", "settings", "users"].map((name) => `container wharf-${stack}-${name}`),
    `network wharf-${stack}`,
    ...["data", "settings", "users"].map((name) => `volume wharf-${stack}-${name}`),
  ];

  beforeAll(async () => {
    engine = await DockerEngine.start();
    [first, second] = await Promise.all([Checkout.create(engine), Checkout.create(engine)]);
    for (const checkout of [first, second]) {
      await checkout.describe(stack, { endpoint: { port: await freePort() } });
    }
    const up = await first.wharf("up", "--yes", "--stack", stack);
    expect(up.exitCode, up.said).toBe(0);
    outputs = await first.outputs(stack);
    standing = await engine.contents();
  });
  afterAll(async () => {
    await engine?.remove();
    await first?.remove();
    await second?.remove();
  });

  const label = async (kind: string, name: string) => {
    const path = kind === "container" ? ".Config.Labels" : ".Labels";
    const format = `{{index ${path} "io.wharf.stack-id"}}`;
    return engine.docker(kind, "inspect", "--format", format, name);
  };

  it("carries one id on everything that the first one made", async () => {
    const ids = await Promise.all(
      objects.map((object) => label(...(object.split(" ") as [string, string]))),
    );
    expect(ids[0]).toMatch(/^[a-z0-9]{16}$/);
    expect([...new Set(ids)]).toEqual([ids[0]]);
  });

  it.each([
    ["wharf up", () => second.wharf("up", "--yes", "--stack", stack), 2],
    ["wharf preview", () => second.wharf("preview", "--stack", stack), 2],
  ])("is refused by %s with all that is another's, and touches nothing", async (_, run, code) => {
    const { exitCode, said } = await run();
    expect(exitCode, said).toBe(code);
    expect(said).toContain("Nothing was changed.");
    for (const object of objects) expect(said).toContain(object);
    const id = await label("container", `wharf-${stack}-registry`);
    expect(said).toContain(`another stack ${stack} (io.wharf.stack-id=${id})`);
    expect(said).toContain(
      "where this stack created them and its state was lost, restore the state",
    );
    expect(said).toContain("docker rm --force wharf-dev-registry");
    expect(said).not.toMatch(/docker volume rm .*wharf-dev-data/);
    expect(await engine.contents()).toEqual(standing);
    const asked = await engine.command("curl", [
      ...["--silent", "--insecure", "--user", `admin:${outputs.credentials.admin}`],
      `${outputs.endpoint}/v2/_catalog`,
    ]);
    expect(asked.stdout).toContain("repositories");
  });

  it("has nothing to take down, and comes up under another name", async () => {
    const down = await second.wharf("down", "--yes", "--stack", stack);
    expect(down.said).toContain("there is nothing to remove");
    expect(await engine.contents()).toEqual(standing);
    await second.describe("dev-2", { endpoint: { port: await freePort() } });
    const up = await second.wharf("up", "--yes", "--stack", "dev-2");
    expect(up.exitCode, up.said).toBe(0);
    expect(await engine.contents()).toEqual(expect.arrayContaining(standing));
  });

  it("does not delete a volume that another stack created again under its name", async () => {
    // The second one's own stack is a dev one, so that its state outlives the volume; then the names change hands.
    const down = await first.wharf("down", "--yes", "--stack", stack);
    expect(down.exitCode, down.said).toBe(0);
    const up = await second.wharf("up", "--yes", "--stack", stack);
    expect(up.exitCode, up.said).toBe(0);
    await engine.docker(
      "rm",
      "--force",
      ...["registry", "settings", "users"].map((name) => `wharf-${stack}-${name}`),
    );
    await engine.docker(
      "volume",
      "rm",
      ...["data", "settings", "users"].map((name) => `wharf-${stack}-${name}`),
    );
    await engine.docker("network", "rm", `wharf-${stack}`);
    const taken = await first.wharf("up", "--yes", "--stack", stack);
    expect(taken.exitCode, taken.said).toBe(0);
    const before = await engine.contents();
    for (const refused of [
      await second.wharf("up", "--yes", "--stack", stack),
      await second.wharf("down", "--yes", "--stack", stack),
    ]) {
      expect(refused.exitCode, refused.said).toBe(2);
      expect(refused.said).toContain(`wharf-${stack}-data`);
    }
    expect(await engine.contents()).toEqual(before);
  });
});
