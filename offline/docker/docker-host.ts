import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";
import { clientOptions, defaultHost, type DockerHost } from "../../components/docker/host";
import { OfflineError } from "../errors";

/** Where an engine is reached, and what says so. */
export interface DockerAddress extends DockerHost {
  /** What named it, in words for an error: `docker:host`, `DOCKER_HOST`, `the Docker context prod`, or undefined for the default. */
  namedBy?: string;
  /** Name of the Docker context that named it. */
  context?: string;
}

/**
 * The engine that the `docker` command would use: `DOCKER_HOST`, else the context of `DOCKER_CONTEXT` or `docker context use`,
 * else the default socket.
 * @throws {OfflineError} for a context that does not verify the engine's certificate
 */
export function dockerAddress(): DockerAddress {
  const { DOCKER_HOST, DOCKER_CERT_PATH } = process.env;
  if (DOCKER_HOST) return { host: DOCKER_HOST, namedBy: "DOCKER_HOST", certPath: DOCKER_CERT_PATH };
  return contextAddress() ?? { host: defaultHost };
}

/**
 * The engine of a stack, as the provider finds it: by the stack's own `docker:host` and `docker:certPath`, and by the environment
 * where it has none; of contexts the provider knows by the environment as well.
 */
export function stackAddress({ host, certPath }: Partial<DockerHost> = {}): DockerAddress {
  if (!host) {
    const address = dockerAddress();
    return certPath ? { ...address, certPath } : address;
  }
  return { host, certPath: certPath || process.env.DOCKER_CERT_PATH, namedBy: "docker:host" };
}

/**
 * A client of an engine.
 * @param own what the stack itself says of it; the engine that the `docker` command would use where not given
 */
export function connectDocker(own?: Partial<DockerHost>): Docker {
  return new Docker(clientOptions(stackAddress(own)));
}

/**
 * Variables by which the program and the provider, which know nothing of Docker's contexts, find the engine of the one in force;
 * none where `DOCKER_HOST` names an engine, or no context does. Every command needs them: a removal that asked another engine
 * would find nothing there, and forget what still runs.
 */
export function contextVariables(): Record<string, string> {
  const { host, certPath } = (!process.env.DOCKER_HOST && contextAddress()) || {};
  if (host === undefined) return {};
  const tls = { DOCKER_CERT_PATH: certPath ?? "", DOCKER_TLS_VERIFY: certPath ? "1" : "" };
  return { DOCKER_HOST: host, ...tls };
}

function contextAddress(): DockerAddress | undefined {
  const directory = process.env.DOCKER_CONFIG || join(homedir(), ".docker");
  const config = readJson<{ currentContext?: string }>(join(directory, "config.json"));
  const name = process.env.DOCKER_CONTEXT || config?.currentContext;
  if (!name || name === "default") return undefined;
  const id = createHash("sha256").update(name).digest("hex");
  const meta = readJson<{ Endpoints?: { docker?: { Host?: string; SkipTLSVerify?: boolean } } }>(
    join(directory, "contexts", "meta", id, "meta.json"),
  );
  const { Host: host, SkipTLSVerify: unverified } = meta?.Endpoints?.docker ?? {};
  if (!host) return undefined;
  if (unverified) {
    throw new OfflineError(
      `The Docker context ${name} does not verify whom it talks to (skip-tls-verify), so it is not used.`,
      `docker context update ${name} --docker "host=${host},ca=ca.pem,cert=cert.pem,key=key.pem"`,
    );
  }
  const certificates = join(directory, "contexts", "tls", id, "docker");
  return {
    host,
    namedBy: `the Docker context ${name}`,
    context: name,
    // An address of a socket or of ssh takes none.
    certPath: existsSync(certificates) ? certificates : undefined,
  };
}

function readJson<T>(path: string): T | undefined {
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as T) : undefined;
}
