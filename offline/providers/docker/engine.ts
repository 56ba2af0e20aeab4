import type Docker from "dockerode";
import {
  clientOptions,
  defaultHost,
  hostFault,
  type DockerHost,
} from "../../../components/docker/host";
import { text, type Values } from "../values";

let client: Promise<Docker> | undefined;
let place: DockerHost = { host: defaultHost };

/**
 * Sets the engine to talk to: `host` (unix://, tcp://, http://, https:// or ssh://), else DOCKER_HOST, else
 * /var/run/docker.sock; with `certPath`, else DOCKER_CERT_PATH, TLS by ca.pem, cert.pem and key.pem there.
 * Throws where another setting is given, since it would be ignored.
 */
export function configureEngine(config: Values): void {
  const known = ["host", "certPath", "version", "pluginDownloadURL"];
  const unknown = Object.keys(config).filter(
    (name) => !known.includes(name) && !name.startsWith("__"),
  );
  if (unknown.length > 0) {
    throw new Error(
      `The built-in stand-in for the docker plugin does not know the setting docker:${unknown[0]}. ` +
        "Remove it, or install the official plugin: pulumi plugin install resource docker",
    );
  }
  place = {
    host: text(config, "host") || process.env.DOCKER_HOST || defaultHost,
    certPath: text(config, "certPath") || process.env.DOCKER_CERT_PATH,
  };
  client = undefined;
}

async function connect(): Promise<Docker> {
  // Loaded at the first question to the engine: an `up` that changes nothing asks none.
  const { default: Client } = await import("dockerode");
  return new Client(clientOptions(place));
}

/** The engine's API; asks nothing by itself. */
export function engine(): Promise<Docker> {
  client ??= connect();
  return client;
}

/** What the engine answered, where it refused. */
export interface EngineError extends Error {
  statusCode?: number;
  code?: string;
  json?: { message?: string };
}

/** Whether the engine says that the object does not exist. */
export function isNotFound(error: unknown): boolean {
  return (error as EngineError).statusCode === 404;
}

/** Whether the engine refused because of what exists already. */
export function isConflict(error: unknown): boolean {
  return (error as EngineError).statusCode === 409;
}

/** Does something with the engine; its refusals become sentences that begin with `what` failed. */
export async function ask<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw explained(what, error as EngineError);
  }
}

function explained(what: string, error: EngineError): Error {
  const said = error.json?.message ?? error.message;
  const because = reason(error, said);
  const wrapped: EngineError = new Error(`${what}: ${because}`);
  // Callers still tell "not found" and "conflict" apart.
  return Object.assign(wrapped, { statusCode: error.statusCode, json: error.json });
}

function reason(error: EngineError, said: string): string {
  // Without a status, nothing answered: the way to the engine is at fault.
  if (error.statusCode === undefined || /HTTP request to an HTTPS server/.test(said)) {
    const { message, fix } = hostFault(place, error);
    return fix === undefined ? message : `${message}: ${fix}`;
  }
  if (/port is already allocated|address already in use/i.test(said)) {
    const port = /(?:\d+\.\d+\.\d+\.\d+|\[[^\]]*\]):(\d+)/.exec(said)?.[1];
    return `port ${port ?? "of the container"} is already in use on this machine. Stop what uses it, or choose another port.`;
  }
  if (/no space left on device/i.test(said)) {
    return "the disk that the Docker engine uses is full. Free some space: docker system df shows what takes it.";
  }
  if (/no such image/i.test(said)) {
    return "the image is not on this machine and could not be pulled.";
  }
  return said.replace(/\s+$/, "");
}

// As long as the official plugin waits for the last container to let go of a volume or a network.
const timeout = 30_000;
const interval = 250;

/**
 * Removes what containers use, as soon as none does: a container that is being removed lets go of it
 * a little later. What is gone already is removed. Throws a sentence that begins with `what` failed.
 */
export async function removeWhenFree(what: string, remove: () => Promise<unknown>): Promise<void> {
  const deadline = Date.now() + timeout;
  for (;;) {
    try {
      await ask(what, remove);
      return;
    } catch (error) {
      if (isNotFound(error)) {
        return;
      }
      const inUse = error instanceof Error && /is in use|has active endpoints/.test(error.message);
      if (!inUse || Date.now() > deadline) {
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, interval));
    }
  }
}
