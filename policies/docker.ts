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

/** A container's variables by name. */
export function variablesOf({ props }: Resource): Map<string, string> {
  return new Map(
    ((props.envs ?? []) as string[]).map((one) => {
      const at = one.indexOf("=");
      return at < 0 ? [one, ""] : [one.slice(0, at), one.slice(at + 1)];
    }),
  );
}

/** Paths of the container that something of the host or a volume is mounted at, and what. */
export function mountsOf({ props }: Resource): Map<string, string> {
  const volumes = (props.volumes ?? []) as Volume[];
  const mounts = (props.mounts ?? []) as Mount[];
  // An entry may also be the volumes of another container, as fromContainer, which has no path.
  const all = [
    ...volumes.map((one) => [one.containerPath, one.hostPath ?? one.volumeName ?? ""] as const),
    ...mounts.map((one) => [one.target, one.type === "tmpfs" ? "" : (one.source ?? "")] as const),
  ];
  return new Map(all.flatMap(([at, source]) => (at === undefined ? [] : [[at, source]])));
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
