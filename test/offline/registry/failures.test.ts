import { execFileSync } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { crane } from "../../../offline/images/crane";
import { registryBinary } from "../../components/distribution/software";
import { announce } from "../../support/announce";
import { ask, type RunningRegistry, startRegistry, until } from "../../support/running-registry";
import { freePort } from "../../support/free-port";
import { startS3Server } from "../../support/s3-server";
import { manifestType } from "../../support/small-image";
import { CollectingRegistry, keepOnly } from "./collecting-registry";
import { Issuer, jwkOf, tokenOf } from "./issuer";
import { startRedis } from "./redis";
import { type Policy, RolesRegistry, user } from "./roles-registry";

const mebibyte = 2 ** 20;
const gibibyte = 2 ** 30;

let directory: string;
/** A disk of its own for the images, of 256 MiB in memory. */
let disk: string;
let registry: CollectingRegistry | undefined;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "wharf-failures-"));
  disk = join(directory, "disk");
  mkdirSync(disk);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=256m", "tmpfs", disk]);
});
afterEach(async () => {
  await registry?.stop();
  registry = undefined;
  execFileSync("umount", [disk]);
  rmSync(directory, { recursive: true, force: true });
});

/** The text of a layer that nothing else has; as many bytes as characters. */
const layer = (bytes: number) => randomBytes(Math.ceil(bytes / 2)).toString("hex");

/** Pushes images until one is refused; how many were acknowledged, and what the last answer was. */
async function pushUntilRefused(at: CollectingRegistry, tag: string, bytes: number) {
  for (let count = 0; count < 100; count++) {
    try {
      await at.push("shop/api", [layer(bytes)], `${tag}-${count}`);
    } catch (error) {
      return { count, said: String(error) };
    }
  }
  throw new Error("nothing was refused");
}

async function metric(at: CollectingRegistry, name: string): Promise<number> {
  const { body } = await at.metrics();
  return Number(new RegExp(`^${name} (.*)$`, "m").exec(body)?.[1]);
}

describe("a disk that fills", () => {
  it("is not filled by pushes: they are denied before, and pulls, deletion and collection go on", async () => {
    registry = await CollectingRegistry.start(keepOnly, { data: disk });
    await registry.push("shop/api", [layer(mebibyte)], "keep-1");
    const { count, said } = await pushUntilRefused(registry, "v", 16 * mebibyte);
    expect(count).toBeGreaterThan(10);
    expect(said).toMatch(
      /403 .*"DENIED".*the registry's volume is nearly full: [\d.]+ MiB are free, and 25.6 MiB stay free/,
    );
    // What a refused push had sent is free again, and a tenth of the disk stays so.
    expect(await metric(registry, "wharf_registry_volume_free_bytes")).toBeGreaterThan(
      25 * mebibyte,
    );
    await registry.pull("shop/api", "keep-1");
    for (let pushed = 0; pushed < count; pushed++) await registry.pull("shop/api", `v-${pushed}`);
    const deleted = await registry.ask("/v2/shop/api/manifests/v-0", {
      as: "admin",
      method: "DELETE",
    });
    expect(deleted.status).toBe(202);
    const report = await registry.collect();
    expect(report.problem).toBeUndefined();
    expect(report.freedBytes).toBeGreaterThan((count - 1) * 16 * mebibyte);
    await registry.push("shop/api", [layer(16 * mebibyte)], "keep-2");
    await registry.pull("shop/api", "keep-1");
  });

  it("is filled up to a quota, which counts what is deleted", async () => {
    registry = await CollectingRegistry.start(keepOnly, {
      data: disk,
      storage: { kind: "volume", quotaGiB: (32 * mebibyte) / gibibyte },
    });
    const { count, said } = await pushUntilRefused(registry, "v", 4 * mebibyte);
    expect(count).toBe(7);
    expect(said).toMatch(
      /403 .*"DENIED".*the registry has a quota of 32 MiB, of which [\d.]+ MiB are used/,
    );
    expect(await metric(registry, "wharf_registry_quota_bytes")).toBe(32 * mebibyte);
    const stored = () => metric(registry as CollectingRegistry, "wharf_registry_stored_bytes");
    const full = await stored();
    const used = () =>
      Number(
        execFileSync("du", ["--bytes", "--summarize", disk], { encoding: "utf8" }).split("\t")[0],
      );
    expect(full).toBeGreaterThan(28 * mebibyte);
    expect(full).toBeLessThanOrEqual(32 * mebibyte);
    expect((await registry.collect()).deletedBlobs).toBeGreaterThan(0);
    expect(await stored()).toBeLessThan(mebibyte);
    await registry.push("shop/api", [layer(4 * mebibyte)], "keep-1");
    const counted = await stored();
    // Another process counts again and finds the same, apart from the notes that are written beside.
    await registry.kill();
    await registry.begin();
    await until("the volume is counted", async () => (await stored()) > 0 || undefined);
    expect(Math.abs((await stored()) - counted)).toBeLessThan(0.1 * mebibyte);
    expect(used()).toBeGreaterThan(4 * mebibyte);
  });

  it("is what docker and crane say at once", async () => {
    const running: RunningRegistry = await startRegistry(await registryBinary(), {
      data: disk,
      storage: { kind: "volume", sizeGiB: 5, minFreeGiB: 1 },
    });
    const host = new URL(running.url).host;
    const image = `${host}/shop/api:v1`;
    const all = { all: true, reject: false } as const;
    try {
      writeFileSync(join(directory, "file"), layer(mebibyte));
      const archive = join(directory, "image.tar");
      execFileSync("tar", ["-C", directory, "-cf", archive, "file"]);
      await execa("docker", ["import", archive, image]);
      const message =
        "the registry's volume is nearly full: 256 MiB are free, and 1 GiB stay free; an administrator must delete images or enlarge the volume";
      const docker = await execa("docker", ["push", image], all);
      expect(docker.exitCode).toBe(1);
      expect(docker.all).toContain(`denied: ${message}`);
      expect(docker.all).not.toContain("Retrying");
      await execa("docker", ["save", "--output", archive, image]);
      const pushed = await execa(await crane(announce), ["push", archive, image], all);
      expect(pushed.exitCode).toBe(1);
      expect(pushed.all).toContain(`DENIED: ${message}`);
      expect((await ask(`${running.url}/v2/`)).status).toBe(200);
    } finally {
      await execa("docker", ["image", "rm", "--force", image], { reject: false });
      await running.stop();
    }
  });
});

