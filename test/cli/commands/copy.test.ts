import { hashSync } from "bcryptjs";
import { execa } from "execa";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { goArchitecture, registryPrograms } from "../../../offline/images/registry-image";
import { announce } from "../../support/announce";
import { ask, startRegistry, until, type RunningRegistry } from "../../support/running-registry";
import { digestAt, indexType, layer, pushImage, pushIndex } from "../copy/images";
import { openGate, type Gate } from "../copy/gate";

const checkout = resolve(__dirname, "../../..");

let binary: string;
let directory: string;
let source: RunningRegistry;
let target: RunningRegistry;
/** In front of the target: counts what is sent to it. */
let gate: Gate;
let from: string;

beforeAll(async () => {
  const programs = await registryPrograms(goArchitecture(process.arch), announce);
  binary = join(programs, "registry");
});

async function open(): Promise<void> {
  directory = mkdtempSync(join(tmpdir(), "wharf-copy-"));
  source = await startRegistry(binary, {});
  target = await startRegistry(binary, {});
  gate = await openGate(target.url);
  from = new URL(source.url).host;
}

async function close(): Promise<void> {
  await gate?.close();
  await Promise.all([source?.stop(), target?.stop()]);
  rmSync(directory, { recursive: true, force: true });
}

const start = (...args: string[]) =>
  execa("node", ["cli/wharf.js", "copy", ...args], {
    cwd: checkout,
    env: { DOCKER_CONFIG: directory },
    all: true,
    reject: false,
  });
/** Digests of the blobs that arrived whole, in their order. */
const arrived = () =>
  gate.passed.flatMap(({ method, path, status }) =>
    method === "PUT" && status === 201 && path.includes("/blobs/uploads/")
      ? [new URL(path, gate.url).searchParams.get("digest")]
      : [],
  );
const writes = () =>
  gate.passed.filter(({ method, path }) => method === "PUT" || path.includes("mount="));

