import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import { nothingChanged } from "../../components/core/problems";
import {
  fateOf,
  identityOf,
  nameOf,
  parentOf,
  type ProcessIdentity,
} from "../../offline/process-identity";
import { writeWhole } from "../../offline/whole-file";
import { fileBackend } from "./backend";
import { makePrivate, project, removeEmpty, runsDirectory } from "../checkout";
import { Failure } from "../failure";

/** A lock as Pulumi's file backend writes it (pkg/backend/diy/lock.go); its file is called by an id that each engine draws. */
export interface EngineLock {
  pid: number;
  username: string;
  hostname: string;
  /** When it was written, ISO 8601. */
  timestamp: string;
  /** Path of its file. */
  file: string;
}

/** An engine whose lock was seen to be written. */
interface KnownEngine extends ProcessIdentity {
  /** Path of the lock's file, of whatever backend. */
  lock: string;
}

/** Who the engines are that runs of this checkout started, by the names of their locks. */
const engines = path.join(runsDirectory, "engines");

/** The locks of a stack; none where the backend is not a file system. */
export function readLocks(stack: string): EngineLock[] {
  const directory = locksDirectory();
  return locksBelow(directory && path.join(directory, stack));
}

/**
 * Notes which engine wrote a lock that this process's engine holds now, so that a later run can tell whether it is gone. What the
 * lock itself says, a number and a host's name, does not: another container may bear the name and use the number.
 */
export function noteEngine(): void {
  for (const lock of locksBelow(locksDirectory())) {
    if (lock.hostname !== hostname() || !isOfThisProcess(lock.pid)) continue;
    makePrivate(engines);
    const known: KnownEngine = { ...identityOf(lock.pid), lock: lock.file };
    writeWhole(noteOf(lock.file), JSON.stringify(known), 0o600);
  }
}

/** Forgets the engines whose locks were released. */
export function forgetEngines(): void {
  if (!existsSync(engines)) return;
  for (const file of readdirSync(engines)) {
    // Not what another run is writing just now.
    if (!file.endsWith(".json")) continue;
    const known = readIfThere<KnownEngine>(path.join(engines, file));
    if (known !== undefined && !existsSync(known.lock)) rmSync(noteOf(file), { force: true });
  }
  removeEmpty(engines);
}

/**
 * What is known of the engine that wrote a lock. One that nobody noted, a plain `pulumi`'s or one of another checkout, runs where
 * this host has a `pulumi` of its number, which is worth waiting for; where it has none, nobody can say.
 */
export function fateOfLock(lock: EngineLock): ReturnType<typeof fateOf> {
  const known = readIfThere<KnownEngine>(noteOf(lock.file));
  const fate = known === undefined ? "unknown" : fateOf(known);
  return fate === "unknown" && isEngineHere(lock) ? "running" : fate;
}

function noteOf(lock: string): string {
  return path.join(engines, path.basename(lock));
}

function isEngineHere({ pid, hostname: host }: EngineLock): boolean {
  if (host !== hostname() || fateOf(identityOf(pid)) !== "running") return false;
  return nameOf(pid)?.startsWith("pulumi") !== false;
}

/** Whether this process started another one, itself or by others. Without /proc there is only one numbering of processes. */
function isOfThisProcess(pid: number): boolean {
  if (parentOf(process.pid) === undefined) return true;
  let at: number | undefined = pid;
  while (at !== undefined && at > 1) {
    if (at === process.pid) return true;
    at = parentOf(at);
  }
  return false;
}

function locksDirectory(): string | undefined {
  const state = fileBackend();
  return state && path.join(state, ".pulumi", "locks", "organization", project);
}

function locksBelow(directory: string | undefined): EngineLock[] {
  if (directory === undefined || !existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".json"))
    .flatMap((file) => {
      const at = path.join(directory, file);
      // A file that has just gone is a lock given back.
      const lock = readIfThere<EngineLock>(at);
      return lock === undefined ? [] : [{ ...lock, file: at }];
    });
}

function readIfThere<T>(file: string): T | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** The failure of a command that meets a lock of which nobody here can say whether its engine still runs. */
export function lockedStack(stack: string, lock: Omit<EngineLock, "file">): Failure {
  const { pid, username, hostname: host, timestamp } = lock;
  return new Failure(
    [
      `Stack ${stack} is locked: process ${pid} of ${username} on ${host} works on it since ${timestamp}. Whether it still does cannot be seen from here. ${nothingChanged}`,
      "Wait for it to end. Cancelling its lock does not stop it: two engines then write the same state, and each loses what the other creates.",
      `If you are sure that the process has ended, cancel the lock:\n  ${cancelCommand(stack)}`,
    ].join("\n"),
  );
}

/** The command that cancels all locks of the engine on a stack. */
export function cancelCommand(stack: string): string {
  return `eval "$(npx wharf pulumi-env --stack ${stack})" && pulumi cancel --yes --stack ${stack}`;
}

/**
 * The same by what the engine itself says where a stack is locked, on any backend that has its locks in files (checkForLock in
 * pkg/backend/diy/lock.go); undefined where it says something else.
 */
export function lockedByEngine(said: string): Failure | undefined {
  const found =
    /locks\/organization\/[^/]+\/(?<stack>[^/]+)\/\S+: created by (?<username>.+)@(?<hostname>\S+) \(pid (?<pid>\d+)\) at (?<timestamp>\S+)/.exec(
      said,
    )?.groups;
  if (found === undefined) return undefined;
  const { stack = "", username = "", hostname: host = "", pid, timestamp = "" } = found;
  return lockedStack(stack, { pid: Number(pid), username, hostname: host, timestamp });
}
