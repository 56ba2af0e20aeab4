import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";

/** Where the Docker engine of this machine listens unless it was told otherwise. */
export const defaultHost = "unix:///var/run/docker.sock";

/** Where an engine is reached, and how. */
export interface DockerAddress {
  /** As DOCKER_HOST takes it: `unix:///var/run/docker.sock`, `tcp://10.1.2.3:2376`, `ssh://user@host`. */
  host: string;
  /** What named it, in words for an error: `DOCKER_HOST`, `the Docker context prod`, or undefined for the default. */
  namedBy?: string;
  options: Docker.DockerOptions;
}

/**
 * The engine that the `docker` command would use: `DOCKER_HOST`, else the context of `DOCKER_CONTEXT` or `docker context use`,
 * else the default socket.
 */
export function dockerAddress(): DockerAddress {
  const { DOCKER_HOST } = process.env;
  // dockerode reads DOCKER_HOST and the variables that go with it by itself.
  if (DOCKER_HOST) return { host: DOCKER_HOST, namedBy: "DOCKER_HOST", options: {} };
  return contextAddress() ?? { host: defaultHost, options: { socketPath: "/var/run/docker.sock" } };
}

/** A client of the engine that the `docker` command would use. */
export function connectDocker(): Docker {
  return new Docker(dockerAddress().options);
}

function contextAddress(): DockerAddress | undefined {
  const directory = process.env.DOCKER_CONFIG || join(homedir(), ".docker");
  const config = readJson<{ currentContext?: string }>(join(directory, "config.json"));
  const name = process.env.DOCKER_CONTEXT || config?.currentContext;
  if (!name || name === "default") return undefined;
  const id = createHash("sha256").update(name).digest("hex");
  const meta = readJson<{ Endpoints?: { docker?: { Host?: string } } }>(
    join(directory, "contexts", "meta", id, "meta.json"),
  );
  const host = meta?.Endpoints?.docker?.Host;
  if (!host) return undefined;
  const options = clientOptions(host, join(directory, "contexts", "tls", id, "docker"));
  return { host, namedBy: `the Docker context ${name}`, options };
}

function clientOptions(host: string, tlsDirectory: string): Docker.DockerOptions {
  const url = new URL(host);
  if (url.protocol === "unix:") return { socketPath: url.pathname };
  if (url.protocol === "ssh:") {
    return {
      protocol: "ssh",
      host: url.hostname,
      port: url.port || 22,
      username: url.username,
      sshOptions: { agent: process.env.SSH_AUTH_SOCK },
    };
  }
  const files = { ca: "ca.pem", cert: "cert.pem", key: "key.pem" };
  const tls = Object.fromEntries(
    Object.entries(files)
      .map(([option, file]) => [option, join(tlsDirectory, file)] as const)
      .filter(([, path]) => existsSync(path))
      .map(([option, path]) => [option, readFileSync(path)]),
  );
  const protocol = Object.keys(tls).length > 0 ? "https" : "http";
  return { protocol, host: url.hostname, port: url.port || 2375, ...tls };
}

function readJson<T>(path: string): T | undefined {
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as T) : undefined;
}
