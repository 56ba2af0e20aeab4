import { StateFiles } from "../../cli/stack/state-files";

/**
 * Adds a stack without resources to a directory that is a file backend, as `pulumi stack init` does; the engine makes the salt of its
 * secrets when it first needs one. That command takes a third of a second of processor time, and half of it to derive a key.
 * @param project name of its project; Wharf's own where not given
 */
export function addStack(directory: string, stack: string, project?: string): void {
  if (StateFiles.begunIn(directory, project)?.add(stack) !== true) {
    throw new Error(`${directory} cannot have a stack ${stack}.`);
  }
}
