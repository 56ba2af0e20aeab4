import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync } from "node:fs";
import { rmSync, statSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer, type RequestListener, type Server } from "node:http";
import { createServer } from "node:https";
import { connect, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer, text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { downloadArchive, officialArchive } from "../../../offline/engine/official-engine";
import { createCertificate } from "../../support/loopback-certificate";

const root = join(__dirname, "../../..");
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "wharf-official-engine-"));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true, force: true });
});

/** The port on loopback that a server of this test has. */
async function portOf(server: Server): Promise<number> {
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** An archive that is laid out as Pulumi's are. */
async function archive(): Promise<Buffer> {
  const entries = pack();
  entries.entry({ name: "pulumi/", type: "directory" });
  entries.entry({ name: "pulumi/pulumi", mode: 0o755 }, "#!/bin/sh\necho v3.250.0\n");
  entries.entry({ name: "pulumi/pulumi-language-nodejs", mode: 0o755 }, "#!/bin/sh\n");
  entries.finalize();
  return gzipSync(await buffer(entries));
}

describe("an archive", () => {
  const announce = { update: () => undefined };

  it("that is the pinned one is unpacked, and its programs can be run", async () => {
    const bytes = await archive();
    const port = await portOf(
      createHttpServer((request, response) => {
        if (request.url === "/engine") return void response.end(bytes);
        response.writeHead(302, { location: "/engine" }).end();
      }),
    );
    vi.stubEnv("HTTPS_PROXY", undefined);
    vi.stubEnv("https_proxy", undefined);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    await downloadArchive({ url: `http://127.0.0.1:${port}/`, sha256 }, directory, announce);
    const programs = readdirSync(join(directory, "bin"));
    expect(programs.sort()).toEqual(["pulumi", "pulumi-language-nodejs"]);
    expect(statSync(join(directory, "bin/pulumi")).mode & 0o100).toBe(0o100);
    expect(readFileSync(join(directory, "bin/pulumi"), "utf8")).toContain("v3.250.0");
    expect(readdirSync(directory)).toEqual(["bin"]);
  });

  it("is known for Linux and macOS, and for no platform that is not tried", () => {
    for (const platform of ["linux", "darwin"]) {
      for (const architecture of ["x64", "arm64"]) {
        expect(officialArchive(platform, architecture)?.url).toContain(
          `${platform}-${architecture}`,
        );
      }
    }
    expect(officialArchive("linux", "s390x")).toBeUndefined();
  });
});

describe("a machine without Pulumi", () => {
  /** Looks for the engine where `answer` is what get.pulumi.com says, by a proxy; what is said in the end. */
  async function findEngine(answer: RequestListener): Promise<{ said: string; asked: string[] }> {
    const { certificatePath, keyPath } = createCertificate(directory, "DNS:get.pulumi.com");
    const tls = { cert: readFileSync(certificatePath), key: readFileSync(keyPath) };
    const asked: string[] = [];
    const site = await portOf(
      createServer(tls, (request, response) => {
        asked.push(`https://${request.headers.host}${request.url}`);
        answer(request, response);
      }),
    );
    const proxy = createHttpServer().on("connect", (_, socket) => {
      const upstream = connect(site, "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
        socket.pipe(upstream).pipe(socket);
      });
      for (const end of [socket, upstream]) end.on("error", () => end.destroy());
    });
    mkdirSync(join(directory, "bin"));
    // A Go that builds nothing, so that a build is told by its words.
    writeFileSync(join(directory, "bin/go"), "#!/bin/sh\necho go version go1.19.8 linux/amd64\n");
    chmodSync(join(directory, "bin/go"), 0o755);
    const program = `
      const { findInstallation } = require("${root}/offline/engine/installation");
      const announce = { start() {}, update() {}, done() {} };
      findInstallation(announce).then(console.log, ({ name, message }) => console.log(name + ": " + message));`;
    const child = spawn(process.execPath, ["--require", "tsx/cjs", "--eval", program], {
      cwd: root,
      stdio: ["ignore", "pipe", "inherit"],
      env: {
        HOME: directory,
        PATH: `${join(directory, "bin")}:/usr/bin:/bin`,
        WHARF_CACHE: join(directory, "cache"),
        HTTPS_PROXY: `http://127.0.0.1:${await portOf(proxy)}`,
        NODE_EXTRA_CA_CERTS: certificatePath,
      },
    });
    onTestFinished(() => void child.kill());
    return { said: await text(child.stdout), asked };
  }

  /** What the cache holds of an engine, whole or in part. */
  const kept = () =>
    ["engine", "partial"].flatMap((name) => {
      const path = join(directory, "cache", name);
      return existsSync(path) ? readdirSync(path) : [];
    });

  it("refuses another archive than the pinned one, and keeps nothing of it", async () => {
    const bytes = await archive();
    const { said, asked } = await findEngine((_, response) => void response.end(bytes));
    const { url = "", sha256 = "" } = officialArchive() ?? {};
    const actual = createHash("sha256").update(bytes).digest("hex");
    expect(said).toMatch(
      `OfflineError: ${url} is not the file that Wharf knows: its SHA-256 is ${actual} in place of ${sha256}. It was thrown away unopened.`,
    );
    // No script of the server's is asked for.
    expect(asked).toEqual([url]);
    expect(kept()).toEqual([]);
  });

  it.each<[string, RequestListener, string]>([
    [
      "has no such archive",
      (_, response) => void response.writeHead(404).end(),
      "the server answered 404",
    ],
    [
      "breaks off half-way",
      (_, response) => {
        response.writeHead(200, { "content-length": 1_000_000 });
        response.write(Buffer.alloc(500_000), () => response.destroy());
      },
      "other side closed",
    ],
  ])("builds it where the server %s", async (_, answer, reason) => {
    const { said } = await findEngine(answer);
    expect(said).toMatch(
      `OfflineError: Pulumi is not installed, and its download from get.pulumi.com failed (${reason}). Go 1.19 is too old to build with.`,
    );
    expect(kept()).toEqual([]);
  });
});
