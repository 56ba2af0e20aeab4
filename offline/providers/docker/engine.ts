import { readFileSync } from "node:fs";
import { join } from "node:path";
import type Docker from "dockerode";
import { text, type Values } from "../values";

// Where the official plugin looks when neither docker:host nor DOCKER_HOST is set.
const defaultHost = "unix:///var/run/docker.sock";

let client: Docker | undefined;
let address = defaultHost;
let certificates: string | undefined;

/**
 * Sets the engine to talk to: `host` (unix://, tcp://, http://, https:// or ssh://), else DOCKER_HOST, else
 * /var/run/docker.sock; with `certPath` (else DOCKER_CERT_PATH with DOCKER_TLS_VERIFY set), TLS by ca.pem, cert.pem and key.pem there.
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
  address = text(config, "host") || process.env.DOCKER_HOST || defaultHost;
  const fromEnvironment = process.env.DOCKER_TLS_VERIFY ? process.env.DOCKER_CERT_PATH : undefined;
  certificates = text(config, "certPath") || fromEnvironment;
  client = undefined;
}

function connect(host: string, certPath: string | undefined): Docker {
  // Loaded at the first question to the engine: an `up` that changes nothing asks none.
  const Docker = require("dockerode") as typeof import("dockerode");
  if (host.startsWith("unix://")) {
    return new Docker({ socketPath: host.slice("unix://".length) });
  }
  const url = new URL(host.replace(/^tcp:/, certPath ? "https:" : "http:"));
  const files = certPath && {
    ca: readFileSync(join(certPath, "ca.pem")),
    cert: readFileSync(join(certPath, "cert.pem")),
    key: readFileSync(join(certPath, "key.pem")),
  };
  const protocol = url.protocol.replace(":", "") as "http" | "https" | "ssh";
  return new Docker({
    protocol,
    host: url.hostname,
    port: url.port || (protocol === "ssh" ? 22 : 2375),
    ...(url.username && { username: url.username }),
    ...files,
  });
}

/** The engine's API; asks nothing by itself. */
export function engine(): Docker {
  client ??= connect(address, certificates);
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
  switch (error.code) {
    case "ENOENT":
    case "ECONNREFUSED":
      return `no Docker engine answers at ${address}. Start it, for example: sudo service docker start`;
    case "EACCES":
      return (
        `you may not use the Docker engine at ${address}. ` +
        "Join its group and log in again: sudo usermod -aG docker $USER"
      );
    case "ENOTFOUND":
    case "ETIMEDOUT":
    case "EHOSTUNREACH":
      return `the Docker engine at ${address} cannot be reached. Check docker:host or DOCKER_HOST.`;
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
