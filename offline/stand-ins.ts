import { createHash } from "node:crypto";
import { join } from "node:path";
import { quoted } from "../components/core/shell";
import { cached, hashFiles } from "./cache";

// Where this module is part of a bundle, `__dirname` is the folder of the entry, beside this one.
const sources = join(__dirname, "../offline/providers");
const thisFile = join(__dirname, "../offline/stand-ins.ts");
const lockFile = join(__dirname, "../package-lock.json");
/** What the bundle is started by. */
const loader = ["kept.js", "script.js"].map((name) => join(__dirname, "../bundle", name));

/** The shell script that the engine starts as the plugin `name`: Wharf's stand-in in this bundle, run by Node.js. */
export function standInLauncher(bundle: string, name: string): string {
  return `#!/bin/sh\nexec node ${quoted(bundle)} ${name} "$@"\n`;
}

/**
 * Bundles the stand-in providers into one file, which starts faster than their many modules do, and keeps it in the cache
 * under a hash of their sources, of the versions of the packages they use, and of this file. Returns the path of what starts it.
 */
export async function bundleProviders(): Promise<string> {
  const directory = await cached(join("stand-ins", await contentHash()), async (into) => {
    const { build } = await import("esbuild");
    await build({
      entryPoints: [
        { in: join(sources, "main.ts"), out: "provider" },
        { in: join(sources, "start.js"), out: "start" },
      ],
      outdir: into,
      bundle: true,
      platform: "node",
      format: "cjs",
      target: "node20",
      // Parsing the bundle is a good part of a plugin's start.
      minify: true,
      // Optional accelerators in native code, whose absence the packages that ask for them take.
      external: ["*.node", "cpu-features"],
      logLevel: "silent",
    });
  });
  return join(directory, "start.js");
}

async function contentHash(): Promise<string> {
  const hash = createHash("sha256");
  await hashFiles(hash, sources, [thisFile, lockFile, ...loader]);
  return hash.digest("hex").slice(0, 16);
}
