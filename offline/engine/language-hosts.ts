import { createHash } from "node:crypto";
import { copyFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { type Announce, duration } from "../announce";
import { cached, findCached, hashFiles } from "../cache";
import { buildWithGo, directoryOf, moduleDirectory } from "../go";
import type { Installation } from "./installation";

/** The module below `offline/go`, and the program that is built of it. */
const program = "language-hosts";

/** What the program does for each language; the engine starts it under the name of the language's host. */
const languages = ["yaml", "python", "go", "nodejs"];

/** Pulumi's own script that runs a program in Python, in the SDK's module. */
const sdk = "github.com/pulumi/pulumi/sdk/v3";
const pythonScript = "pulumi-language-python-exec";

/**
 * Builds from Go modules what an engine that was built from them lacks: the host that runs YAML programs, one for Python that also
 * generates SDKs, the generator of SDKs for Go, and a host that starts component packages written for Node.js and leaves programs to
 * the engine's own. No stack of Wharf's needs them; programs in other languages that use its component package do.
 *
 * @returns the directory that comes before all others on the PATH; undefined for an official engine, which has its hosts
 * @throws {OfflineError} where there is no Go, an old one, or the modules are not available
 */
export async function languageHosts(
  { origin }: Installation,
  announce: Announce,
): Promise<string | undefined> {
  if (origin !== "built") return undefined;
  const key = join("plugins", `${program}-${await contentHash()}`);
  const found = await findCached(key);
  if (found !== undefined) return found;
  announce.start(
    "languages",
    "building the hosts of YAML and Python from Go modules: usually 1 to 3 minutes, once",
  );
  const began = Date.now();
  const directory = await cached(
    key,
    async (into) => {
      await buildWithGo({ module: program, packages: ["."], into }, announce);
      for (const language of languages)
        await symlink(program, join(into, `pulumi-language-${language}`));
      const sources = await moduleDirectory(program, sdk);
      await copyFile(join(sources, "python/cmd", pythonScript), join(into, pythonScript));
    },
    announce,
  );
  announce.done(
    "languages",
    `YAML and Python (${duration(Date.now() - began)}, cached for next time)`,
  );
  return directory;
}

/** Names what the program is built from: its sources, of which go.sum pins all the others. */
async function contentHash(): Promise<string> {
  const hash = createHash("sha256").update(process.platform).update(process.arch);
  await hashFiles(hash, directoryOf(program));
  return hash.digest("hex").slice(0, 16);
}
