import { posix } from "node:path";
import { eachKnown, isKnown, known } from "./known";
import type { Resource } from "./rule";

/** Type of a container on a Docker host. */
export const containerType = "docker:index/container:Container";

/** Where a container's port is reached on its host. */
export interface Published {
  internal: number;
  external?: number;
  /** Address of the host; all of them where it is left out. */
  ip?: string;
}

/** Whether a container runs; one that is only made, such as to fill a volume, does not. */
export function isStarted({ props }: Resource): boolean {
  return props.start !== false;
}

/** Whether a port is reached from other machines. */
export function isReachable({ ip }: Published): boolean {
  return ip === undefined || !/^(127\.|::1$|localhost$)/.test(ip);
}

/** A container's variables by name, as far as they are known. */
export function variablesOf({ props }: Resource): Map<string, string> {
  return new Map(
    eachKnown(
      () => props.envs as string[] | undefined,
      (one): [string, string][] => {
        if (typeof one !== "string") return [];
        const at = one.indexOf("=");
        return at < 0 ? [[one, ""]] : [[one.slice(0, at), one.slice(at + 1)]];
      },
    ),
  );
}

/** Whether all variables of a container are known. */
export function areVariablesKnown({ props }: Resource): boolean {
  return isKnown(() => ((props.envs ?? []) as string[]).map((one) => one));
}

/** What stands for the source of a mount that is not known yet. */
const unknownSource = "(not known yet)";

/** Paths of the container that something of the host or a volume is mounted at, and what, as far as the paths are known. */
export function mountsOf({ props }: Resource): Map<string, string> {
  const source = (read: () => string | undefined) => {
    const found = known(() => [read()]);
    return found.length === 0 ? unknownSource : (found[0] ?? "");
  };
  // An entry may also be the volumes of another container, as fromContainer, which has no path.
  const at = (path: unknown, from: string): [string, string][] =>
    typeof path === "string" ? [[normalPath(path), from]] : [];
  return new Map([
    ...eachKnown(
      () => props.volumes as Volume[] | undefined,
      (one) =>
        at(
          one.containerPath,
          source(() => one.hostPath ?? one.volumeName),
        ),
    ),
    ...eachKnown(
      () => props.mounts as Mount[] | undefined,
      (one) =>
        at(
          one.target,
          source(() => (one.type === "tmpfs" ? "" : one.source)),
        ),
    ),
  ]);
}

/** Whether all paths that something is mounted at are known; those of another container's volumes are not. */
export function areMountsKnown({ props }: Resource): boolean {
  return (
    isKnown(() => ((props.mounts ?? []) as Mount[]).map(({ target }) => target)) &&
    (known(() => [
      ((props.volumes ?? []) as Volume[]).every(({ containerPath }) => containerPath !== undefined),
    ])[0] ??
      false)
  );
}

/** A path as the engine reads it: without a slash at its end, or twice. */
export function normalPath(path: string): string {
  return posix.normalize(path).replace(/(.)\/$/, "$1");
}

interface Volume {
  containerPath?: string;
  hostPath?: string;
  volumeName?: string;
}
interface Mount {
  target?: string;
  source?: string;
  type?: string;
}
