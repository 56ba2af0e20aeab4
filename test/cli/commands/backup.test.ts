import { execa } from "execa";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { goArchitecture, registryPrograms } from "../../../offline/images/registry-image";
import { announce } from "../../support/announce";
import { promtool } from "../../support/lint/promtool";
import { ask, startRegistry, type RunningRegistry } from "../../support/running-registry";
import { digestAt, layer, pushImage, pushIndex } from "../copy/images";
import { openGate } from "../copy/gate";
import { stores } from "../backup/object-stores";

const checkout = resolve(__dirname, "../../..");
const password = "correct horse battery";

// Registries without a stack: what is saved and restored are their images.
describe("wharf backup of a registry by its host", () => {
  let directory: string;
  let backups: string;
  let binary: string;
  let source: RunningRegistry;
  let host: string;

  beforeAll(async () => {
    const programs = await registryPrograms(goArchitecture(process.arch), announce);
    binary = join(programs, "registry");
    directory = mkdtempSync(join(tmpdir(), "wharf-backup-"));
    backups = join(directory, "backups");
    source = await startRegistry(binary, {});
    host = new URL(source.url).host;
  });
  afterAll(async () => {
    await source?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const wharfWith = async (env: Record<string, string>, ...args: string[]) => {
    const run = await execa("node", ["cli/wharf.js", ...args, "--registry", host], {
      cwd: checkout,
      env: { DOCKER_CONFIG: directory, WHARF_BACKUP_PASSWORD: password, ...env },
      all: true,
      reject: false,
    });
    return { exitCode: run.exitCode, all: run.all, stdout: run.stdout };
  };
  const wharf = (...args: string[]) => wharfWith({}, ...args);
  const done = async (...args: string[]) => {
    const run = await wharf(...args, "--json");
    expect(run.exitCode, run.all).toBe(0);
    return JSON.parse(run.stdout);
  };

  it("keeps indexes, signatures and referrers by their digests, restores them elsewhere, and stores what is new", async () => {
    const base = layer(4_000_000);
    const images = [];
    for (let i = 0; i < 10; i++) {
      images.push(
        await pushImage(source.url, `shop/app${i % 2}`, [base, layer(400_000)], { tag: `v${i}` }),
      );
    }
    const platform = await pushImage(source.url, "shop/api", [base]);
    const index = await pushIndex(source.url, "shop/api", [platform], "1.0.0");
    const kinds = { subject: index, artifactType: "application/vnd.example.signature" };
    const referrer = await pushImage(source.url, "shop/api", [layer(100)], kinds);
    const first = await done("backup", "--to", backups);
    expect(first.backup).toMatchObject({ images: 11, repositories: 3 });

    // A change of one in a hundred.
    const changed = await pushImage(source.url, "shop/app0", [base, layer(80_000)], { tag: "v0" });
    const second = await done("backup", "--to", backups);
    expect(second.backup.newBytes).toBeLessThan(first.backup.newBytes / 10);

    const target = await startRegistry(binary, {});
    try {
      const to = new URL(target.url).host;
      // Eleven, the referrer, and the registry's own list of what refers to the index.
      const restored = await done("restore", "--from", backups, "--to", to);
      expect(restored.sent).toMatchObject({ images: 13, same: 0 });
      for (const [repository, reference, { digest }] of [
        ["shop/api", "1.0.0", index],
        ["shop/api", platform.digest, platform],
        ["shop/api", referrer.digest, referrer],
        ["shop/app0", "v0", changed],
        ["shop/app1", "v9", images[9]!],
      ] as const) {
        expect(await digestAt(target.url, repository, reference), reference).toBe(digest);
      }
      expect((await done("restore", "--from", backups, "--to", to)).sent).toEqual({
        ...{ images: 0, same: 13, moved: 0, blobs: 0, bytes: 0 },
      });

      // The earlier one, over what the registry has now.
      const earlier = ["--from", backups, "--snapshot", first.backup.id, "--to", to];
      const refused = await wharf("restore", ...earlier);
      expect(refused.exitCode).toBe(2);
      expect(refused.all).toContain(
        `shop/app0:v0   has ${changed.digest}, the backup ${images[0]!.digest}`,
      );
      expect(refused.all).toContain("--replace moves such tags to the images of the backup");
      expect(await digestAt(target.url, "shop/app0", "v0")).toBe(changed.digest);
      const replaced = await done("restore", ...earlier, "--replace");
      expect(replaced.sent).toMatchObject({ images: 1, same: 12, moved: 1 });
      expect(await digestAt(target.url, "shop/app0", "v0")).toBe(images[0]!.digest);
    } finally {
      await target.stop();
    }
  });

  it("tells Prometheus of a backup that is whole, by a file or a Pushgateway", async () => {
    await pushImage(source.url, "told", [layer(1000)], { tag: "1" });
    const file = join(directory, "wharf.prom");
    const { backup } = await done("backup", "--to", backups, "--metrics", file);
    const text = readFileSync(file, "utf8");
    const at = Math.floor(Date.parse(backup.time) / 1000);
    expect(text).toContain(`wharf_backup_last_success_timestamp_seconds{stack="${host}"} ${at}\n`);
    await execa(await promtool(announce), ["check", "metrics"], { input: text });

    const pushed: { path?: string; body: string }[] = [];
    let refusals = 1;
    const gateway = createServer((request, response) => {
      void buffer(request).then((body) => {
        response.statusCode = refusals-- > 0 ? 503 : 200;
        if (response.statusCode === 200) pushed.push({ path: request.url, body: String(body) });
        response.end();
      });
    });
    await once(gateway.listen(0, "127.0.0.1"), "listening");
    try {
      const url = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}/`;
      await done("backup", "--to", backups, "--metrics", url);
      const path = `/metrics/job/wharf-backup/stack/${encodeURIComponent(host)}`;
      expect(pushed).toEqual([
        { path, body: expect.stringContaining("wharf_backup_last_success_timestamp_seconds{") },
      ]);
      refusals = 100;
      const told = await wharf("backup", "--to", backups, "--metrics", url);
      expect(told.exitCode).toBe(1);
      expect(told.all).toContain("The backup was made, but its metrics were not written to");
    } finally {
      gateway.close();
    }
    const wrong = await wharf("backup", "--to", backups, "--metrics", "wharf.txt");
    expect(wrong.exitCode).toBe(2);
    expect(wrong.all).toContain(
      '"wharf.txt" is neither a path that ends in .prom nor the URL of a Pushgateway',
    );
  });

  it("leaves out a tag that is deleted while it is read, and names what the registry has lost", async () => {
    const other = await startRegistry(binary, {});
    const gate = await openGate(other.url);
    try {
      const gone = await pushImage(other.url, "app", [layer(1000)], { tag: "gone" });
      const lost = layer(1000);
      await pushImage(other.url, "app", [lost], { tag: "lost" });
      await pushImage(other.url, "app", [layer(1000)], { tag: "whole" });
      const lists = { headers: { Accept: "application/vnd.oci.image.manifest.v1+json" } };
      const layerOf = async (tag: string) => {
        const { body } = await ask(`${other.url}/v2/app/manifests/${tag}`, lists);
        return (JSON.parse(body) as { layers: { digest: string }[] }).layers[0]!.digest;
      };
      const [missing, deleted] = [await layerOf("lost"), await layerOf("gone")];
      await ask(`${other.url}/v2/app/blobs/${missing}`, { method: "DELETE" });
      // At the first byte that is read of the image both it and its layer are deleted.
      let deleting: Promise<unknown> | undefined;
      gate.instead = ({ method, url }, response) => {
        if (method !== "GET" || url?.includes(deleted) !== true) return false;
        deleting ??= ask(`${other.url}/v2/app/manifests/${gone.digest}`, { method: "DELETE" });
        void deleting.then(() => response.writeHead(404).end());
        return true;
      };
      host = gate.host;
      const run = await wharf("backup", "--to", join(directory, "broken"));
      expect(run.exitCode, run.all).toBe(1);
      expect(run.all).toContain("Deleted while the backup ran, and not in it: app:gone");
      expect(run.all).toMatch(/1 image is not whole in the registry.*\n {2}app:lost {2}blob /);
      expect(run.all).toContain(missing);
      const [saved] = await done("backup", "list", "--from", join(directory, "broken"));
      expect(saved).toMatchObject({ images: 1, repositories: 1 });
      await done("drill", "--from", join(directory, "broken"));
    } finally {
      host = new URL(source.url).host;
      await gate.close();
      await other.stop();
    }
  });

  it.each(Object.entries(stores))("goes to %s as well", async (_, start) => {
    const store = await start(mkdtempSync(join(directory, "store-")));
    try {
      const { env, place } = store;
      const made = await wharfWith(env, "backup", "--to", place);
      expect(made.exitCode, made.all).toBe(0);
      expect(await store.objects()).toContain("registry/kopia.repository");
      const drill = await wharfWith(env, "drill", "--from", place, "--max-age", "1");
      expect(drill.exitCode, drill.all).toBe(0);
      const denied = await wharfWith({ ...env, ...store.denied }, "drill", "--from", place);
      expect(denied.exitCode, denied.all).toBe(1);
      expect(denied.all).toContain(`${place} cannot be used: `);
    } finally {
      await store.stop();
    }
  });

  it("refuses a wrong password, a foreign place and an unknown backup, each by its way out", async () => {
    const wrong = await wharfWith(
      { WHARF_BACKUP_PASSWORD: "another password" },
      "drill",
      "--from",
      backups,
    );
    expect(wrong.exitCode).toBe(2);
    expect(wrong.all).toContain(`--from   ${backups} was made with another password`);
    const foreign = join(directory, "foreign");
    mkdirSync(foreign);
    writeFileSync(join(foreign, "notes.txt"), "");
    for (const [args, message] of [
      [
        ["backup", "--to", foreign],
        `--to   ${foreign}: it holds something else than backups; name an empty directory or prefix, or a new one`,
      ],
      [["drill", "--from", foreign], `--from   ${foreign}: it holds no backup`],
      [["backup", "list", "--from", join(directory, "none")], "there is no such directory"],
      [
        ["restore", "--from", backups, "--to", "127.0.0.1:1", "--snapshot", "0000"],
        `--snapshot   no backup of stack ${host} has an id that begins with 0000`,
      ],
      [["restore", "--from", backups], "--to   is missing: the registry that gets the images"],
      [["drill", "--from", backups, "--snapshot", "newest"], "An id has 4 to 32 digits"],
      [["backup", "--to", backups, "--keep-daily", "-1"], "A whole number from 0 to 9999."],
      [["drill", "--from", backups, "--max-age", "soon"], "Hours are a number above 0."],
    ] as const) {
      const run = await wharf(...args);
      expect(run.all).toContain(message);
      expect(run.exitCode, run.all).toBe(2);
    }
    expect(readdirSync(foreign)).toEqual(["notes.txt"]);
  });
});
