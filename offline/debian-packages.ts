import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { run, type RunOptions } from "./commands";
import { outageRetries } from "./network";

/** What apt-get is told each time. It waits a second before it asks again, and twice as long before each next time, as Wharf does. */
const always = ["--quiet", "--option", `Acquire::Retries=${outageRetries}`];

/** Installs packages of Debian or Ubuntu, by the lists of their sources as they are now. Rejects with apt's last lines where it fails. */
export async function installDebianPackages(
  names: string[],
  options: Pick<RunOptions, "onLine"> = {},
): Promise<void> {
  const unattended = { ...options, env: { DEBIAN_FRONTEND: "noninteractive" } };
  // A foreign source that fails must not keep Debian's own from being read: the installation decides.
  await run("apt-get", [...always, "update"], unattended).catch(() => undefined);
  await run("apt-get", [...always, "--yes", "install", ...names], unattended);
}

/** Downloads packages, without what they depend on, and puts their files below a directory. Nothing is installed. */
export async function unpackDebianPackages(names: string[], into: string): Promise<void> {
  const archives = join(into, "archives");
  await mkdir(archives);
  await run("apt-get", [...always, "download", ...names], { cwd: archives });
  for (const archive of await readdir(archives)) {
    await run("dpkg-deb", ["--extract", join(archives, archive), into]);
  }
  await rm(archives, { recursive: true });
}
