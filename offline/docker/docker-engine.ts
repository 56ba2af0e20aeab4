import { setTimeout as delay } from "node:timers/promises";
import { userInfo } from "node:os";
import Docker from "dockerode";
import type { Announce } from "../announce";
import { findOnPath } from "../commands";
import {
  clientOptions,
  hostFault,
  isLocal,
  unfitEngine,
  type EngineVersion,
} from "../../components/docker/host";
import { dockerAddress, type DockerAddress } from "./docker-host";
import { canInstallDocker, installDocker, startDocker } from "./docker-service";
import { OfflineError } from "../errors";

/** How long an engine may take to answer, in milliseconds: on this machine, and elsewhere, where ssh may have to connect first. */
const patienceMs = { here: 3_000, elsewhere: 30_000 };

/** How long an engine may take to start, in milliseconds. */
const startTimeoutMs = 60_000;

/** A Docker engine that answers. */
export interface DockerEngine {
  /** Version of the engine, such as `20.10.24`. */
  version: string;
  /** Newest version of its API, such as `1.41`. */
  apiVersion: string;
  /** Where it answers, as DOCKER_HOST takes it. */
  host: string;
  /** Whether it can run a registry; podman speaks the same API, and cannot. */
  fit: boolean;
}

/**
 * Finds a Docker engine, by default the one that the `docker` command would use. Where nothing names it and none runs on this
 * machine it is started, and on Debian and Ubuntu installed first, if this process may do that; it says so before it does.
 *
 * @throws {OfflineError} with the one command to run where there is no engine, or this user may not use it
 */
export async function findDockerEngine(
  announce: Announce,
  address: DockerAddress = dockerAddress(),
): Promise<DockerEngine> {
  try {
    return await ask(address);
  } catch (error) {
    if (isDenied(error)) throw denied(address);
    if (address.namedBy) {
      const { message, fix } = hostFault(address, error);
      const another =
        address.namedBy === "DOCKER_HOST"
          ? "unset DOCKER_HOST"
          : (desktops[address.context ?? ""] ?? "docker context use default");
      throw new OfflineError(
        `The Docker engine at ${address.host}, which ${address.namedBy} names, does not answer: ${message}.`,
        isLocal(address.host) ? another : (fix ?? another),
      );
    }
  }
  const installed = (await findOnPath("dockerd")) !== undefined;
  if (process.getuid?.() !== 0 || !(installed || (await canInstallDocker()))) {
    throw new OfflineError(
      installed
        ? "No Docker engine runs on this machine."
        : "No Docker engine is installed on this machine.",
      await commandForPeople(installed),
    );
  }
  if (!installed) await installDocker(announce);
  announce.start("docker", "starting the Docker engine, usually a few seconds");
  const engine = await startDocker((isOver) => untilItAnswers(address, isOver));
  announce.done(
    "docker",
    `Docker Engine ${engine.version} ${installed ? "started" : "installed and started"}`,
  );
  return engine;
}

/** Engines in a virtual machine of their own, which make a context that is in force also while they are not running: what starts them. */
const desktops: Record<string, string> = {
  "desktop-linux":
    process.platform === "darwin" ? "open -a Docker" : "systemctl --user start docker-desktop",
  colima: "colima start",
  "rancher-desktop": "rdctl start",
};

async function ask(address: DockerAddress): Promise<DockerEngine> {
  const limitMs = isLocal(address.host) ? patienceMs.here : patienceMs.elsewhere;
  const timeout = delay(limitMs, undefined, { ref: false }).then(() => {
    throw new Error(`no answer within ${limitMs / 1000} s`);
  });
  const said = await Promise.race([new Docker(clientOptions(address)).version(), timeout]);
  const fit = unfitEngine(address.host, said as EngineVersion) === undefined;
  return { version: said.Version, apiVersion: said.ApiVersion, host: address.host, fit };
}

/** Asks the starting engine again and again until it answers; undefined once that is hopeless. */
async function untilItAnswers(
  address: DockerAddress,
  isOver: () => boolean,
): Promise<DockerEngine | undefined> {
  const deadline = Date.now() + startTimeoutMs;
  while (Date.now() < deadline) {
    const wasOver = isOver();
    try {
      return await ask(address);
    } catch {
      if (wasOver) return undefined;
      await delay(200);
    }
  }
  return undefined;
}

function isDenied(error: unknown): boolean {
  return ["EACCES", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "");
}

function denied(address: DockerAddress): OfflineError {
  const username = nameOfUser();
  if (username === undefined) {
    return new OfflineError(
      `The user ${process.geteuid?.()}, who has no name on this machine, may not use the Docker engine at ${address.host}. ` +
        "Start the container with the group of the socket besides:",
      'docker run --group-add "$(stat -c %g /var/run/docker.sock)" ...',
    );
  }
  return new OfflineError(
    `The user ${username} may not use the Docker engine at ${address.host}. Join the group docker ` +
      "(whose members have the rights of root on this machine) and log in again:",
    `sudo usermod -aG docker ${username}`,
  );
}

/** Name of this user; undefined for a number without one, as containers are started with. */
function nameOfUser(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}

async function commandForPeople(installed: boolean): Promise<string> {
  if (process.platform === "darwin") return "open -a Docker";
  if (installed) return "sudo service docker start";
  if (await findOnPath("apt-get"))
    return "sudo apt-get install -y docker.io && sudo service docker start";
  if (await findOnPath("dnf"))
    return "sudo dnf install -y moby-engine && sudo systemctl start docker";
  return "curl -fsSL https://get.docker.com | sudo sh";
}
