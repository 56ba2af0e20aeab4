import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { goArchitecture, registryPrograms } from "../../offline/images/registry-image";
import { backupProgram } from "../../offline/programs";
import { startRegistry } from "../../test/support/running-registry";
import { collection, fill } from "../copy/source";
import { measure } from "../process-tree";
import { turnTeller, type Section } from "../section";

const checkout = resolve(__dirname, "../..");

/** The change between two backups is one image of a hundred. */
const changed = 100;

/**
 * Saves 1 GB in 200 images (50 MB in 20 with `--short`) of a registry on loopback, without TLS and users, into an empty directory by
 * `wharf backup`, beside `tar` of the registry's directory, which neither encrypts nor can be run while images are deleted. Then a
 * hundredth of it is pushed besides, and saved by a second backup, beside the first one.
 */
export const measureBackups: Section = async (surroundings) => {
  const { announce, directory, extent } = surroundings;
  const program = join(await registryPrograms(goArchitecture(process.arch), announce), "registry");
  await backupProgram(announce);
  const megabytes = extent.megabytes * 5;
  const images = collection(megabytes);
  const data = join(directory, "data");
  const throughput = { wharf: [] as number[], other: [] as number[] };
  const second = { wharf: [] as number[], other: [] as number[] };
  const stored = { wharf: [] as number[], other: [] as number[] };
  const onTurn = turnTeller(surroundings);
  for (let round = 1 - extent.warmUps; round <= extent.rounds; round++) {
    await mkdir(data);
    const source = await startRegistry(program, { data });
    try {
      announce.start("backup", `making images of ${megabytes} MB`);
      await fill(source.url, images);
      const { host } = new URL(source.url);
      const backups = join(directory, "backups");
      const backup = () =>
        measure(
          "node",
          [join(checkout, "cli/wharf.js"), "backup", "--registry", host, "--to", backups],
          { directory, environment: { WHARF_BACKUP_PASSWORD: "password of a benchmark" } },
        );
      onTurn(round, "backup");
      const first = await backup();
      const all = await kibibytesIn(backups);
      onTurn(round, "tar");
      const archive = join(directory, "images.tar");
      const tar = await measure("tar", ["--create", "--file", archive, data], { directory });
      await fill(source.url, collection(megabytes / changed));
      onTurn(round, "backup of a change");
      const again = await backup();
      const more = (await kibibytesIn(backups)) - all;
      await rm(archive);
      await rm(backups, { recursive: true });
      if (round < 1) continue;
      throughput.wharf.push(megabytes / first.seconds);
      throughput.other.push(megabytes / tar.seconds);
      second.wharf.push(again.seconds);
      second.other.push(first.seconds);
      stored.wharf.push(more);
      stored.other.push(all);
    } finally {
      await source.stop();
      await rm(data, { recursive: true, force: true });
    }
  }
  const what = `backup: ${megabytes} MB`;
  return {
    rows: [
      { what, against: "tar of the volume", unit: "MB/s", figures: throughput },
      {
        what: `${what}, 1 % changed`,
        against: "wharf backup of all",
        unit: "s",
        figures: second,
      },
      {
        what: `${what}, 1 % changed, stored`,
        against: "wharf backup of all",
        unit: "KiB",
        figures: stored,
        aim: { below: 0.1 },
      },
    ],
    plugins: [],
  };
};

async function kibibytesIn(directory: string): Promise<number> {
  const files = await readdir(directory, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(
    files.filter((file) => file.isFile()).map((file) => stat(join(file.parentPath, file.name))),
  );
  return sizes.reduce((sum, { size }) => sum + size, 0) / 1024;
}
