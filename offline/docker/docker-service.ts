import { spawn } from "node:child_process";
import { existsSync, openSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { Announce } from "../announce";
import { findOnPath, run } from "../commands";
import { installDebianPackages } from "../debian-packages";
import { OfflineError, reason } from "../errors";

/** Where an engine that Wharf starts by hand writes its log. */
const logFile = "/var/log/dockerd.log";

/** Whether this is Debian, Ubuntu or a relative of theirs, which package the engine as `docker.io`. */
export async function canInstallDocker(): Promise<boolean> {
  if (!(await findOnPath("apt-get")) || !existsSync("/etc/os-release")) return false;
  return /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(await readFile("/etc/os-release", "utf8"));
}

/** Installs the distribution's own package of the Docker engine. */
export async function installDocker(announce: Announce): Promise<void> {
  announce.start("docker", "installing the package docker.io by apt-get, usually under a minute");
  let setUp = 0;
  const onLine = (line: string) => {
    if (line.startsWith("Setting up ")) announce.update(`${(setUp += 1)} packages set up`);
  };
  try {
    await installDebianPackages(["docker.io"], { onLine });
  } catch (error) {
    throw new OfflineError(
      `The package docker.io could not be installed:\n${reason(error)}`,
      "apt-get update && apt-get install -y docker.io",
    );
  }
}

/**
 * Starts the installed engine: as the service that its package brings, else (a container without an init system, or one whose
 * limits the service's script cannot raise) the program itself, which goes on after this process has ended.
 *
 * @param untilReady waits until the engine answers; gives up once its argument says that the engine has ended
 */
export async function startDocker<T>(
  untilReady: (isOver: () => boolean) => Promise<T | undefined>,
): Promise<T> {
  const service = (await findOnPath("service")) !== undefined;
  const started =
    service &&
    (await run("service", ["docker", "start"]).then(
      () => true,
      () => false,
    ));
  if (started) {
    const ready = await untilReady(() => false);
    if (ready !== undefined) return ready;
    throw new OfflineError(
      "The Docker engine was started but does not answer.",
      "service docker status",
    );
  }
  const log = openSync(logFile, "a", 0o600);
  const daemon = spawn("dockerd", [], { detached: true, stdio: ["ignore", log, log] });
  let over = false;
  daemon.once("exit", () => (over = true)).once("error", () => (over = true));
  daemon.unref();
  const ready = await untilReady(() => over);
  if (ready !== undefined) return ready;
  const lines = readFileSync(logFile, "utf8").trimEnd().split("\n");
  throw new OfflineError(
    `The Docker engine does not start: ${lines.at(-1)}`,
    `tail -50 ${logFile}`,
  );
}
