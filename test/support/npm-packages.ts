import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Announce } from "../../offline/announce";
import { cached } from "../../offline/cache";
import { run } from "../../offline/commands";

/** How long an installation may take, in milliseconds. */
const installTimeoutMs = 600_000;

/** Packages from npm for one test or one part of the benchmark, which the project itself does not depend on. */
export interface NpmPackages {
  /** What they are, for people who wait. */
  what: string;
  /** The version of each package by its name. */
  packages: Record<string, string>;
}

/**
 * Installs packages into the cache, where they are not there yet. No script of a package runs.
 *
 * @returns their node_modules
 */
export async function npmPackages(
  { what, packages }: NpmPackages,
  announce: Announce,
): Promise<string> {
  const named = Object.entries(packages).map(([name, version]) => `${name}@${version}`);
  const directory = await cached(
    join("npm", named.join("-").replaceAll("/", "-")),
    async (into) => {
      announce.start(what, "installing it from npm, usually half a minute");
      await writeFile(join(into, "package.json"), JSON.stringify({ private: true }));
      const options = { cwd: into, timeoutMs: installTimeoutMs };
      const quiet = ["--no-audit", "--no-fund", "--ignore-scripts"];
      await run("npm", ["install", ...quiet, ...named], options);
      announce.done(what, "installed");
    },
    announce,
  );
  return join(directory, "node_modules");
}
