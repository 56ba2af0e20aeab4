import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../support/free-port";
import { Checkout } from "./checkout";
import { DockerEngine } from "./docker-engine";

// An `up` that is killed half-way loses nothing, and the next one goes on from there.
describe("wharf up that is ended in the middle", () => {
  let engine: DockerEngine;
  let checkout: Checkout;
  let clean: string[];
  const stack = "cut";

  beforeAll(async () => {
    engine = await DockerEngine.start();
    clean = await engine.contents();
    checkout = await Checkout.create(engine);
    await checkout.describe(stack, { endpoint: { port: await freePort() } });
  });
  afterAll(async () => {
    await engine?.remove();
    await checkout?.remove();
  });

  /** What a whole stack is made of, on the engine. */
  const whole = [
    ...["registry", "settings", "users"].map((name) => `container wharf-${stack}-${name}`),
    `network wharf-${stack}`,
    ...["data", "settings", "users"].map((name) => `volume wharf-${stack}-${name}`),
  ];
  const standing = async () =>
    (await engine.contents()).filter((line) => !line.startsWith("image"));

  // Each signal and each moment once: the two other pairs take the same ways through the engine.
  const moments = [
    { signal: "SIGINT", created: "type=volume" },
    { signal: "SIGKILL", created: `container=wharf-${stack}-registry` },
  ] as const;

  it("by SIGINT at the first volume, and then by SIGKILL at the container, converges when run again, with nothing orphaned", async () => {
    for (const { signal, created } of moments) {
      // Where the signal before came too late, it is there already.
      await engine.tryDocker(["rm", "--force", `wharf-${stack}-registry`]);
      const creation = engine.moment("create", created);
      const run = checkout.start("up", "--yes", "--stack", stack);
      const first = await Promise.race([creation, run]);
      expect(first, "wharf up has ended before that").toBeUndefined();
      if (signal === "SIGKILL") {
        // What a power cut does: all processes of the run at once.
        const { stdout } = await execa("ps", ["-eo", "pid,args"]);
        const own = stdout.split("\n").filter((line) => line.includes(checkout.directory));
        for (const line of own)
          await execa("kill", ["-KILL", String(Number.parseInt(line, 10))], { reject: false });
        process.kill(-(run.pid ?? 0), "SIGKILL");
      } else {
        process.kill(run.pid ?? 0, "SIGINT");
      }
      const ended = await run;
      if (signal === "SIGINT") expect([0, 130], String(ended.all)).toContain(ended.exitCode);
    }

    const again = await checkout.wharf("up", "--yes", "--stack", stack);
    expect(again.exitCode, again.said).toBe(0);
    expect(await standing()).toEqual(whole);
    const unchanged = await checkout.wharf("preview", "--stack", stack);
    expect(unchanged.said).toContain("is as described: nothing to change.");

    const down = await checkout.wharf("down", "--yes", "--stack", stack);
    expect(down.exitCode, down.said).toBe(0);
    expect(await engine.contents()).toEqual(clean);
  });
});