/** Asks as a client that pushes a layer does at first. */
const begins = (at: CollectingRegistry) =>
  at.ask("/v2/shop/api/blobs/uploads/", { method: "POST" });

describe("a disk that somebody else fills to the last byte", () => {
  it("is freed by a collection, which nothing is left to be written for", async () => {
    registry = await CollectingRegistry.start(keepOnly, { data: disk });
    await registry.push("shop/api", [layer(mebibyte)], "keep-1");
    await registry.push("shop/api", [layer(mebibyte)], "v1");
    await until("space is held", () => existsSync(join(disk, "wharf/reserve")) || undefined);
    // The process that collects has to write down that it owns the store.
    await registry.kill();
    await execa("dd", ["if=/dev/zero", `of=${join(disk, "other")}`, "bs=1M"], { reject: false });
    expect(execFileSync("df", ["--output=avail", disk], { encoding: "utf8" })).toMatch(/\n\s*0\n/);
    await registry.begin();
    const refused = await begins(registry);
    expect(refused.status).toBe(403);
    expect(refused.body).toMatch(/"DENIED".*the registry's volume is nearly full/);
    await registry.pull("shop/api", "keep-1");
    const report = await registry.collect();
    expect(report.problem).toBeUndefined();
    expect(report.freedBytes).toBeGreaterThan(mebibyte);
    await registry.pull("shop/api", "keep-1");
    rmSync(join(disk, "other"));
    await registry.push("shop/api", [layer(mebibyte)], "keep-2");
  });
});

describe("a disk that is read-only", () => {
  it("serves pulls, says so to pushes, and takes them again once it is not", async () => {
    registry = await CollectingRegistry.start(keepOnly, { data: disk });
    await registry.push("shop/api", [layer(mebibyte)], "keep-1");
    execFileSync("mount", ["-o", "remount,ro", disk]);
    const refused = await begins(registry);
    expect(refused.status).toBe(503);
    expect(refused.headers["retry-after"]).toBe("10");
    expect(refused.body).toContain("the registry's volume is read-only at the moment");
    await registry.pull("shop/api", "keep-1");
    expect((await registry.collect()).problem).toMatch(/read-only file system/);
    execFileSync("mount", ["-o", "remount,rw", disk]);
    await registry.push("shop/api", [layer(mebibyte)], "keep-2");
    await registry.pull("shop/api", "keep-1");
  });
});

describe("a directory of images that another user owns", () => {
  it("is read from, and pushes are told whose it is not until it is the registry's again", async () => {
    // Root writes everywhere, so the program runs without that privilege.
    const program = join(directory, "registry");
    const without = "--bounding-set=-dac_override,-dac_read_search";
    const command = `exec /usr/bin/setpriv ${without} ${await registryBinary()} "$@"`;
    writeFileSync(program, `#!/bin/sh\n${command}\n`, { mode: 0o755 });
    const at = await startRegistry(program, { data: disk });
    try {
      const begin = () => ask(`${at.url}/v2/shop/api/blobs/uploads/`, { method: "POST" });
      expect((await begin()).status).toBe(202);
      execFileSync("chown", ["--recursive", "54321", disk]);
      const refused = await begin();
      expect(refused.status).toBe(503);
      expect(refused.headers["retry-after"]).toBe("10");
      expect(refused.body).toContain("the registry's user may not write in its volume");
      expect((await ask(`${at.url}/v2/_catalog`)).status).toBe(200);
      execFileSync("chown", ["--recursive", "0", disk]);
      expect((await begin()).status).toBe(202);
    } finally {
      await at.stop();
    }
  });
});

describe("a clock that jumps", () => {
  it.each([
    ["back", 3_600_000, /the clock says .*, and it was .* already; set it/],
    ["forward", -30 * 86_400_000, /was the last time that is known, more than 7 days before/],
  ])("%s ends a collection before it deletes anything", async (_, seen, problem) => {
    const running = await CollectingRegistry.start(keepOnly, { data: disk });
    registry = running;
    await running.push("shop/api", [layer(1000)], "v1");
    const note = join(disk, "wharf/collection/clock");
    await until("the time is noted", () => existsSync(note) || undefined);
    const before = readFileSync(note, "utf8");
    // A clock that jumps is one that does not fit what was noted.
    writeFileSync(note, JSON.stringify(new Date(Date.now() + seen)));
    expect((await running.collect({})).problem).toMatch(problem);
    await running.pull("shop/api", "v1");
    // Pushes and pulls go on. With the right time it collects again, and so it does where somebody says that it is right.
    await running.push("shop/api", [layer(1000)], "v2");
    writeFileSync(note, before);
    expect((await running.collect({ dryRun: true })).problem ?? "").not.toContain("the clock");
    writeFileSync(note, JSON.stringify(new Date(Date.now() + seen)));
    expect((await running.collect({ overLimit: true })).problem).toBeUndefined();
    await expect(running.pull("shop/api", "v1")).rejects.toThrow("404");
  });
});

describe("a Redis that is gone", () => {
  it("is missed by immutable tags only", async () => {
    const redis = await startRedis(directory);
    const policy: Policy = {
      version: 1,
      users: [user("ci", [{ repositories: ["**"], actions: ["pull", "push"] }])],
      immutableTags: [{ repositories: ["**"], except: ["latest"] }],
    };
    const at = await RolesRegistry.start(policy, undefined, {
      data: disk,
      distribution: { cache: { kind: "redis", addresses: [redis.address] } },
    });
    try {
      const { manifest } = await at.push("shop/api", "v1", "an image", "ci");
      await redis.stop();
      const put = (tag: string) => at.putManifest("shop/api", tag, manifest, "ci");
      const refused = await put("v2");
      expect(refused.status).toBe(503);
      expect(refused.headers["retry-after"]).toBe("10");
      expect(refused.body).toContain("the registry's Redis does not answer at the moment");
      expect((await put("latest")).status).toBe(201);
      const headers = { Accept: manifestType };
      const pulled = await at.ask("/v2/shop/api/manifests/v1", { as: "ci", headers });
      expect(pulled.body).toBe(manifest);
    } finally {
      await at.stop();
      await redis.stop();
    }
  });
});

describe("a bucket that is gone for a while", () => {
  it("is what every request says, and nothing that was acknowledged is lost", async () => {
    const address = `127.0.0.1:${await freePort()}`;
    const keys = { accessKey: "registry", secretKey: "not-a-secret" };
    const startStore = () => startS3Server(address, directory, "images", keys);
    let stopStore = await startStore();
    try {
      registry = await CollectingRegistry.start(keepOnly, {
        storage: {
          kind: "s3",
          bucket: "images",
          regionEndpoint: `http://${address}`,
          forcePathStyle: true,
          ...keys,
        },
        distribution: { redirect: false, metrics: { enabled: true } },
      });
      await registry.push("shop/api", ["a layer"], "keep-1");
      await stopStore();
      const pull = await registry.ask("/v2/shop/api/manifests/keep-1", {
        headers: { Accept: manifestType },
      });
      for (const answer of [pull, await begins(registry)]) {
        expect(answer.status).toBe(503);
        expect(answer.headers["retry-after"]).toBe("10");
        expect(answer.body).toContain("the registry's storage cannot be used at the moment");
      }
      stopStore = await startStore();
      await registry.pull("shop/api", "keep-1");
      await registry.push("shop/api", ["another layer"], "keep-2");
    } finally {
      await registry?.stop();
      registry = undefined;
      await stopStore();
    }
  });
});

describe("an issuer of tokens that is gone", () => {
  it("is what those with its tokens are told until it answers, and nobody misses it for a day after", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const issuer = await Issuer.start(jwkOf(publicKey, { kid: "one", alg: "ES256", use: "sig" }));
    await issuer.leave();
    const audience = "https://registry.test";
    const rules = [{ repositories: ["shop/*"], actions: ["pull" as const, "push" as const] }];
    const identity = { name: "ci", issuer: issuer.url, ca: issuer.ca, audience, rules };
    const at = await RolesRegistry.start(
      {
        version: 1,
        users: [user("ann", rules)],
        identities: [{ ...identity, claims: { repository: ["acme/shop"] } }],
      },
      undefined,
      { data: disk },
    );
    try {
      const ends = Math.floor(Date.now() / 1000) + 600;
      const claims = { iss: issuer.url, aud: audience, exp: ends, repository: "acme/shop" };
      const as = (changed: object = {}, kid = "one") =>
        `ci:${tokenOf({ alg: "ES256", kid }, { ...claims, ...changed }, privateKey)}`;
      const upload = (who: string) =>
        at.ask("/v2/shop/api/blobs/uploads/", { method: "POST", as: who });
      const failed = await upload(as());
      expect(failed.status).toBe(503);
      expect(failed.headers["retry-after"]).toBe("10");
      expect(failed.body).toContain(
        `the keys of the issuer ${issuer.url} cannot be fetched at the moment`,
      );
      await at.said(/connection refused.*the keys of an issuer could not be fetched/);
      expect((await upload("ann")).status).toBe(202);
      expect((await upload(as({ iss: "https://another.example.com" }))).status).toBe(401);

      await issuer.listen();
      await until("the issuer is asked again", async () => {
        const { status } = await upload(as());
        return status === 202 || undefined;
      });
      await issuer.leave();
      expect((await upload(as())).status).toBe(202);
      expect((await upload(as({ repository: "acme/other" }))).status).toBe(401);
    } finally {
      await at.stop();
      await issuer.stop();
    }
  });
});

