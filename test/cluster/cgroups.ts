import { mkdir, readdir, readFile, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { until } from "./waiting";

/** Makes a control group of this name in every hierarchy that the machine has mounted, version 1 or 2. */
export async function createCgroup(name: string): Promise<void> {
  for (const hierarchy of await hierarchies())
    await mkdir(join(hierarchy, name), { recursive: true });
}

/** Removes it with all groups below it, as soon as the last of their processes has ended. */
export async function removeCgroup(name: string): Promise<void> {
  for (const hierarchy of await hierarchies()) {
    const directory = join(hierarchy, name);
    await until({ what: `the control group ${directory} to be empty` }, async () => {
      await removeTree(directory);
      return true;
    });
  }
}

/** Where the hierarchies of control groups are mounted; two controllers of version 1 may share one. */
async function hierarchies(): Promise<string[]> {
  const mounts = (await readFile("/proc/self/mounts", "utf8")).split("\n");
  return mounts
    .map((line) => line.split(" "))
    .filter(([, , type = ""]) => /^cgroup2?$/.test(type))
    .map(([, path = ""]) => path);
}

/** Removes a directory of directories; the files in it are the kernel's. */
async function removeTree(directory: string): Promise<void> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(unlessGone);
  for (const entry of entries ?? []) {
    if (entry.isDirectory()) await removeTree(join(directory, entry.name));
  }
  await rmdir(directory).catch(unlessGone);
}

function unlessGone(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}
