import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StackStatus } from "../../cli/status/finding";
import { freePort } from "../support/free-port";
import { Checkout } from "./checkout";
import { DockerEngine } from "./docker-engine";
import { startS3StoreBeside } from "./s3-store";
import {
  expectWhole,
  pushDuring,
  pushRandomImage,
  type PushedImage,
  type RegistryAccess,
} from "./random-image";

// All that a stack is, lost and brought back.
describe("a backup of a stack on Docker", () => {
  let engine: DockerEngine;
  let checkout: Checkout;
  let registry: RegistryAccess;
  let backups: string;
  const stack = "saved";
  let description: Record<string, unknown>;
  const variables: Record<string, string> = {};
  /** Images that were there before the backup began, and those that were pushed while it ran. */
  let before: PushedImage[];
  let large: PushedImage;
  let during: PushedImage[];
  let saved: Awaited<ReturnType<Checkout["outputs"]>>;

  const done = async (...args: string[]) => {
    const run = await checkout.wharf(...args, "--stack", stack);
    expect(run.exitCode, run.said).toBe(0);
    return run;
  };

  beforeAll(async () => {
    engine = await DockerEngine.start();
    checkout = await Checkout.create(engine, variables);
    backups = join(checkout.home, "backups");
    description = {
      auth: { mode: "roles" },
      endpoint: { port: await freePort() },
      users: [
        { name: "admin", role: "admin" },
        { name: "ci", role: "push" },
      ],
    };
    await checkout.describe(stack, description);
    await done("up", "--yes");
    saved = await checkout.outputs(stack);
    const { caCertificate: ca, credentials, endpoint } = saved;
    registry = { url: endpoint, ca, auth: `admin:${credentials.admin}` };
  });
  afterAll(async () => {
    await engine?.remove();
    await checkout?.remove();
  });

  it("is made while images are pushed, each of them whole, and its password is told once", async () => {
    large = await pushRandomImage(registry, "shop/api", "large", 8 * 2 ** 20);
    before = [large];
    for (const tag of ["1.0", "1.1"]) {
      before.push(await pushRandomImage(registry, "shop/api", tag));
    }
    during = await pushDuring(registry, "shop/web", async () => {
      const { said } = await done("backup", "--to", backups);
      expect(said).toContain("Whoever loses it loses the backup.");
    });
    const again = await done("backup", "--to", backups);
    expect(again.said).not.toContain("Whoever loses it");
    // Nothing changed: what is stored is what the backup itself consists of.
    await done("backup", "--to", backups);
    const { stdout } = await done("backup", "list", "--from", backups, "--json");
    const [newest, second, first] = JSON.parse(stdout) as {
      images: number;
      newBytes: number;
      bytes: number;
    }[];
    expect(first?.images).toBeGreaterThanOrEqual(before.length);
    expect(second?.images).toBe(before.length + during.length);
    expect(newest!.newBytes).toBeLessThan(newest!.bytes / 10);

    await checkout.describe(stack, { ...description, backup: { to: backups } });
    const ofBackups = async () => {
      const looked = await checkout.wharf("status", "--json", "--stack", stack);
      const [{ findings }] = JSON.parse(looked.stdout) as [StackStatus];
      const found = findings.find(({ about }) => about === "Backup");
      return `${looked.exitCode} ${found?.verdict} ${found?.text}`;
    };
    const images = before.length + during.length;
    expect(await ofBackups()).toMatch(
      new RegExp(`^0 good the newest was made .* ago, ${images} images$`),
    );
    variables.WHARF_BACKUP_PASSWORD = "of another backup";
    expect(await ofBackups()).toBe(`1 bad ${backups} was made with another password`);
    delete variables.WHARF_BACKUP_PASSWORD;
    await checkout.describe(stack, description);
  });

  it("brings users, certificates and every image back where all was destroyed, state and passphrase too", async () => {
    const password = await readFile(checkout.file(`.wharf/backup-passwords/${stack}`), "utf8");
    await done("down", "--yes");
    expect((await engine.contents()).filter((line) => line.startsWith("volume"))).toEqual([]);
    await rm(checkout.file(".wharf"), { recursive: true });
    await rm(checkout.file(`Pulumi.${stack}.yaml`));

    const closed = await checkout.wharf("restore", "--from", backups, "--stack", stack);
    expect(closed.exitCode).toBe(2);
    expect(closed.said).toContain("WHARF_BACKUP_PASSWORD_FILE   is not set");
    await writeFile(join(checkout.home, "password"), `${password}\n`, { mode: 0o600 });
    variables.WHARF_BACKUP_PASSWORD_FILE = join(checkout.home, "password");

    const state = await done("restore", "--from", backups);
    expect(state.said).toContain(`npx wharf up --stack ${stack}`);
    await done("up", "--yes");
    const now = await checkout.outputs(stack);
    expect(now).toEqual(saved);
    const images = await done("restore", "--from", backups);
    expect(images.said).toContain(`${before.length + during.length} images restored`);
    for (const user of ["admin", "ci"]) {
      const auth = `${user}:${saved.credentials[user]}`;
      for (const image of [...before, ...during]) await expectWhole({ ...registry, auth }, image);
    }
  });

  it("brings the images along where their storage changes from a volume to a bucket, which is refused before", async () => {
    const store = await startS3StoreBeside(engine);
    try {
      // Nothing is pushed between the backup and the new storage; the volume outlives the change.
      const still = { ...description, deletion: "retain", distribution: { readOnly: true } };
      await checkout.describe(stack, still);
      await done("up", "--yes");
      const volume = `volume wharf-${stack}-data`;
      const distribution = { redirect: false };
      await checkout.describe(stack, { ...still, distribution, storage: store.storage });
      for (const key of ["accessKey", "secretKey"] as const) {
        const path = ["--secret", "--path", `wharf:storage.${key}`];
        const set = await checkout.pulumi(stack, "config", "set", ...path, store[key]);
        expect(set.exitCode, set.said).toBe(0);
      }
      const refused = await checkout.wharf("up", "--yes", "--stack", stack);
      expect(refused.exitCode, refused.said).toBe(2);
      expect(refused.said).toContain(
        `would look for them in s3 bucket images/ at ${String(store.storage.regionEndpoint)}`,
      );
      expect(refused.said).toContain(`npx wharf backup --to PLACE --stack ${stack}`);
      await done("backup", "--to", backups);
      const up = await done("up", "--yes", "--replace-images", "wharf:storage");
      expect(up.said).toContain("registry-data stays on its platform with its images");
      const images = await done("restore", "--from", backups);
      expect(images.said).toContain(`${before.length + during.length} images restored`);
      for (const image of [...before, ...during]) await expectWhole(registry, image);
      await expectWhole(registry, await pushRandomImage(registry, "shop/api", "in-the-bucket"));
      expect(await engine.contents()).toContain(volume);
    } finally {
      await store.stop();
    }
  });

  it("is found damaged by a drill, which names repository, tag and blob of a flipped byte", async () => {
    const { said } = await done("drill", "--from", backups, "--max-age", "24");
    expect(said).toContain(
      `${before.length + during.length} of ${before.length + during.length} images`,
    );

    // Most of the largest file is the layer of 8 MiB, so its middle is a part of that.
    const [largest] = (await filesOf(backups)).sort((one, other) => other.size - one.size);
    const bytes = await readFile(largest!.path);
    const middle = Math.floor(bytes.length / 2);
    bytes[middle] = bytes[middle]! ^ 1;
    await writeFile(largest!.path, bytes);
    const run = await checkout.wharf("drill", "--from", backups, "--stack", stack);
    expect(run.exitCode, run.said).toBe(1);
    expect(run.said).toContain(`  shop/api:large  blob ${large.blobs[0]}  invalid checksum at `);
    expect(run.said.match(/ blob sha256:/g)).toHaveLength(1);
  });
});

async function filesOf(directory: string): Promise<{ path: string; size: number }[]> {
  const files = await readdir(directory, { recursive: true, withFileTypes: true });
  return Promise.all(
    files
      .filter((file) => file.isFile())
      .map(async (file) => {
        const path = join(file.parentPath, file.name);
        return { path, size: (await stat(path)).size };
      }),
  );
}
