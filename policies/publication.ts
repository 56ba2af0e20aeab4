import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

// The package has no home of its own on the web. Whoever publishes it does so from a clone of their own and under a name of their
// own, so the addresses in its package.json are those of the clone that packs it.

/** What a package.json says of where the package comes from. */
const stamped = ["homepage", "repository", "bugs"];

/** The address for a browser of what Git calls a remote; undefined for one that has none, for example a directory. */
export function webAddress(remote: string): string | undefined {
  const [, host, repository] =
    /^(?:(?:https?|ssh|git):\/\/(?:[^@/]*@)?([^/:]+)(?::\d+)?\/|[^@/:]+@([^/:]+):)(.+?)(?:\.git)?\/?$/
      .exec(remote)
      ?.filter((part) => part !== undefined) ?? [];
  return host === undefined ? undefined : `https://${host}/${repository}`;
}

/** The address of the remote `origin` of the clone that this directory is `policies` of; undefined where there is none. */
export function origin(): string | undefined {
  try {
    // Where the package is installed, the clone around it is another's. In a bundle this is the directory of its entry.
    if (!/^(policies|cli)\/$/.test(git("rev-parse", "--show-prefix"))) return undefined;
    return webAddress(git("remote", "get-url", "origin"));
  } catch {
    return undefined;
  }
}

function git(...args: string[]): string {
  return execFileSync("git", ["-C", __dirname, ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  }).trim();
}

/**
 * What package.json says of a package that comes from an address; without addresses where that is unknown.
 *
 * @param directory the package's directory in the repository
 */
export function withAddresses(
  manifest: object,
  address: string | undefined,
  directory = "policies",
): object {
  const rest = Object.fromEntries(
    Object.entries(manifest).filter(([key]) => !stamped.includes(key)),
  );
  if (address === undefined) return rest;
  return {
    ...rest,
    homepage: `${address}/tree/HEAD/${directory}#readme`,
    repository: { type: "git", url: `git+${address}.git`, directory },
    bugs: `${address}/issues`,
  };
}

// npm reads package.json after `prepack`; `postpack` makes it what it was. By the file's name, since a bundle that holds this is
// a main module as well.
if (path.basename(process.argv[1] ?? "") === "publication.ts") {
  // npm runs the scripts of a package in its directory: here, or in `components`.
  const directory = process.cwd();
  const file = path.join(directory, "package.json");
  const manifest = JSON.parse(readFileSync(file, "utf8")) as object;
  const address = process.argv[2] === "stamp" ? origin() : undefined;
  writeFileSync(
    file,
    `${JSON.stringify(withAddresses(manifest, address, path.basename(directory)), null, 2)}\n`,
  );
}
