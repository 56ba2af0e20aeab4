import { chown, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { freePort } from "../support/free-port";
import { Checkout } from "./checkout";
import { DockerEngine, verifiedName } from "./docker-engine";
import { oldRegistry } from "./old-registry";

/** The file of a stack's state, as far as it is changed here. */
interface StateFile {
  checkpoint: { latest: { resources: { type: string; outputs?: Record<string, unknown> }[] } };
}

// A registry whose clients verify its certificate, and whose images outlive all that may befall it.
describe("a dev registry", () => {
  let engine: DockerEngine;
  let checkout: Checkout;
  let port: number;
  let image: string;
  const stack = "kept";
  const description = () => ({
    environment: "dev",
    endpoint: { hosts: [verifiedName], port, address: "::1" },
    users: [{ name: "admin" }],
  });

  beforeAll(async () => {
    engine = await DockerEngine.start();
    checkout = await Checkout.create(engine);
    port = await freePort();
    image = `${verifiedName}:${port}/shop/api:1.0.0`;
    await checkout.describe(stack, description());
    const up = await checkout.wharf("up", "--yes", "--stack", stack);
    expect(up.exitCode, up.said).toBe(0);
    await engine.build(image, 5);
  });
  afterAll(async () => {
    await engine?.remove();
    await checkout?.remove();
  });

  /** A directory of the host that the registry may write. */
  const directory = async (name: string) => {
    const path = join(engine.directory, name);
    await mkdir(path, { recursive: true });
    await chown(path, 10001, 10001);
    return path;
  };
  const login = async () => {
    const { credentials, hosts } = await checkout.outputs(stack);
    const host = hosts[0] ?? "";
    return engine.tryDocker(
      ["login", "--username", "admin", "--password-stdin", host],
      credentials.admin,
    );
  };
  /** Pulls the image again, which needs the registry to have kept it. */
  const pull = async () => {
    await engine.docker("image", "rm", image);
    await vi.waitFor(() => engine.docker("pull", image), { timeout: 60_000, interval: 500 });
  };

  /** Lets the state say that the server's certificate ends in ten days, as it will when nobody has run `up` for a year. */
  const endsInTenDays = async () => {
    const file = checkout.file(`.wharf/state/.pulumi/stacks/wharf/${stack}.json`);
    const state = JSON.parse(await readFile(file, "utf8")) as StateFile;
    const certificate = state.checkpoint.latest.resources.find(({ type }) =>
      type.endsWith(":LocallySignedCert"),
    );
    if (certificate?.outputs === undefined) throw new Error("The state holds no certificate.");
    certificate.outputs.validityEndTime = new Date(Date.now() + 10 * 86_400_000).toISOString();
    await writeFile(file, JSON.stringify(state));
  };

  it("is refused by Docker until wharf trust, and accepted after it", async () => {
    expect((await login()).said).toContain("certificate signed by unknown authority");
    const trust = await checkout.wharf("trust", "--stack", stack);
    expect(trust.exitCode, trust.said).toBe(0);
    const { exitCode, said } = await login();
    expect(exitCode, said).toBe(0);
    await engine.docker("push", image);
    await pull();
  });

  it("keeps the image when its container is killed", async () => {
    const started = () =>
      engine.docker("inspect", "--format", "{{.State.StartedAt}}", `wharf-${stack}-registry`);
    const before = await started();
    // Docker restarts no container that `docker kill` ended, so the process itself is killed as the kernel would.
    const pid = await engine.docker(
      "inspect",
      "--format",
      "{{.State.Pid}}",
      `wharf-${stack}-registry`,
    );
    process.kill(Number(pid), "SIGKILL");
    await vi.waitFor(async () => expect(await started()).not.toBe(before), { timeout: 30_000 });
    await pull();
  });

  it("keeps the image when the Docker engine restarts", async () => {
    await engine.restart();
    await pull();
  });

  it("renews by wharf renew what is due, nothing else, and loses no acknowledged push", async () => {
    const second = image.replace("1.0.0", "2.0.0");
    await engine.build(second, 50);
    const before = await checkout.outputs(stack);
    const renew = () => checkout.wharf("renew", "--yes", "--stack", stack);
    const early = await renew();
    expect(early.exitCode, early.said).toBe(0);
    expect(early.said).toContain(`No certificate of stack ${stack} is due before`);

    await endsInTenDays();
    await checkout.describe(stack, { ...description(), distribution: { readOnly: true } });
    const refused = await renew();
    expect(refused.exitCode, refused.said).toBe(2);
    expect(refused.said).toContain("± replaced  docker:Container         registry-container");
    expect(await checkout.outputs(stack)).toEqual(before);

    await checkout.describe(stack, description());
    const push = engine.docker("push", second);
    const renewed = await renew();
    expect(renewed.exitCode, renewed.said).toBe(0);
    expect(renewed.said).toContain("Due: registry-certificate");
    expect(await checkout.read(`Pulumi.${stack}.yaml`)).not.toContain("encryptionsalt");
    const after = await checkout.outputs(stack);
    expect(after.certificateExpiresAt > before.certificateExpiresAt).toBe(true);
    expect(after.caCertificate).toBe(before.caCertificate);
    // What the registry acknowledged it has, also where the push fell into the moment of the roll.
    await push.catch(() => engine.docker("push", second));
    await engine.docker("image", "rm", second);
    await engine.docker("pull", second);
    await pull();
  });

  it("keeps the image when the stack is removed and created again", async () => {
    const down = await checkout.wharf("down", "--yes", "--stack", stack);
    expect(down.exitCode, down.said).toBe(0);
    expect(down.said).toContain(`docker volume rm wharf-${stack}-data`);
    const left = (await engine.contents()).filter(
      (line) =>
        line.startsWith("container") || line.startsWith("volume") || line.startsWith("network"),
    );
    expect(left).toEqual([`volume wharf-${stack}-data`]);

    const taking = ["--take-over", `wharf-${stack}-data`];
    expect(down.said).toContain(`npx wharf up ${taking.join(" ")} --stack ${stack}`);
    const refused = await checkout.wharf("up", "--yes", "--stack", stack);
    expect(refused.exitCode, refused.said).toBe(2);
    expect(refused.said).toContain(`holds the images of an earlier stack ${stack}`);
    expect(refused.said).toContain("under new passwords and a new CA");
    expect(refused.said).toContain(`npx wharf up --stack ${stack} ${taking.join(" ")}`);
    const up = await checkout.wharf("up", "--yes", "--stack", stack, ...taking);
    expect(up.exitCode, up.said).toBe(0);
    expect((await checkout.wharf("trust", "--stack", stack)).exitCode).toBe(0);
    expect((await login()).exitCode).toBe(0);
    await pull();
  });

  it("keeps the image when docker kill ends its container and up brings it back, which names no volume again", async () => {
    await engine.docker("kill", `wharf-${stack}-registry`);
    // The word for the volume was for that once: the stack's state names it from then on.
    const up = await checkout.wharf("up", "--yes", "--stack", stack);
    expect(up.exitCode, up.said).toBe(0);
    await pull();
  });

  /** Brings the stack to a description; with `replaced`, agreeing to the loss of the images in these. */
  const up = (described: Record<string, unknown>, ...replaced: string[]) =>
    checkout
      .describe(stack, described)
      .then(() =>
        checkout.wharf(
          ...["up", "--yes", "--stack", stack],
          ...replaced.flatMap((name) => ["--replace-images", name]),
        ),
      );
  /** What must stay the very same: the volume, except the time of its directory, and which network and container there are. */
  const identities = async () => ({
    volume: await engine.docker(
      ...["volume", "inspect", "--format", "{{json .Labels}} {{json .Options}}"],
      `wharf-${stack}-data`,
    ),
    network: await engine.docker("network", "inspect", "--format", "{{.Id}}", `wharf-${stack}`),
    container: await engine.docker(
      ...["inspect", "--format", "{{.Id}} {{.State.StartedAt}}", `wharf-${stack}-registry`],
    ),
  });

  /** Brings the stack to an environment with a label of its own: volume, network and image stay, the container carries it. */
  const labelled = async (environment: string, changes: Record<string, unknown> = {}) => {
    const { volume, network } = await identities();
    const labels = { team: environment };
    const run = await up({ ...description(), environment, labels, ...changes });
    expect(run.exitCode, run.said).toBe(0);
    expect(await identities()).toMatchObject({ volume, network });
    const label = ["--format", '{{index .Config.Labels "team"}}', `wharf-${stack}-registry`];
    expect(await engine.docker("inspect", ...label)).toBe(environment);
    await pull();
  };

  it("takes another label in dev, and keeps its volume, its network and the image", () =>
    labelled("dev"));

  it("goes on serving where a new image does not start, and takes the next change, a label too, in prod", async () => {
    const before = await identities();
    await engine.build("wharf.test/broken:1", 1);
    const images = { registry: "wharf.test/broken:1" };
    const broken = await up({ ...description(), environment: "prod", images });
    expect(broken.exitCode, broken.said).toBe(1);
    expect(broken.said).toContain("goes on serving");
    expect(await identities()).toEqual(before);
    expect((await engine.contents()).filter((one) => one.endsWith("-trial"))).toEqual([]);
    await pull();
    await labelled("prod", { distribution: { http: { drainTimeoutSeconds: 3 } } });
    expect((await identities()).container).not.toBe(before.container);
  });

  it("takes a new version by one line and goes back by one line, and refuses one that would read its settings otherwise", async () => {
    // As it is described already.
    const distribution = { http: { drainTimeoutSeconds: 3 } };
    const labels = { team: "prod" };
    const described = { ...description(), environment: "prod", labels, distribution };
    const runs = () =>
      engine.docker("inspect", "--format", "{{.Image}}", `wharf-${stack}-registry`);
    const imageIn = (registry: string) =>
      engine.docker("image", "inspect", "--format", "{{.Id}}", registry);
    const version = async (images: Record<string, string>) => {
      const run = await up({ ...described, ...(Object.keys(images).length > 0 && { images }) });
      expect(run.exitCode, run.said).toBe(0);
      await pull();
    };
    const before = await identities();
    const first = await runs();
    const next = "wharf.test/registry:3.9.0";
    const context = join(engine.directory, "next");
    await mkdir(context);
    await writeFile(join(context, "Dockerfile"), `FROM ${first}\nLABEL version=3.9.0\n`);
    await engine.docker("build", "--quiet", "--tag", next, context);

    const old = "wharf.test/shop/distribution:old";
    await engine.load(await oldRegistry(old));
    for (const [registry, exitCode, why] of [
      ["registry:2.8.3", 2, "is distribution 2.8.3; its config.yml differs"],
      [old, 1, "Its program is distribution 2.8.3 (github.com/docker/distribution)"],
    ] as const) {
      const refused = await up({ ...described, images: { registry } });
      expect(refused.exitCode, refused.said).toBe(exitCode);
      expect(refused.said).toContain(why);
      expect(await identities()).toEqual(before);
    }
    expect((await engine.contents()).filter((one) => /-(trial|version)$/.test(one))).toEqual([]);

    await version({ registry: next });
    expect(await runs()).toBe(await imageIn(next));
    await version({});
    expect(await runs()).toBe(first);
    const { volume, network } = before;
    expect(await identities()).toMatchObject({ volume, network });
  });

  it("refuses to go in prod, before anything is touched", async () => {
    const before = await identities();
    const down = await checkout.wharf("down", "--yes", "--stack", stack);
    expect(down.exitCode).toBe(2);
    expect(down.said).toContain("wharf:deletion");
    const plain = await checkout.pulumi(stack, "destroy", "--yes", "--non-interactive");
    expect(plain.exitCode).not.toBe(0);
    expect(plain.said).toContain("protect");
    expect(await identities()).toEqual(before);
    await pull();
  });

  it("refuses another place for the images, and touches nothing", async () => {
    const described = { ...description(), environment: "prod" };
    const before = await identities();
    const elsewhere = { kind: "volume", path: await directory("refused") };
    const refused = await up({ ...described, storage: elsewhere });
    expect(refused.exitCode, refused.said).toBe(2);
    expect(refused.said).toContain("wharf:storage");
    expect(refused.said).toContain(`look for them in ${elsewhere.path}`);
    expect(refused.said).toContain("--replace-images 'wharf:storage'");
    expect(refused.said).toMatch(/registry-data\s+the volume would be deleted/);
    expect(refused.said).not.toContain("volume rm");
    const preview = await checkout.wharf("preview", "--stack", stack);
    expect(preview.exitCode, preview.said).toBe(2);
    const options = ["--yes", "--skip-preview", "--non-interactive"];
    const plain = await checkout.pulumi(stack, "up", ...options);
    expect(plain.exitCode).not.toBe(0);
    expect(plain.said).toContain("wharf:storage");
    expect(await identities()).toEqual(before);
    await pull();
  });

  it("replaces what holds the images where each is asked for by name", async () => {
    const described = { ...description(), environment: "lab" };
    // What is protected may be replaced or deleted only after an up that lifts it.
    await labelled("lab");
    const storage = { kind: "volume", path: await directory("first") };
    const half = await up({ ...described, storage }, "wharf:storage");
    expect(half.exitCode, half.said).toBe(2);
    expect(half.said).toContain("--replace-images 'registry-data'");
    const moved = await up({ ...described, storage }, "wharf:storage", "registry-data");
    expect(moved.exitCode, moved.said).toBe(0);
    expect(await engine.contents()).not.toContain(`volume wharf-${stack}-data`);

    const second = { kind: "volume", path: await directory("second") };
    const refused = await up({ ...described, storage: second }, "wharf:storage");
    expect(refused.exitCode, refused.said).toBe(2);
    expect(refused.said).toMatch(/registry-directory\s+the directory would be replaced/);
    expect(refused.said).toContain(storage.path);
    const replaced = await up(
      { ...described, storage: second },
      "wharf:storage",
      "registry-directory",
    );
    expect(replaced.exitCode, replaced.said).toBe(0);
    const idle = await up({ ...described, storage: second }, "registry-directory");
    expect(idle.exitCode, idle.said).toBe(2);

    const untrust = await checkout.wharf("trust", "--remove", "--stack", stack);
    expect(untrust.exitCode, untrust.said).toBe(0);
    expect((await login()).said).toContain("certificate signed by unknown authority");
  });
});
