import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { clientMirrors } from "../../components/caches/mirrors";
import { freePort } from "../support/free-port";
import { Checkout, type Outputs } from "./checkout";
import { DockerEngine } from "./docker-engine";
import { type Account, Upstream } from "./upstream";

// Caches of two registries of the test's own: one serves anyone, the other only a user that it knows.
describe("caches of other registries on Docker", () => {
  const stack = "caches";
  const account: Account = { name: "reader", password: "a password at the upstream" };
  let engine: DockerEngine;
  let checkout: Checkout;
  let open: Upstream;
  let known: Upstream;
  let openHost: string;
  let knownHost: string;
  let outputs: Outputs;

  beforeAll(async () => {
    engine = await DockerEngine.start({ ownNetwork: true });
    checkout = await Checkout.create(engine);
    const [port, openPort, knownPort] = await Promise.all([freePort(), freePort(), freePort()]);
    openHost = `localhost:${openPort}`;
    knownHost = `localhost:${knownPort}`;
    const credentials = { username: account.name };
    await checkout.describe(stack, {
      endpoint: { port },
      // The engine's own connections outlast its pulls; nothing is to wait for them.
      distribution: { http: { drainTimeoutSeconds: 1 } },
      users: [{ name: "admin" }],
      pullThroughCaches: [
        { upstream: "http://open-upstream:5000", port: openPort },
        { upstream: "http://known-upstream:5000", name: "known", port: knownPort, credentials },
      ],
    });
    const set = await checkout.run(
      "bash",
      "-c",
      `eval "$(node cli/wharf.js pulumi-env --stack ${stack})" && pulumi stack init ${stack} && printf %s "${account.password}" | pulumi config set --secret --stack ${stack} --path 'wharf:pullThroughCaches[1].credentials.password'`,
    );
    expect(set.exitCode, set.said).toBe(0);
    // Neither upstream is there yet: the caches are up, and healthy, without.
    const up = await checkout.wharf("up", "--yes", "--stack", stack);
    expect(up.exitCode, up.said).toBe(0);
    outputs = await checkout.outputs(stack);
    await writeFile(join(checkout.home, "ca.crt"), outputs.caCertificate);
    const network = `wharf-${stack}`;
    open = await Upstream.start(engine, { name: "open-upstream", network });
    known = await Upstream.start(engine, { name: "known-upstream", network, account });
    await open.hold("library/open:1");
    await known.hold("team/known:1", account);
  });
  afterAll(async () => {
    await engine?.remove();
    await checkout?.remove();
  });

  /** Pulls with nothing of the image on the engine, and leaves nothing of it there. */
  const pull = async (image: string) => {
    const run = await engine.tryDocker(["pull", image]);
    if (run.exitCode === 0) await engine.docker("image", "rm", image);
    return run;
  };
  const healthy = (container: string) =>
    vi.waitFor(
      async () => {
        const state = ["inspect", "--format", "{{.State.Health.Status}}", container];
        expect(await engine.docker(...state)).toBe("healthy");
      },
      { timeout: 60_000, interval: 100 },
    );
  /** The status of an answer without a user. */
  const status = async (host: string, path: string, ...options: string[]) => {
    const file = join(checkout.home, "ca.crt");
    const { stdout } = await engine.command("curl", [
      ...["--silent", "--output", "/dev/null", "--write-out", "%{http_code}", "--cacert", file],
      ...[...options, `https://${host}${path}`],
    ]);
    return stdout;
  };

  it("fetch an image once, and then ask its upstream only for the tag's digest", async () => {
    await open.asked();
    const cold = await pull(`${openHost}/library/open:1`);
    expect(cold.exitCode, cold.said).toBe(0);
    const fetched = await open.asked();
    expect(fetched).toContain("GET /v2/library/open/manifests/1");
    expect(fetched.filter((each) => each.startsWith("GET /v2/library/open/blobs/"))).toHaveLength(
      2,
    );

    const warm = await pull(`${openHost}/library/open:1`);
    expect(warm.exitCode, warm.said).toBe(0);
    // Whether it wants to know who pulls, and what the tag stands for now.
    expect(await open.asked()).toEqual(["GET /v2/", "HEAD /v2/library/open/manifests/1"]);
  });

  it("log in where the upstream asks for a user, and then ask for one themselves", async () => {
    await known.asked();
    expect(await status(knownHost, "/v2/team/known/manifests/1")).toBe("401");
    expect(await known.asked()).toEqual([]);
    const login = ["login", "--username", "admin", "--password-stdin", knownHost];
    expect((await engine.tryDocker(login, outputs.credentials.admin)).exitCode).toBe(0);
    const cold = await pull(`${knownHost}/team/known:1`);
    expect(cold.exitCode, cold.said).toBe(0);
    expect(await known.asked()).toContain("GET /v2/team/known/manifests/1");
    const warm = await pull(`${knownHost}/team/known:1`);
    expect(warm.exitCode, warm.said).toBe(0);
    expect(await known.asked()).toEqual(["HEAD /v2/team/known/manifests/1"]);
  });

  it("hold the upstream's password in a file and nowhere else", async () => {
    const container = `wharf-${stack}-cache-known`;
    const file = await engine.docker("exec", container, "cat", "get");
    expect(JSON.parse(file)).toEqual({ Username: account.name, Secret: account.password });
    for (const name of [container, `${container}-settings`]) {
      expect(await engine.docker("inspect", name)).not.toContain(account.password);
    }
    expect(await engine.docker("logs", container)).not.toContain(account.password);
    const state = await checkout.read(`.wharf/state/.pulumi/stacks/wharf/${stack}.json`);
    expect(state).toContain(container);
    expect(state).not.toContain(account.password);
  });

  it("accept no push", async () => {
    const path = "/v2/library/open/blobs/uploads/";
    expect(await status(openHost, path, "--request", "POST")).toBe("405");
  });

  it("serve what they have to Docker and containerd while the upstreams are gone, also when they start again", async () => {
    await open.fail();
    await known.fail();
    // As Docker would for Docker Hub, whose mirror this cache takes the place of.
    const mirrors = clientMirrors([
      { cache: { upstream: "docker-hub" }, endpoint: `https://${openHost}` },
    ]);
    const settings = mirrors["/etc/docker/daemon.json"] ?? "";
    await writeFile(join(engine.directory, "etc-docker", "daemon.json"), settings);
    await engine.restart();
    await healthy(`wharf-${stack}-cache-open-upstream`);
    const mirrored = await pull("library/open:1");
    expect(mirrored.exitCode, mirrored.said).toBe(0);
    await healthy(`wharf-${stack}-cache-known`);
    const byAddress = await pull(`${knownHost}/team/known:1`);
    expect(byAddress.exitCode, byAddress.said).toBe(0);

    const hostsDirectory = "/etc/containerd/certs.d";
    for (const [path, contents] of Object.entries(outputs.mirrors)) {
      if (!path.startsWith(hostsDirectory)) continue;
      await mkdir(dirname(join(checkout.home, path)), { recursive: true });
      await writeFile(join(checkout.home, path), contents);
    }
    const { exitCode, all } = await engine.command(
      "ctr",
      [
        ...["--address", join(engine.directory, "exec", "containerd", "containerd.sock")],
        ...["images", "pull", "--hosts-dir", join(checkout.home, hostsDirectory)],
        "open-upstream:5000/library/open:1",
      ],
      { all: true, reject: false },
    );
    expect(exitCode, String(all)).toBe(0);
  });

  it("stay as they are without a change, and are deleted with the lab", async () => {
    const again = await checkout.wharf("preview", "--stack", stack);
    expect(again.said).toContain("is as described: nothing to change.");
    // What joined the stack's network by hand would keep it from going.
    await open.remove();
    await known.remove();
    const down = await checkout.wharf("down", "--yes", "--stack", stack);
    expect(down.exitCode, down.said).toBe(0);
    expect((await engine.contents()).filter((line) => line.includes(`wharf-${stack}`))).toEqual([]);
  });
});
