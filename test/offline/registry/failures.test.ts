import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { crane } from "../../../offline/images/crane";
import type { RegistryRules } from "../../../components/retention/registry-rules";
import { registryBinary } from "../../components/distribution/software";
import { announce } from "../../support/announce";
import { ask, type RunningRegistry, startRegistry, until } from "../../support/running-registry";
import { CollectingRegistry } from "./collecting-registry";

/** Keeps what a tag keep-… names; everything else is deleted at once. */
const rules: RegistryRules = {
  version: 1,
  graceSeconds: 0,
  mostPercent: 100,
  repositories: {},
  others: {
    dryRun: false,
    steps: [
      { do: "keep-tags", patterns: ["keep-*"] },
      { do: "delete-tagged" },
      { do: "delete-untagged", afterDays: 0 },
      { do: "keep-children" },
      { do: "collect-garbage" },
    ],
  },
};
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
    registry = await CollectingRegistry.start(rules, { data: disk });
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
    registry = await CollectingRegistry.start(rules, {
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