describe("a token server that is gone", () => {
  it("lets in those who have a token, and sends all others to it", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const jwks = join(directory, "jwks.json");
    const key = { ...publicKey.export({ format: "jwk" }), kid: "one", use: "sig", alg: "ES256" };
    writeFileSync(jwks, JSON.stringify({ keys: [key] }));
    const realm = `http://127.0.0.1:${await freePort()}/token`;
    const at = await startRegistry(await registryBinary(), {
      data: disk,
      auth: {
        kind: "token",
        realm,
        ...{ service: "registry", issuer: "tokens", jwksPath: jwks, signingAlgorithms: ["ES256"] },
        ...{ autoRedirect: false, autoRedirectPath: "/auth/token" },
      },
    });
    try {
      const now = Math.floor(Date.now() / 1000);
      const access = [{ type: "repository", name: "shop/api", actions: ["pull", "push"] }];
      const claims = { iss: "tokens", aud: "registry", exp: now + 300, nbf: now - 5, iat: now };
      const token = tokenOf({ alg: "ES256", kid: "one" }, { ...claims, access }, privateKey);
      const headers = { Authorization: `Bearer ${token}` };
      const upload = `${at.url}/v2/shop/api/blobs/uploads/`;
      expect((await ask(upload, { method: "POST", headers })).status).toBe(202);
      const stranger = await ask(upload, { method: "POST" });
      expect(stranger.status).toBe(401);
      expect(stranger.headers["www-authenticate"]).toContain(`realm="${realm}"`);
    } finally {
      await at.stop();
    }
  });
});
