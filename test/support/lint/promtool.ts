import { execa } from "execa";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Announce } from "../../../offline/announce";
import { cached } from "../../../offline/cache";

/** The path of promtool, which checks and tests rules of Prometheus, out of Debian's package; no server is installed. */
export async function promtool(announce: Announce): Promise<string> {
  const name = "prometheus";
  const policy = await execa("apt-cache", ["policy", name]);
  const version = /Candidate: (?:\d+:)?(\S+)/.exec(policy.stdout)?.[1] ?? "unknown";
  const directory = await cached(
    join("lint", `promtool-${version}`),
    async (into) => {
      announce.start("promtool", "downloading Debian's package of Prometheus");
      await execa("apt-get", ["download", "--quiet", name], { cwd: into });
      for (const archive of await readdir(into)) {
        await execa("dpkg-deb", ["--extract", join(into, archive), into]);
      }
      announce.done("promtool", version);
    },
    announce,
  );
  return join(directory, "usr/bin/promtool");
}
