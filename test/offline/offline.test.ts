import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, mkdtempSync } from "node:fs";
import { readFileSync, readdirSync, readlinkSync, rmSync, statSync, symlinkSync } from "node:fs";
import { utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createSocketServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import Docker from "dockerode";
import { extract } from "tar-stream";
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  onTestFinished,
  vi,
} from "vitest";
import type { Announce } from "../../offline/announce";
import { cached, cacheDirectory } from "../../offline/cache";
import { findDockerEngine } from "../../offline/docker/docker-engine";
import { loopbackVariables } from "../../offline/engine/loopback";
import { canInstallDocker } from "../../offline/docker/docker-service";
import { findEngine } from "../../offline/engine/engine";
import { localImages, parseReference } from "../../offline/images/images";
import { providersOf } from "../../offline/plugins/plugins";
import { imageArchive } from "../../offline/images/image-archive";
import { buildRegistryImage } from "../../offline/images/registry-image";

const root = join(__dirname, "../..");
const realPath = process.env.PATH ?? "";
const machineCache = cacheDirectory();
const sdkVersions = { docker: "5.2.0", random: "4.21.2", tls: "5.6.1" };

let directory: string;
let said: string[];
const announce: Announce = {
  start: (step, detail) => said.push(`${step} … ${detail}`),
  update: () => undefined,
  done: (step, detail) => said.push(`${step} ✔ ${detail}`),
};

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "wharf-offline-"));
  said = [];
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true, force: true });
});

/** Contents by name of an archive, in its order. */
async function filesOf(archive: Buffer): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  for await (const entry of Readable.from([archive]).pipe(extract())) {
    const { header } = entry;
    files.set(header.name + (header.type === "directory" ? "/" : ""), await buffer(entry));
  }
  return files;
}

