import { execa } from "execa";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../support/free-port";
import { Checkout } from "./checkout";
import { DockerEngine } from "./docker-engine";
import { Upload } from "./upload";

// Users come and go under a running registry.
describe("users of a running registry", () => {
  let engine: DockerEngine;
  let checkout: Checkout;
  let host: string;
  let image: string;
  let port: number;
  let caCertificate: string;
  const stack = "users";

  beforeAll(async () => {
    engine = await DockerEngine.start();
    checkout = await Checkout.create(engine);
    port = await freePort();
    host = `localhost:${port}`;
    image = `${host}/large:1.0.0`;
    await up([{ name: "admin" }, { name: "leaver" }]);
    ({ caCertificate } = await checkout.outputs(stack));
    await writeFile(join(checkout.home, "ca.crt"), caCertificate);
  });
  afterAll(async () => {
    await engine?.remove();
    await checkout?.remove();
  });

  const up = async (users: object[]) => {
    await checkout.describe(stack, { endpoint: { port }, users });
    const run = await checkout.wharf("up", "--yes", "--stack", stack);
    expect(run.exitCode, run.said).toBe(0);
  };
  const containerId = () =>
    engine.docker("inspect", "--format", "{{.Id}} {{.State.StartedAt}}", `wharf-${stack}-registry`);
  const status = async (user: string, password: string | undefined) => {
    const file = join(checkout.home, "ca.crt");
    const { stdout } = await execa("curl", [
      ...["--silent", "--output", "/dev/null", "--write-out", "%{http_code}", "--cacert", file],
      ...["--user", `${user}:${password}`, `https://${host}/v2/`],
    ]);
    return stdout;
  };

  it("may be added and rotated in the middle of a push of 200 MB, which ends well", async () => {
    await engine.build(image, 200);
    const before = await containerId();
    const { credentials: old } = await checkout.outputs(stack);
    await engine.tryDocker(["login", "--username", "admin", "--password-stdin", host], old.admin);

    // Two pushes: Docker's own at full speed, and one that holds back its last bytes until `up` has ended.
    const push = engine.docker("push", image);
    const held = await Upload.start(host, "held", old.admin ?? "", caCertificate);
    await up([{ name: "admin" }, { name: "joiner" }, { name: "leaver", rotation: 1 }]);
    const { credentials: now } = await checkout.outputs(stack);
    expect(await status("joiner", now.joiner)).toBe("200");
    expect(now.leaver).not.toBe(old.leaver);
    expect(now.admin).toBe(old.admin);
    expect(await status("leaver", old.leaver)).toBe("401");
    expect(await status("leaver", now.leaver)).toBe("200");
    expect(await held.finish()).toBe(201);
    await push;
    expect(await containerId()).toBe(before);
  });

  it("may go, while another brings a password of their own, which is kept as a secret", async () => {
    const before = await containerId();
    const { credentials: old } = await checkout.outputs(stack);
    await checkout.describe(stack, { endpoint: { port }, users: [{ name: "admin" }] });
    const set = await checkout.run(
      "bash",
      "-c",
      `eval "$(node cli/wharf.js pulumi-env --stack ${stack})" && printf %s "a password of my own" | pulumi config set --secret --stack ${stack} --path 'wharf:users[0].password'`,
    );
    expect(set.exitCode, set.said).toBe(0);
    const run = await checkout.wharf("up", "--yes", "--stack", stack);
    expect(run.exitCode, run.said).toBe(0);
    expect(run.said).not.toContain("a password of my own");
    expect(await status("joiner", old.joiner)).toBe("401");
    expect(await status("admin", old.admin)).toBe("401");
    expect(await status("admin", "a password of my own")).toBe("200");
    expect(await containerId()).toBe(before);
    const again = await checkout.pulumi(stack, "preview", "--expect-no-changes");
    expect(again.exitCode, again.said).toBe(0);
    const own = ["login", "--username", "admin", "--password-stdin", host];
    expect((await engine.tryDocker(own, "a password of my own")).exitCode).toBe(0);
    await engine.docker("image", "rm", image);
    await engine.docker("pull", image);
  });
});
