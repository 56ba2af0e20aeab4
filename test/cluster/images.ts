import { readFile } from "node:fs/promises";
import { goArchitecture } from "../../offline/images/registry-image";
import { type Entry, imageArchive } from "../../offline/images/image-archive";

/** How an image of a test runs. */
export interface ProgramsOptions {
  /** What runs, as a path and its first arguments; the first of the image's programs by default. */
  entrypoint?: string[];
  command?: string[];
  /** Files beside the programs, such as certificates. */
  entries?: Entry[];
}

/**
 * The archive of an image that holds static programs in /bin and nothing else. It runs as the user and group 10001.
 *
 * @param reference repository and tag, with a registry's name in front
 * @param programs path on this machine by the name in the image
 */
export async function programsImage(
  reference: string,
  programs: Record<string, string>,
  options: ProgramsOptions = {},
): Promise<Buffer> {
  const entries: Entry[] = [{ path: "bin" }];
  for (const [name, path] of Object.entries(programs)) {
    entries.push({ path: `bin/${name}`, contents: await readFile(path) });
  }
  return imageArchive({
    reference,
    architecture: goArchitecture(process.arch),
    entries: [...entries, ...(options.entries ?? []), { path: "tmp", mode: 0o1777 }],
    entrypoint: options.entrypoint ?? [`/bin/${Object.keys(programs)[0]}`],
    command: options.command ?? [],
    labels: {},
  });
}