describe("wharf copy between two registries", () => {
  beforeEach(open);
  afterEach(close);

  const copied = async (...args: string[]) => {
    const run = await start(from, gate.host, ...args);
    expect(run.exitCode, run.all).toBe(0);
    return run.stdout;
  };
  it("brings indexes, signatures and referrers with their digests, each layer once, and nothing a second time", async () => {
    const base = layer(200_000);
    const amd64 = await pushImage(source.url, "shop/api", [base, layer(1000)]);
    const arm64 = await pushImage(source.url, "shop/api", [base, layer(1000)]);
    const index = await pushIndex(source.url, "shop/api", [amd64, arm64], "1.0.0");
    await pushImage(source.url, "shop/web", [base], { tag: "latest" });
    await pushImage(source.url, "tools", [layer(1000)], { tag: "latest" });
    // A signature by the referrers tag schema, and one of a platform's image by cosign's tags.
    const referrer = await pushImage(source.url, "shop/api", [layer(100)], {
      subject: index,
      artifactType: "application/vnd.example.signature",
    });
    const referrers = index.digest.replace(":", "-");
    const list = await pushIndex(source.url, "shop/api", [referrer], referrers);
    const signature = `${amd64.digest.replace(":", "-")}.sig`;
    const signed = await pushImage(source.url, "shop/api", [layer(100)], { tag: signature });

    const printed = await copied("--repository", "shop/*");
    expect(printed).toMatch(/ shop\/api +1 +2 +1 +0 +0 +0 /);
    expect(printed).toMatch(/ shop\/web +1 +0 +1 +0 +0 +0 /);
    expect(printed).not.toContain("tools");
    for (const [reference, { digest }] of Object.entries({
      "1.0.0": index,
      [amd64.digest]: amd64,
      [arm64.digest]: arm64,
      [referrer.digest]: referrer,
      [referrers]: list,
      [signature]: signed,
    })) {
      expect(await digestAt(target.url, "shop/api", reference), reference).toBe(digest);
    }
    expect(arrived().length).toBeGreaterThan(0);
    expect(new Set(arrived()).size).toBe(arrived().length);

    const before = writes().length;
    const answer = JSON.parse(await copied("--repository", "shop/*", "--json"));
    expect(answer.sent).toEqual({ manifests: 0, blobs: 0, bytes: 0, mounted: 0, existing: 0 });
    expect(writes().length).toBe(before);

    // Both have been signed since: the target keeps its own, and gets the source's.
    const kinds = { subject: index, artifactType: "application/vnd.example.sbom" };
    const ours = await pushImage(target.url, "shop/api", [layer(100)], kinds);
    await pushIndex(target.url, "shop/api", [referrer, ours], referrers);
    const theirs = await pushImage(source.url, "shop/api", [layer(100)], kinds);
    await pushIndex(source.url, "shop/api", [referrer, theirs], referrers);
    await copied("--repository", "shop/*");
    const { body } = await ask(`${target.url}/v2/shop/api/manifests/${referrers}`, {
      headers: { Accept: indexType },
    });
    const { manifests } = JSON.parse(body) as { manifests: { digest: string }[] };
    expect(manifests.map(({ digest }) => digest).sort()).toEqual(
      [referrer, ours, theirs].map(({ digest }) => digest).sort(),
    );
  });

  it("goes on after a kill, without sending a layer again or showing a password", async () => {
    for (const name of ["one", "two", "three", "four"]) {
      await pushImage(source.url, name, [layer(50_000), layer(50_000)], { tag: "v1" });
    }
    const users = join(directory, "htpasswd");
    writeFileSync(users, `ci:${hashSync("correct horse", 4)}\n`);
    await gate.close();
    await target.stop();
    target = await startRegistry(binary, {
      auth: { kind: "htpasswd", realm: "Wharf", path: users },
    });
    gate = await openGate(target.url);
    const auth = Buffer.from("ci:correct horse").toString("base64");
    const config = join(directory, "config.json");
    writeFileSync(config, JSON.stringify({ auths: { [gate.host]: { auth } } }));

    let held = 0;
    gate.instead = ({ method }) => {
      // Answered never: the copy stands still with some of it done.
      if (method !== "PUT" || arrived().length < 3) return false;
      held++;
      return true;
    };
    const run = start(from, gate.host, "--parallel", "2");
    // Both requests that may run: none is on its way.
    await until("two pushes are held", () => (held === 2 ? true : undefined));
    const children = await execa("ps", ["-o", "pid=,comm=", "--ppid", String(run.pid)]);
    const copier = Number(/^ *(\d+) copier$/m.exec(children.stdout)?.[1]);
    for (const pid of [run.pid, copier]) {
      for (const file of ["cmdline", "environ"]) {
        const text = readFileSync(`/proc/${pid}/${file}`, "utf8");
        expect(text).not.toContain("correct horse");
        expect(text).not.toContain(auth);
      }
    }
    run.kill("SIGKILL");
    await run;
    await until("the copier ends too", () => {
      try {
        process.kill(copier, 0);
        return undefined;
      } catch {
        return true;
      }
    });

    gate.instead = undefined;
    const answer = JSON.parse(await copied("--json"));
    expect(answer.failures).toEqual([]);
    expect(arrived().length).toBe(12);
    expect(new Set(arrived()).size).toBe(12);
  });

  it("waits as long as Retry-After says where the target limits requests", async () => {
    await pushImage(source.url, "app", [layer(1000), layer(1000)], { tag: "v1" });
    let until = 0;
    gate.instead = ({ method }, response) => {
      if (method !== "PUT" || until === -1) return false;
      until ||= Date.now() + 900;
      if (Date.now() >= until) return false;
      response.writeHead(429, { "Retry-After": "1" }).end();
      return true;
    };
    await copied("--parallel", "1");
    expect(gate.passed.filter(({ status }) => status === 429)).toHaveLength(1);
    expect(arrived()).toHaveLength(3);
  });

  it("copies the rest where an image is broken, and says which", async () => {
    const lost = layer(1000);
    await pushImage(source.url, "app", [lost], { tag: "broken" });
    await pushImage(source.url, "app", [layer(1000)], { tag: "whole" });
    const manifest = JSON.parse(
      (
        await ask(`${source.url}/v2/app/manifests/broken`, {
          headers: { Accept: "application/vnd.oci.image.manifest.v1+json" },
        })
      ).body,
    ) as { layers: { digest: string }[] };
    const blob = `${source.url}/v2/app/blobs/${manifest.layers[0]?.digest}`;
    expect((await ask(blob, { method: "DELETE" })).status).toBe(202);

    const { all, exitCode } = await start(from, gate.host);
    expect(exitCode).toBe(1);
    expect(all).toMatch(/ app +2 +0 +1 +0 +0 +1 /);
    expect(all).toContain("1 image was not copied whole:\n  app:broken  not found: ");
    expect(await digestAt(target.url, "app", "whole")).toBeDefined();
    expect(await digestAt(target.url, "app", "broken")).toBeUndefined();
  });

  describe("with an image of another digest under a tag of the target", () => {
    let theirs: string;
    let ours: string;
    beforeEach(async () => {
      ({ digest: theirs } = await pushImage(source.url, "app", [layer(100)], { tag: "v1" }));
      ({ digest: ours } = await pushImage(target.url, "app", [layer(100)], { tag: "v1" }));
      await pushImage(source.url, "app", [layer(100)], { tag: "v2" });
    });

    it("refuses to move it unless told to", async () => {
      const { all, exitCode } = await start(from, gate.host);
      expect(exitCode).toBe(2);
      expect(all).toContain(`app:v1   exists in ${gate.host} with another digest`);
      expect(all).toContain("--existing move moves such tags to the image of the source");
      expect(writes().filter(({ method }) => method === "PUT")).toEqual([]);
    });

    it("moves it, or keeps it", async () => {
      expect(await copied("--existing", "keep")).toMatch(/ app +2 +0 +1 +0 +1 +0 /);
      expect(await digestAt(target.url, "app", "v1")).toBe(ours);
      expect(await digestAt(target.url, "app", "v2")).toBeDefined();
      expect(await copied("--existing", "move")).toMatch(/ app +2 +0 +1 +1 +0 +0 /);
      expect(await digestAt(target.url, "app", "v1")).toBe(theirs);
    });
  });

  it("says with --dry-run what it would send, and sends nothing", async () => {
    await pushImage(source.url, "app", [layer(1000)], { tag: "v1" });
    const printed = await copied("--dry-run");
    expect(printed).toMatch(/ app +1 +0 +1 +0 +0 +0/);
    expect(printed).toMatch(/Up to 2 layers and configurations .* and 1 manifests would be sent\./);
    expect(gate.passed.filter(({ method }) => method === "PUT")).toEqual([]);
    expect((await ask(`${target.url}/v2/_catalog`)).body).toBe('{"repositories":[]}\n');
  });
});