/** An executable shell script at a path below the test's directory. */
function script(path: string, lines: string): string {
  const file = join(directory, path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${lines}\n`);
  chmodSync(file, 0o755);
  return file;
}

/** A machine with a cache and a home of its own, `bin` first on PATH, and no way to the outside. */
function closedMachine(): void {
  vi.stubEnv("HOME", join(directory, "user"));
  vi.stubEnv("PULUMI_HOME", undefined);
  vi.stubEnv("WHARF_OFFICIAL_PLUGINS", undefined);
  vi.stubEnv("WHARF_CACHE", join(directory, "cache"));
  vi.stubEnv("PATH", `${join(directory, "bin")}:/usr/bin:/bin`);
  vi.stubEnv("HTTPS_PROXY", "http://127.0.0.1:1");
  vi.stubEnv("NO_PROXY", "");
}

/** Puts the plugins that were built from Go modules before the first test into the cache. */
function cachePlugins(): void {
  mkdirSync(join(directory, "cache"));
  symlinkSync(join(machineCache, "plugins"), join(directory, "cache/plugins"));
}

/** An installed Pulumi that counts how often it is started. */
function installPulumi(version = "v3.251.0"): void {
  const calls = join(directory, "calls");
  script("bin/pulumi", `echo "$@" >> '${calls}'; echo ${version}`);
  script("bin/pulumi-language-nodejs", "exit 1");
}

it("loopback is exempt from a proxy, beside what is exempt already, under every spelling", () => {
  const proxy = { http_proxy: "http://proxy.corp.example:3128" };
  const own = "localhost,127.0.0.1,::1";
  expect(loopbackVariables({ NO_PROXY: ".corp.example" })).toEqual({});
  expect(loopbackVariables(proxy)).toEqual({ no_proxy: own, NO_PROXY: own });
  const all = `10.0.0.0/8,.corp.example,${own}`;
  const some = { ...proxy, no_proxy: "10.0.0.0/8, 127.0.0.1", NO_PROXY: ".corp.example" };
  const merged = loopbackVariables({ ...some, no_grpc_proxy: "10.1.2.3" });
  expect(merged.no_proxy?.split(",").sort()).toEqual(all.split(",").sort());
  expect(merged.NO_PROXY).toBe(merged.no_proxy);
  expect(merged.no_grpc_proxy).toBe(`10.1.2.3,${own}`);
  expect(loopbackVariables({ ...some, ...merged })).toEqual(merged);
});

/** Wharf's cache holding an engine that was built earlier. */
function cacheEngine(): void {
  script("cache/engine/3.250.0/bin/pulumi", "exit 1");
  writeFileSync(join(directory, "cache/engine/3.250.0/origin"), "built");
}

function installPlugin(name: keyof typeof sdkVersions): string {
  const home = "user/.pulumi/plugins";
  return script(`${home}/resource-${name}-v${sdkVersions[name]}/pulumi-resource-${name}`, "exit 1");
}

const wharf = () => join(directory, ".wharf");
const originsOf = (plugins: { name: string; origin: string }[]) =>
  Object.fromEntries(plugins.map(({ name, origin }) => [name, origin]));

describe("the engine", () => {
  beforeEach(() => {
    closedMachine();
    cachePlugins();
  });

  it("is the one on PATH, whose version is asked once", async () => {
    installPulumi();
    cacheEngine();
    const engine = await findEngine(wharf(), announce);
    await findEngine(wharf(), announce);
    expect(engine).toMatchObject({ version: "3.251.0", origin: "installed" });
    expect(engine.binDirectory).toBe(join(directory, "bin"));
    expect(readFileSync(join(directory, "calls"), "utf8")).toBe("version\n");
  });

  it.each([
    ["of another major version", () => installPulumi("v2.25.2")],
    ["without its language host", () => script("bin/pulumi", "echo v3.251.0")],
    ["that does not start", () => script("bin/pulumi", "exit 1")],
  ])("is the cached one where PATH has a Pulumi %s", async (_, install) => {
    install();
    cacheEngine();
    const engine = await findEngine(wharf(), announce);
    expect(engine).toMatchObject({ version: "3.250.0", origin: "built" });
  });

  it("is still called built when its own directory is first on PATH", async () => {
    cacheEngine();
    vi.stubEnv("PATH", `${join(directory, "cache/engine/3.250.0/bin")}:${process.env.PATH}`);
    expect(await findEngine(wharf(), announce)).toMatchObject({ origin: "built" });
  });

  it("is found in under 0.3 s, plugins and all, from the second time on", async () => {
    cacheEngine();
    await findEngine(wharf(), announce);
    const began = performance.now();
    await findEngine(wharf(), announce);
    expect(performance.now() - began).toBeLessThan(300);
  });

  it("cannot be built by an old Go, and says which command helps", async () => {
    script("bin/go", "echo go version go1.19.8 linux/amd64");
    await expect(findEngine(wharf(), announce)).rejects.toThrow(
      /^Pulumi is not installed, and get\.pulumi\.com cannot be reached to download it\. Go 1\.19 is too old to build with\.\n {2}\S+ .*go/,
    );
  });

  it("is built by the Go that its module asks for, also where the installed one fetches no other", async () => {
    vi.stubEnv("GOTOOLCHAIN", "local");
    script("bin/go", '[ "$1" = version ] && echo go1.24.0 || { echo "= $GOTOOLCHAIN"; exit 1; }');
    await expect(findEngine(wharf(), announce)).rejects.toThrow("= auto");
  });

  it("leaves nothing in the cache when its build fails", async () => {
    script(
      "bin/go",
      '[ "$1" = version ] && echo go1.26.0 || { echo "dial tcp: refused"; exit 1; }',
    );
    await expect(findEngine(wharf(), announce)).rejects.toThrow(
      /dial tcp: refused[^]*\n {2}go env -w GOPROXY=/,
    );
    expect(readdirSync(join(directory, "cache/engine"))).toEqual([]);
    expect(readdirSync(join(directory, "cache/partial"))).toEqual([]);
  });
});

describe("the cache", () => {
  beforeEach(closedMachine);

  /** A process of its own that fills `engine/1` once a line is written to it, and then says where that is. */
  function filling(through: string[] = []) {
    const program = `
      const { cached } = require("${root}/offline/cache");
      const fill = async (into) => {
        process.umask(0o077);
        require("node:fs").writeFileSync(into + "/text", "theirs");
        console.log("filling");
        await require("node:events").once(process.stdin, "data");
      };
      const announce = { update: (detail) => console.log(detail) };
      cached("engine/1", fill, announce)
        .then(console.log, ({ message }) => console.log(message))
        .finally(() => process.stdin.destroy());`;
    const node = [process.execPath, "--require", "tsx/cjs", "--eval", program];
    const [command = "", ...args] = [...through, ...node];
    const child = spawn(command, args, { cwd: root, stdio: ["pipe", "pipe", "inherit"] });
    onTestFinished(() => void child.kill("SIGKILL"));
    return child;
  }

  const mine = (into: string) => Promise.resolve(writeFileSync(join(into, "text"), "mine"));
  const partials = () => readdirSync(join(directory, "cache/partial"));

  it("holds nothing of a process that was killed half-way, and the next one takes its place", async () => {
    const child = filling();
    await once(child.stdout, "data");
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(partials()).toHaveLength(1);
    expect(existsSync(join(directory, "cache/engine/1"))).toBe(false);
    // A minute without a sign of life.
    const minuteAgo = new Date(Date.now() - 60_000);
    utimesSync(join(directory, "cache/locks/engine_1.lock"), minuteAgo, minuteAgo);
    const filled = await cached("engine/1", mine);
    expect(readFileSync(join(filled, "text"), "utf8")).toBe("mine");
    expect(partials()).toEqual([]);
  });

  it("is filled by one of several processes, while the others wait, say so and use the result", async () => {
    const child = filling();
    await once(child.stdout, "data");
    const heard: string[] = [];
    const waiting = new Promise<void>((resolve) => {
      const update = (detail: string) => (heard.push(detail), resolve());
      void cached("engine/1", mine, { update }).then((found) => heard.push(found));
    });
    await waiting;
    expect(heard).toEqual(["another process is getting engine/1; waiting for it"]);
    child.stdin.write("\n");
    await vi.waitFor(() => expect(heard[1]).toBe(join(directory, "cache/engine/1")), 30_000);
    expect(readFileSync(join(directory, "cache/engine/1/text"), "utf8")).toBe("theirs");
    expect([partials(), readdirSync(join(directory, "cache/locks"))]).toEqual([[], []]);
  });

  const asNobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];

  it("made by root serves other users, who are told where they would have to write", async () => {
    chmodSync(directory, 0o755);
    const first = filling();
    first.stdin.write("\n");
    await once(first, "exit");
    const [found] = (await once(filling(asNobody).stdout, "data")) as [Buffer];
    expect(String(found)).toBe(`${directory}/cache/engine/1\n`);
    const text = spawnSync("setpriv", [
      ...asNobody.slice(1),
      "cat",
      `${directory}/cache/engine/1/text`,
    ]);
    expect(String(text.stdout)).toBe("theirs");
    rmSync(join(directory, "cache/engine/1"), { recursive: true });
    const [said] = (await once(filling(asNobody).stdout, "data")) as [Buffer];
    expect(String(said)).toBe(
      `The cache cannot be used: user nobody may not read or write ${directory}/cache/locks/engine_1.lock. Name another directory:\n` +
        "  export WHARF_CACHE=/path/to/another/directory\n",
    );
  });

  it("of a group is filled by each of its users, and what root fills in a user's is that user's", async () => {
    chmodSync(directory, 0o755);
    mkdirSync(join(directory, "cache"));
    // Of nobody's group, as an administrator would make it for a team.
    chownSync(join(directory, "cache"), 0, 65_534);
    chmodSync(join(directory, "cache"), 0o2775);
    await cached("engine/2", mine);
    const child = filling(asNobody);
    child.stdin.write("\n");
    await once(child, "exit");
    expect(statSync(join(directory, "cache/engine/1")).uid).toBe(65_534);
    chownSync(join(directory, "cache"), 65_534, 65_534);
    const filled = await cached("images/1", mine);
    const owners = [filled, join(filled, "text"), join(filled, "..")].map(
      (path) => statSync(path).uid,
    );
    expect(owners).toEqual([65_534, 65_534, 65_534]);
  });
});

describe("the plugins", () => {
  beforeEach(() => {
    closedMachine();
    cachePlugins();
    installPulumi();
  });

  it("are the official ones that the user has installed, with PULUMI_HOME left alone", async () => {
    installPlugin("docker");
    installPlugin("random");
    script("bin/pulumi-resource-tls", "exit 1");
    const engine = await findEngine(wharf(), announce);
    expect(originsOf(engine.plugins)).toEqual({
      docker: "official",
      random: "official",
      tls: "official",
    });
    expect(engine.env).not.toHaveProperty("PULUMI_HOME");
    expect(existsSync(wharf())).toBe(false);
  });

  it("are built ones and stand-ins in a PULUMI_HOME of Wharf's own where official ones cannot be had", async () => {
    const official = installPlugin("random");
    const engine = await findEngine(wharf(), announce);
    expect(originsOf(engine.plugins)).toEqual({
      docker: "stand-in",
      random: "official",
      tls: "built",
    });
    expect(engine.env.PULUMI_HOME).toBe(join(wharf(), "home"));
    const plugin = (name: keyof typeof sdkVersions) =>
      join(wharf(), `home/plugins/resource-${name}-v${sdkVersions[name]}/pulumi-resource-${name}`);
    expect(readlinkSync(plugin("random"))).toBe(official);
    expect(readlinkSync(plugin("tls"))).toMatch(/\/cache\/plugins\/[^/]+\/pulumi-resource-tls$/);
    expect(lstatSync(plugin("docker")).mode & 0o777).toBe(0o755);
    expect(readdirSync(join(directory, "user/.pulumi/plugins"))).toEqual([
      "resource-random-v4.21.2",
    ]);
    expect(said.at(-1)).toBe(
      "plugins ✔ tls (Terraform's provider 4.2.1): built from Go modules; docker: a built-in stand-in, since the official ones cannot be downloaded here; random: official",
    );
  });

  it.each(["docker", "random", "tls"] as const)(
    "%s starts as the engine starts it, printing a port, and ends with the engine",
    async (name) => {
      const { env } = await findEngine(wharf(), announce);
      const path = `plugins/resource-${name}-v${sdkVersions[name]}/pulumi-resource-${name}`;
      const child = spawn(join(env.PULUMI_HOME ?? "", path), [], {
        // As a service's environment may be: stand-ins need Node.js, and nothing needs a home.
        env: { PATH: name === "docker" ? realPath : "" },
        stdio: ["pipe", "pipe", "inherit"],
      });
      onTestFinished(() => void child.kill("SIGKILL"));
      const [printed] = (await once(child.stdout, "data")) as [Buffer];
      expect(printed.toString()).toMatch(/^\d+\n/);
      // What the end of the engine, killed or not, looks like from here.
      child.stdin.end();
      expect(await once(child, "exit")).toEqual([0, null]);
    },
  );

  it("are of Kubernetes for that target, which says how old its own is", async () => {
    const { plugins } = await findEngine(wharf(), announce, {
      providers: providersOf("kubernetes"),
    });
    expect(originsOf(plugins)).toEqual({ kubernetes: "built", random: "built", tls: "built" });
    expect(said.at(-1)).toBe(
      "plugins ✔ kubernetes (Pulumi's provider of January 2026, 4.0.0-20260115033456-f47bc2d6f199), random (Terraform's provider 3.9.0), " +
        "tls (Terraform's provider 4.2.1): built from Go modules, since the official ones cannot be downloaded here",
    );
  });

  it("that cannot be built are told of with what helps", async () => {
    rmSync(join(directory, "cache/plugins"));
    script("bin/go", "echo go version go1.19.8 linux/amd64");
    await expect(findEngine(wharf(), announce)).rejects.toThrow(
      /^The official plugins of random, tls are not installed and cannot be downloaded here\. Go 1\.19 is too old to build with\.\n {2}\S+ .*go/,
    );
  });

  it("give way to official ones as soon as the user has them", async () => {
    await findEngine(wharf(), announce);
    const names = ["docker", "random", "tls"] as const;
    names.forEach(installPlugin);
    vi.stubEnv("PULUMI_HOME", join(wharf(), "home"));
    const engine = await findEngine(wharf(), announce);
    expect(new Set(engine.plugins.map(({ origin }) => origin))).toEqual(new Set(["official"]));
    expect(engine.env.PULUMI_HOME).toBe(join(directory, "user/.pulumi"));
  });

  it("come from a directory of official executables where one is named", async () => {
    for (const name of Object.keys(sdkVersions))
      script(`official/pulumi-resource-${name}`, "exit 1");
    vi.stubEnv("WHARF_OFFICIAL_PLUGINS", join(directory, "official"));
    const { plugins, env } = await findEngine(wharf(), announce);
    expect(new Set(plugins.map(({ origin }) => origin))).toEqual(new Set(["official"]));
    expect(
      readlinkSync(join(env.PULUMI_HOME ?? "", "plugins/resource-tls-v5.6.1/pulumi-resource-tls")),
    ).toBe(join(directory, "official/pulumi-resource-tls"));
  });

  it("leave the official executables as they are once that directory is no longer named", async () => {
    const official = script("official/pulumi-resource-tls", "exit 1");
    vi.stubEnv("WHARF_OFFICIAL_PLUGINS", join(directory, "official"));
    await findEngine(wharf(), announce);
    vi.stubEnv("WHARF_OFFICIAL_PLUGINS", undefined);
    const { plugins } = await findEngine(wharf(), announce);
    expect(originsOf(plugins)).toMatchObject({ tls: "built" });
    expect(readFileSync(official, "utf8")).toBe("#!/bin/sh\nexit 1\n");
  });

  it("are downloaded where they can be reached", async () => {
    await openProxy(200);
    script(
      "bin/pulumi",
      `[ "$1" = version ] && echo v3.251.0 && exit
       directory="$PULUMI_HOME/plugins/resource-$4-v$5"
       mkdir -p "$directory" && cp "$0" "$directory/pulumi-resource-$4"`,
    );
    const { plugins, env } = await findEngine(wharf(), announce);
    expect(new Set(plugins.map(({ origin }) => origin))).toEqual(new Set(["official"]));
    expect(env).not.toHaveProperty("PULUMI_HOME");
    expect(said.at(-2)).toMatch(
      /^plugins … downloading docker 5\.2\.0, random 4\.21\.2, tls 5\.6\.1/,
    );
  });

  describe("for a cloud", () => {
    const needs = { providers: providersOf("aws") };

    beforeEach(() => void vi.stubEnv("WHARF_SIMULATE_CLOUDS", undefined));

    it("are the target's own and no others", async () => {
      const { plugins } = await findEngine(wharf(), announce, { ...needs, preview: true });
      expect(plugins).toMatchObject([{ name: "aws", origin: "stand-in", simulated: true }]);
      expect(readdirSync(join(wharf(), "home/plugins"))).toHaveLength(1);
    });

    it("are not played to someone who means to deploy", async () => {
      await expect(findEngine(wharf(), announce, needs)).rejects.toThrow(
        /^The official aws plugin \d\S+ is not installed and cannot be downloaded here, and nothing reaches AWS without it\.[^]*WHARF_SIMULATE_CLOUDS=1[^]*\n {2}pulumi plugin install resource aws \d\S+$/,
      );
      expect(existsSync(wharf())).toBe(false);
    });

    it("are played where that is asked for", async () => {
      vi.stubEnv("WHARF_SIMULATE_CLOUDS", "1");
      const { plugins } = await findEngine(wharf(), announce, needs);
      expect(plugins).toMatchObject([{ simulated: true }]);
    });
  });

  it("are not looked for on the network a second time", async () => {
    const asked = await openProxy(403);
    await findEngine(wharf(), announce);
    const first = asked.length;
    await findEngine(wharf(), announce);
    expect(first).toBeGreaterThan(0);
    expect(asked).toHaveLength(first);
  });
});

/** A proxy that lets every connection through or none; returns the list of what it was asked for. */
async function openProxy(status: number): Promise<string[]> {
  const asked: string[] = [];
  const server = createServer().on("connect", (request, socket) => {
    asked.push(request.url ?? "");
    socket.end(`HTTP/1.1 ${status} Answer\r\n\r\n`);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => void server.close());
  vi.stubEnv("HTTPS_PROXY", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return asked;
}

describe("the Docker engine", () => {
  it("that DOCKER_HOST names and that does not answer is reported, and no other is started", async () => {
    vi.stubEnv("DOCKER_HOST", `unix://${directory}/none.sock`);
    await expect(findDockerEngine(announce)).rejects.toThrow(
      /^The Docker engine at unix:\S+none\.sock, which DOCKER_HOST names, does not answer: [^]*\n {2}unset DOCKER_HOST$/,
    );
    expect(said).toEqual([]);
  });

  it.each([
    ["elsewhere", "docker context use default"],
    ["colima", "colima start"],
  ])("of the current context, %s, is used", async (context, command) => {
    const id = "9e1bbb85ab41ba4c8a9a8a6a8ee3ae1b3ec97a0bf0ae3c4e84d19a9a26d7f5f6";
    vi.stubEnv("DOCKER_HOST", undefined);
    vi.stubEnv("DOCKER_CONFIG", directory);
    vi.stubEnv("DOCKER_CONTEXT", context);
    const { createHash } = await import("node:crypto");
    const meta = join(
      directory,
      "contexts/meta",
      createHash("sha256").update(context).digest("hex"),
    );
    mkdirSync(meta, { recursive: true });
    const host = `unix://${directory}/${id}.sock`;
    writeFileSync(
      join(meta, "meta.json"),
      JSON.stringify({ Endpoints: { docker: { Host: host } } }),
    );
    await expect(findDockerEngine(announce)).rejects.toThrow(
      new RegExp(
        `which the Docker context ${context} names, does not answer[^]*\\n {2}${command}$`,
      ),
    );
  });

  it.each([
    [65_534, / {2}sudo usermod -aG docker \S+$/],
    [54_321, / {2}docker run --group-add "\$\(stat -c %g /],
  ])("that user %i may not use is told apart from one that does not run", async (uid, command) => {
    const socket = join(directory, "docker.sock");
    const server = createSocketServer().listen(socket);
    await once(server, "listening");
    onTestFinished(() => void server.close());
    chmodSync(directory, 0o755);
    chmodSync(socket, 0o600);
    vi.stubEnv("DOCKER_HOST", `unix://${socket}`);
    const isRoot = process.getuid?.() === 0;
    if (isRoot) process.seteuid?.(uid);
    else chmodSync(socket, 0);
    try {
      await expect(findDockerEngine(announce)).rejects.toThrow(
        expect.objectContaining({
          name: "OfflineError",
          message: expect.stringMatching(
            new RegExp(`may not use the Docker engine[^]*\\n${command.source}`),
          ),
        }),
      );
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });
});

