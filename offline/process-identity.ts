import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/**
 * What tells a process from all others. Its number does not: it is used again, other containers count their own, and hosts and
 * containers may bear the same name.
 */
export interface ProcessIdentity {
  pid: number;
  /** Name of the host or container. */
  host: string;
  /** When it was started, in clock ticks since the boot; undefined where there is no /proc. */
  started?: string;
  /** The kernel's id of this boot; undefined where there is no /proc. */
  boot?: string;
  /** The namespace that numbers its processes; undefined where there is no /proc. A number of one that is gone may be used again. */
  namespace?: string;
}

/** Identity of a process that this one sees under a number; of this process by default. */
export function identityOf(pid = process.pid): ProcessIdentity {
  return {
    ...{ pid, host: hostname(), started: statOf(pid)?.started },
    boot: readOrNone(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()),
    namespace: readOrNone(() => readlinkSync("/proc/self/ns/pid")),
  };
}

/**
 * Whether a process runs. `unknown` where it belongs to another boot or namespace, from where this process cannot see it: another
 * machine, another container, or a time before this machine was started.
 */
export function fateOf(process: ProcessIdentity): "running" | "gone" | "unknown" {
  const here = identityOf();
  const sameHost = here.boot !== undefined || process.host === here.host;
  if (!sameHost || process.boot !== here.boot || process.namespace !== here.namespace) {
    return "unknown";
  }
  if (!isThere(process.pid)) return "gone";
  const stat = statOf(process.pid);
  // Without /proc there is only the number.
  if (stat === undefined) return "running";
  return stat.started === process.started && stat.state !== "Z" ? "running" : "gone";
}

/** Number of the process that started another; undefined where there is none, or no /proc. */
export function parentOf(pid: number): number | undefined {
  return statOf(pid)?.parent;
}

/** Name of a process that this one sees under a number; undefined where there is none, or no /proc. */
export function nameOf(pid: number): string | undefined {
  return statOf(pid)?.name;
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Fields of /proc/<pid>/stat as proc(5) numbers them: 2 the name, 3 the state, 4 the parent, 22 the start. */
function statOf(pid: number) {
  const text = readOrNone(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
  if (text === undefined) return undefined;
  const end = text.lastIndexOf(")");
  const rest = text.slice(end + 2).split(" ");
  return {
    name: text.slice(text.indexOf("(") + 1, end),
    state: rest[0],
    parent: Number(rest[1]),
    started: rest[19],
  };
}

function readOrNone(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
