import { execa } from "execa";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Announce } from "../../../offline/announce";
import { cached } from "../../../offline/cache";

/** The path of promtool, which checks and tests rules of Prometheus, out of Debian's package; no server is installed. Whichever version Debian had serves. */
export async function promtool(announce: Announce): Promise<string> {
  const name = "prometheus";
  const directory = await cached(
    join("lint", "promtool"),
    async (into) => {
      announce.start("promtool", "downloading Debian's package of Prometheus");
      await execa("apt-get", ["download", "--quiet", name], { cwd: into });
      for (const archive of await readdir(into)) {
        await execa("dpkg-deb", ["--extract", join(into, archive), into]);
      }
      announce.done("promtool", "downloaded");
    },
    announce,
  );
  return join(directory, "usr/bin/promtool");
}
