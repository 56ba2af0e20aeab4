import { join } from "node:path";
import type { Announce } from "../../../offline/announce";
import { cached } from "../../../offline/cache";
import { unpackDebianPackages } from "../../../offline/debian-packages";

/** The path of promtool, which checks and tests rules of Prometheus, out of Debian's package; no server is installed. Whichever version Debian had serves. */
export async function promtool(announce: Announce): Promise<string> {
  const directory = await cached(
    join("lint", "promtool"),
    async (into) => {
      announce.start("promtool", "downloading Debian's package of Prometheus");
      await unpackDebianPackages(["prometheus"], into);
      announce.done("promtool", "downloaded");
    },
    announce,
  );
  return join(directory, "usr/bin/promtool");
}
