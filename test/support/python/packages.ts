import { execa } from "execa";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Announce } from "../../../offline/announce";
import { cached } from "../../../offline/cache";

/** Packages from PyPI for a test. */
export interface PythonPackages {
  /** Names them in the cache. */
  name: string;
  /** A requirements.txt that names every package, each at one version. */
  requirements: string;
  /** What they are, for people who wait. */
  what: string;
}

/**
 * The directory of Python packages, which the cache keeps by what requirements.txt says and by the interpreter. A virtual environment
 * would not work where the cache moves it to.
 */
export async function pythonPackages(
  { name, requirements, what }: PythonPackages,
  announce: Announce,
): Promise<string> {
  const hash = createHash("sha256")
    .update(await readFile(requirements))
    .digest("hex");
  const { stdout: python } = await execa("python3", [
    "-c",
    "import sys, sysconfig; print(sys.implementation.cache_tag, sysconfig.get_platform(), sep='-')",
  ]);
  return cached(
    path.join("test", `${name}-${hash.slice(0, 12)}-${python}`),
    async (into) => {
      announce.start(name, `${what} from PyPI, usually a minute`);
      const install = ["--no-deps", "--quiet", "--disable-pip-version-check"];
      await execa("python3", [
        ...["-m", "pip", "install", ...install],
        ...["--target", into, "--requirement", requirements],
      ]);
      announce.done(name, what);
    },
    announce,
  );
}

/** Pulumi's SDK for programs in Python. */
export function pulumiForPython(announce: Announce): Promise<string> {
  const requirements = path.join(__dirname, "requirements.txt");
  return pythonPackages(
    { name: "pulumi-python", requirements, what: "Pulumi's SDK for Python" },
    announce,
  );
}
