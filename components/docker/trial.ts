import type { SharedDescription } from "../model/description";
import { RunError } from "@pulumi/pulumi/errors";
import type Docker from "dockerode";
import { setTimeout as delay } from "node:timers/promises";
import { pack } from "tar-stream";

import { askVersion, versionFault } from "../distribution/program-version";
import { madeFromLabel, unprivilegedUser } from "./container";
import { connectionOptions } from "./preflight";

/** How long a registry may take to call itself healthy when it is tried, in ms: as long as a pod's startup probe allows. */
const startMs = 120_000;
const lookAgainMs = 250;
const logLines = 5;

/** A container that is to run, as far as whether it starts depends on it. */
export interface Trial {
  /** Name of the container on the Docker host that it is to replace. */
  containerName: string;
  /** Identifier of the image. */
  image: string;
  entrypoint: string[];
  command: string[];
  /** Absolute directory that its files lie in, and that it runs in. */
  directory: string;
  /** Contents by file name. */
  contents: Record<string, string>;
  /** Name of the network. */
  network: string;
  /** Labels by which the container is known for the stack's. */
  labels: Record<string, string>;
  /** Volumes that it only reads, by the directory that they are mounted on. */
  volumes: Record<string, string>;
  /** Directories that it may write while it is tried. */
  scratch: string[];
  /** Command that succeeds once it serves. */
  health: string[];
  /** What the container bears as `madeFromLabel` if it was made from all this. */
  madeFrom: string;
  /** Whether it is started, and not only its image's program asked for its version. */
  starts: boolean;
}

/**
 * Tries a container beside the one that it is to replace: the same image, command, files and limits, no published port, and
 * nothing to write but scratch directories, so that it meets no image. It is gone afterwards, however that ends. Nothing is tried
 * where no such container runs, which has nothing to lose, and where it was made from the same.
 * @throws RunError where it does not start, with the end of its log
 */
export async function tryBeside(trial: Trial, args: SharedDescription): Promise<void> {
  // Loaded where there is something to try: a preview has no need of it.
  const { default: Engine } = await import("dockerode");
  const engine = new Engine(connectionOptions() as Docker.DockerOptions | undefined);
  const running = await runningIn(engine.getContainer(trial.containerName));
  if (running === undefined || isMadeFrom(running, trial)) return;
  if (running.Image !== trial.image) await checkVersion(engine, trial);
  if (!trial.starts) return;
  const name = `${trial.containerName}-trial`;
  // What an `up` that was killed left of its trial.
  await remove(engine.getContainer(name));
  let container: Docker.Container | undefined;
  try {
    container = await engine.createContainer(specOf(name, trial, args));
    await container.putArchive(archiveOf(trial), { path: "/" });
    await container.start();
    await untilHealthy(container);
  } catch (error) {
    const log = container === undefined ? "" : await logEnd(container);
    const reason = error instanceof Error ? error.message : String(error);
    throw new RunError(
      `The container ${trial.containerName} does not start with this image and these settings, so the running one was left as it is and goes on serving. ${reason}${log === "" ? "" : `\nIts log ends:\n${log}`}`,
    );
  } finally {
    if (container !== undefined) await remove(container);
  }
}

async function runningIn(
  container: Docker.Container,
): Promise<Docker.ContainerInspectInfo | undefined> {
  const found = await container.inspect().catch(absent);
  return found?.State.Running === true ? found : undefined;
}

/** Whether what runs has the image and the settings already. */
function isMadeFrom(found: Docker.ContainerInspectInfo, { image, madeFrom }: Trial): boolean {
  return found.Image === image && found.Config.Labels[madeFromLabel] === madeFrom;
}

/**
 * Asks the program of another image which version it is: an older one would start with most of these settings, and ignore the rest.
 * A program that does not say so is left to the trial.
 * @throws RunError where it cannot read the settings
 */
async function checkVersion(
  engine: Docker,
  { containerName, image, labels }: Trial,
): Promise<void> {
  const name = `${containerName}-version`;
  await remove(engine.getContainer(name));
  const container = await engine.createContainer({
    name,
    Image: image,
    Entrypoint: [askVersion.entrypoint],
    Cmd: [askVersion.argument],
    User: unprivilegedUser,
    Labels: labels,
    HostConfig: {
      NetworkMode: "none",
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges:true"],
    },
  });
  try {
    await container.start();
    await container.wait();
    const fault = versionFault(await logEnd(container));
    if (fault !== undefined) {
      throw new RunError(
        `The container ${containerName} cannot run this image, so the running one was left as it is and goes on serving. ${fault}`,
      );
    }
  } catch (error) {
    // An image without the program: what the engine says of it is what the trial says as well.
    if (RunError.isInstance(error)) throw error;
  } finally {
    await remove(container);
  }
}

function absent(error: { statusCode?: number }): undefined {
  if (error.statusCode !== 404) throw error as Error;
}

async function remove(container: Docker.Container): Promise<void> {
  await container.remove({ force: true, v: true }).catch(absent);
}

function specOf(
  name: string,
  trial: Trial,
  args: SharedDescription,
): Docker.ContainerCreateOptions {
  const { cpus, memoryMiB } = args.resources;
  const memory = memoryMiB * 2 ** 20;
  return {
    name,
    Image: trial.image,
    Entrypoint: trial.entrypoint,
    Cmd: trial.command,
    WorkingDir: trial.directory,
    User: unprivilegedUser,
    Env: ["OTEL_TRACES_EXPORTER=none"],
    Labels: trial.labels,
    Healthcheck: {
      Test: ["CMD", ...trial.health],
      Interval: 1e9,
      Timeout: 5e9,
      StartPeriod: startMs * 1e6,
      Retries: 1,
    },
    HostConfig: {
      NetworkMode: trial.network,
      Binds: Object.entries(trial.volumes).map(([path, volume]) => `${volume}:${path}:ro`),
      Tmpfs: Object.fromEntries(trial.scratch.map((path) => [path, "size=16m,mode=1777"])),
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges:true"],
      Memory: memory,
      MemorySwap: memory,
      NanoCpus: Math.round(cpus * 1e9),
    },
  };
}

function archiveOf({ contents, directory }: Trial) {
  const archive = pack();
  for (const [file, content] of Object.entries(contents)) {
    archive.entry({ name: `${directory.slice(1)}/${file}`, mode: 0o444 }, content);
  }
  archive.finalize();
  return archive;
}

async function untilHealthy(container: Docker.Container): Promise<void> {
  const deadline = Date.now() + startMs;
  for (;;) {
    const { State } = await container.inspect();
    if (State.Health?.Status === "healthy") return;
    if (!State.Running) throw new Error(`It ended with exit code ${State.ExitCode}.`);
    if (Date.now() > deadline) {
      throw new Error(`It was not healthy after ${startMs / 1000} seconds.`);
    }
    await delay(lookAgainMs);
  }
}

async function logEnd(container: Docker.Container): Promise<string> {
  try {
    const raw = await container.logs({ stdout: true, stderr: true, tail: logLines });
    // Each piece of the log begins with a header of eight bytes, the first of which names the stream.
    return raw
      .toString("utf8")
      .replace(/[\u0000-\u0002]\u0000{3}[^]{4}/g, "")
      .trim();
  } catch {
    return "";
  }
}
