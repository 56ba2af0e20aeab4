import { execFileSync } from "node:child_process";
import path from "node:path";
import { checkout, stackFilePath } from "../checkout";
import { refusal } from "../failure";

const git = (...args: string[]) => gitIn(checkout, ...args);

function gitIn(directory: string, ...args: string[]): string {
  return execFileSync("git", ["-C", directory, ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Path of a stack's file from the root of the Git repository, with / between its parts; outside of one, its name. */
export function repositoryPath(stack: string): string {
  return pathInRepository(stackFilePath(stack));
}

/** Path of a file from the root of the Git repository that holds it, with / between its parts; outside of one, its name. */
export function pathInRepository(file: string): string {
  const name = path.basename(file);
  try {
    return `${gitIn(path.dirname(file), "rev-parse", "--show-prefix").trim()}${name}`;
  } catch {
    return name;
  }
}

/**
 * What a file of the checkout's root held at a commit; undefined where it was not there.
 * @param ref branch, tag or commit
 * @param name the file's name
 * @throws Failure where Git does not have such a commit
 */
export function fileAt(ref: string, name: string): string | undefined {
  try {
    git("rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`);
  } catch {
    throw refusal(
      `"${ref}" is not a commit of this clone. Fetch it first: git fetch origin ${ref}`,
    );
  }
  try {
    return git("show", `${ref}:./${name}`);
  } catch {
    return undefined;
  }
}