describe("wharf copy refuses before anything is sent", () => {
  beforeAll(async () => {
    await open();
    await pushImage(source.url, "app", [], { tag: "v1" });
    await pushImage(source.url, "tools", [], { tag: "v1" });
  });
  afterAll(close);

  it.each([
    [
      "a stack that is none",
      ["dve", "GATE"],
      2,
      '"dve" is neither a stack of this checkout nor a host; did you mean dev?',
    ],
    [
      "a host of one word",
      ["GATE", "registry"],
      2,
      "a host has a dot or a port, as in registry.example.com or registry:5000",
    ],
    ["two of them at once", ["dve", "prd"], 2, "This copy has 2 problems. Nothing was changed."],
    ["a stack that is not up", ["aws", "GATE"], 2, "stack aws is not up"],
    ["one registry twice", ["FROM", "FROM"], 2, "is the registry that FROM names"],
    [
      "one registry twice, by another name",
      ["FROM", "http://FROM/"],
      2,
      "is the registry that FROM names",
    ],
    [
      "a pattern that is none",
      ["FROM", "GATE", "-r", "App"],
      2,
      '"App" is not the name of a repository',
    ],
    [
      "a pattern that matches nothing",
      ["FROM", "GATE", "-r", "shop/*"],
      2,
      '"shop/*" matches no repository of FROM, which has app, tools',
    ],
    ["a repository that is misspelt", ["FROM", "GATE", "-r", "tool"], 2, "did you mean tools?"],
    [
      "a host that does not answer",
      ["FROM", "127.0.0.1:1"],
      1,
      "127.0.0.1:1: it cannot be reached: dial tcp 127.0.0.1:1: connect: connection refused\nNothing was sent.",
    ],
    [
      "a number that is none",
      ["FROM", "GATE", "--parallel", "0"],
      2,
      "A whole number from 1 to 64.",
    ],
  ] as const)("%s", async (_, args, code, message) => {
    const named = (text: string) => text.replace("FROM", from).replace("GATE", gate.host);
    const { all, exitCode } = await start(...args.map(named));
    const expected = message.startsWith("is the registry") ? message : named(message);
    expect(all).toContain(expected);
    expect(exitCode).toBe(code);
    expect(writes()).toEqual([]);
  });

  it("a target that is read-only, one without the repository, and one whose login is wrong", async () => {
    // As ECR answers for a repository that it does not have, and would not create.
    gate.instead = ({ method, url }, response) => {
      if (method !== "POST" || url?.startsWith("/v2/tools/") !== true) return false;
      const body = { errors: [{ code: "NAME_UNKNOWN", message: "The repository does not exist" }] };
      response.writeHead(404, { "Content-Type": "application/json" }).end(JSON.stringify(body));
      return true;
    };
    const unknown = await start(from, gate.host);
    expect(unknown.all).toContain(
      "tools   the target has no such repository, and does not create it on push: NAME_UNKNOWN: The repository does not exist",
    );
    expect(unknown.exitCode).toBe(2);
    expect(arrived()).toEqual([]);

    gate.instead = undefined;
    const users = join(directory, "htpasswd");
    writeFileSync(users, `ci:${hashSync("correct horse", 4)}\n`);
    const closed = await startRegistry(binary, {
      distribution: { readOnly: true },
      auth: { kind: "htpasswd", realm: "Wharf", path: users },
    });
    try {
      const { host } = new URL(closed.url);
      const login = (password: string) => {
        const auth = Buffer.from(`ci:${password}`).toString("base64");
        const config = JSON.stringify({ auths: { [host]: { auth } } });
        writeFileSync(join(directory, "config.json"), config);
      };
      login("wrong");
      const denied = await start(from, host);
      expect(denied.all).toContain(`${host}: it does not take the login: `);
      expect(denied.all).toContain(`Log in first: docker login ${host}`);
      expect(denied.exitCode).toBe(1);
      login("correct horse");
      const readOnly = await start(from, host);
      expect(readOnly.all).toMatch(/ {2}app {5}the target is read-only: /);
      expect(readOnly.exitCode).toBe(2);
    } finally {
      await closed.stop();
    }
  });
});