describe("a reference", () => {
  it.each([
    ["registry:3.1.2@sha256:aa", "registry-1.docker.io", "library/registry"],
    [
      "docker.io/distribution/distribution:edge",
      "registry-1.docker.io",
      "distribution/distribution",
    ],
    ["localhost:5000/app", "localhost:5000", "app"],
    ["harbor.example.com/mirror/registry:3", "harbor.example.com", "mirror/registry"],
  ])("%s names the host %s", (reference, host, repository) => {
    expect(parseReference(reference)).toEqual({ host, repository });
  });
});

// These build once into the machine's cache and leave the images in the engine, as `wharf up` does.
describe("the locally built images", () => {
  const upstream = { registry: "registry:3.1.2@sha256:" + "0".repeat(64) };
  const progress: Announce = {
    start: (step, detail) => console.log(`${step}: ${detail}`),
    update: () => undefined,
    done: (step, detail) => console.log(`${step}: ${detail}`),
  };
  let docker: Docker;
  let before: string[];

  beforeAll(async () => {
    await findDockerEngine(progress);
    docker = new Docker();
    before = await localTags();
  });
  // The machine's engine keeps what it had; a stack of its own may run one of them.
  afterAll(async () => {
    const made = (await localTags()).filter((tag) => !before.includes(tag));
    await Promise.all(made.map((tag) => docker.getImage(tag).remove()));
  });

  const localTags = async () =>
    (await docker.listImages())
      .flatMap(({ RepoTags }) => RepoTags ?? [])
      .filter((tag) => tag.startsWith("wharf.local/"));

  beforeEach(() => void vi.stubEnv("HTTPS_PROXY", "http://127.0.0.1:1"));

  /** Runs a program of an image to its end, without a network and with a root that cannot be written. */
  async function exitCode(image: string, command: string[]): Promise<number> {
    const container = await docker.createContainer({
      Image: image,
      Entrypoint: command,
      Cmd: [],
      HostConfig: { NetworkMode: "none", ReadonlyRootfs: true, CapDrop: ["ALL"] },
    });
    try {
      await container.start();
      return ((await container.wait()) as { StatusCode: number }).StatusCode;
    } finally {
      await container.remove({ force: true });
    }
  }

  it("take the place of the official registry where it cannot be pulled", async () => {
    expect(await localImages(upstream, progress)).toEqual({
      registry: "wharf.local/distribution:3.1.2",
    });
    expect(await localImages(upstream, announce)).toEqual({
      registry: "wharf.local/distribution:3.1.2",
    });
    expect(said).toEqual([]);
  });

  it("are left alone where the registry can be reached", async () => {
    await openProxy(200);
    expect(
      await localImages({ registry: "registry.example.com/registry:3" }, announce),
    ).toBeUndefined();
  });

  it("do not stand for an image of the user's own", async () => {
    await expect(
      localImages({ registry: "registry.example.com/registry:3" }, announce),
    ).rejects.toThrow(
      "The image registry.example.com/registry:3 is not on this machine, and registry.example.com cannot be " +
        "reached to pull it. Load it from a file saved elsewhere:\n  docker load --input image.tar",
    );
  });

  // A rootless engine with vfs makes what a layer leaves out for root alone: the registry could not read its settings.
  it("hold every directory above a file of theirs, once", async () => {
    const entries = [{ path: "etc/ssl/certs" }, { path: "etc/ssl/a.pem", contents: "A" }];
    const described = { reference: "wharf.test/parents:1", architecture: "amd64", entries };
    const archive = await imageArchive({ ...described, command: [], labels: {} });
    const layer = (await filesOf(archive)).get("layer.tar") ?? Buffer.alloc(0);
    const names = [...(await filesOf(layer)).keys()];
    expect(names).toEqual(["etc/", "etc/ssl/", "etc/ssl/certs/", "etc/ssl/a.pem"]);
  });

  it("have the same id however often they are built", async () => {
    const image = docker.getImage("wharf.local/distribution:3.1.2");
    const { Id } = await image.inspect();
    await buildRegistryImage(docker, announce);
    const again = await image.inspect();
    expect(again.Id).toBe(Id);
    expect(again.Config).toMatchObject({ User: "10001:10001", Entrypoint: ["registry"] });
  });

  it("hold a wget that fails where nothing listens", async () => {
    const wget = ["wget", "-O", "/dev/null", "http://127.0.0.1:1/"];
    expect(await exitCode("wharf.local/distribution:3.1.2", wget)).toBe(1);
  });

  it("hold a wget that tells a healthy registry from one that answers 503", async () => {
    const config = (file: string) =>
      JSON.stringify({
        version: "0.1",
        storage: { inmemory: {} },
        http: { addr: "127.0.0.1:5000", debug: { addr: "127.0.0.1:5001" } },
        health: { file: [{ file, interval: "100ms" }] },
      });
    expect(await health(config("/never"))).toBe("healthy");
    expect(await health(config("/bin/registry"))).toBe("unhealthy");
  });

  /** What Docker says of a registry with this config.yml once its health check has run often enough. */
  async function health(config: string): Promise<string> {
    const container = await docker.createContainer({
      Image: "wharf.local/distribution:3.1.2",
      HostConfig: { NetworkMode: "none" },
      Healthcheck: {
        Test: ["CMD", "wget", "-O", "/dev/null", "http://127.0.0.1:5001/debug/health"],
        Interval: 500_000_000,
        Retries: 3,
      },
    });
    try {
      const { pack } = await import("tar-stream");
      const archive = pack();
      archive.entry({ name: "config.yml", mode: 0o644 }, config);
      archive.finalize();
      await container.putArchive(archive, { path: "/etc/distribution" });
      await container.start();
      return await vi.waitUntil(
        async () => {
          const status = (await container.inspect()).State.Health?.Status;
          return status !== "starting" && status;
        },
        { timeout: 60_000, interval: 200 },
      );
    } finally {
      await container.remove({ force: true });
    }
  }

  it("include a Redis from Debian's package, where there is one", async (test) => {
    if (!(await canInstallDocker())) test.skip("the packages are Debian's");
    const images = { ...upstream, redis: "redis:7.4-alpine@sha256:" + "0".repeat(64) };
    expect(await localImages(images, progress)).toMatchObject({
      redis: "wharf.local/redis:debian",
    });
    expect(await exitCode("wharf.local/redis:debian", ["redis-server", "--version"])).toBe(0);
    expect(await exitCode("wharf.local/redis:debian", ["redis-cli", "-p", "1", "ping"])).toBe(1);
  });
});
