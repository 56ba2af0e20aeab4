import type Modem from "docker-modem";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sshAgent } from "./ssh";

/** Where Docker's clients look when nothing else is named. */
export const defaultHost = "unix:///var/run/docker.sock";

/** A Docker engine, in the words of the docker provider's configuration. */
export interface DockerHost {
  /** `unix:///var/run/docker.sock`, `tcp://10.1.2.3:2376`, `ssh://user@host`. */
  host: string;
  /** Directory of ca.pem, cert.pem and key.pem, for TLS; undefined or empty for none. */
  certPath?: string;
}

/** Options that docker-modem and dockerode both take. */
export type ClientOptions = Omit<Modem.ConstructorOptions, "headers">;

/** What is wrong with a Docker host, and the command that fixes it where there is one. */
export interface HostFault {
  message: string;
  fix?: string;
}

/** A Docker host that cannot be used as it is described. */
export class HostError extends Error {
  constructor(readonly fault: HostFault) {
    super(fault.message);
  }
}

/** Files of a certPath, by what TLS calls them; Docker's own names. */
const certificateFiles = { ca: "ca.pem", cert: "cert.pem", key: "key.pem" };

/** Ports that Docker registered: without TLS, and with it. */
const ports = { http: "2375", https: "2376" };

/** Whether the engine is on this machine, as far as the address tells. */
export function isLocal(host: string): boolean {
  return host.startsWith("unix:");
}

/** Whether the engine is on this machine, or at the near end of a tunnel. */
export function isHere({ host }: DockerHost): boolean {
  return isLocal(host) || (URL.canParse(host) && isLoopbackName(new URL(host).hostname));
}

function isLoopbackName(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.[\d.]+$/.test(hostname);
}

/** Whether everybody on the way can read what is sent to the engine, and anybody can use it. */
export function isUnprotected({ host, certPath }: DockerHost): boolean {
  if (certPath || !/^(tcp|http):/.test(host) || !URL.canParse(host)) return false;
  return !isLoopbackName(new URL(host).hostname);
}

/**
 * A Docker host as docker-modem and dockerode take it, whole, so that they read nothing of it from the environment.
 * @throws {HostError} for what is not an address, and where certPath lacks a file
 */
export function clientOptions({ host, certPath }: DockerHost): ClientOptions {
  const none = {
    socketPath: undefined,
    host: undefined,
    port: undefined,
    username: undefined,
    ca: undefined,
    cert: undefined,
    key: undefined,
    agent: undefined,
    sshOptions: {},
  };
  if (!/^(unix|tcp|https?|ssh):\/\//.test(host) || !URL.canParse(host)) throw noAddress(host);
  const url = new URL(host);
  if (url.protocol === "unix:") {
    // A path as it stands, as Docker reads it: # and % mean themselves.
    return { ...none, protocol: "http", socketPath: host.slice("unix://".length) };
  }
  if (url.protocol === "ssh:") {
    try {
      // The name only fills the Host header: the agent's connection is the engine's own.
      return { ...none, protocol: "http", host: "docker", port: 80, agent: sshAgent(host) };
    } catch (error) {
      throw new HostError({ message: (error as Error).message });
    }
  }
  if (url.hostname === "") throw noAddress(host);
  const protocol = certPath || url.protocol === "https:" ? "https" : "http";
  const files = certPath ? certificatesIn(certPath) : {};
  const hostname = url.hostname.replace(/^\[|\]$/g, "");
  const port = url.port || portOf(url, protocol);
  return { ...none, ...files, protocol, host: hostname, port };
}

// URL leaves out the port that http and https have by default, which Docker's clients take as written.
function portOf({ protocol }: URL, spoken: "http" | "https"): string {
  if (protocol === "http:") return "80";
  return protocol === "https:" ? "443" : ports[spoken];
}

function noAddress(host: string): HostError {
  return new HostError({
    message: `"${host}" is not the address of a Docker engine, such as ${defaultHost} or tcp://10.1.2.3:2376`,
    fix: "unset DOCKER_HOST",
  });
}

function certificatesIn(directory: string): Record<keyof typeof certificateFiles, Buffer> {
  const missing = Object.values(certificateFiles).filter(
    (file) => !existsSync(join(directory, file)),
  );
  if (missing.length > 0) {
    throw new HostError({
      message: `${directory} lacks ${missing.join(" and ")}; TLS to a Docker engine takes ca.pem, cert.pem and key.pem`,
      fix: "pulumi config set docker:certPath DIRECTORY",
    });
  }
  const entries = Object.entries(certificateFiles);
  try {
    const read = entries.map(([name, file]) => [name, readFileSync(join(directory, file))]);
    return Object.fromEntries(read) as Record<keyof typeof certificateFiles, Buffer>;
  } catch (error) {
    throw new HostError({
      message: `the certificates cannot be read: ${(error as Error).message}`,
    });
  }
}

/** What the Engine API says of an engine's version, as far as it is asked here. */
export interface EngineVersion {
  /** Newest version of its API, as `1.44`. */
  ApiVersion?: string;
  /** The engine's programs; none in old ones. */
  Components?: { Name: string; Version: string }[] | null;
}

/**
 * Why an engine cannot run a registry though it speaks Docker's API; undefined where it can. Podman 4.3 was tried: a container that
 * was created and not started takes files, and not into its volumes; and it gives back other capabilities and network options than
 * it was given, so that every `up` would restart the registry. A rootless Docker engine does all of it.
 */
export function unfitEngine(host: string, { Components }: EngineVersion): HostFault | undefined {
  const podman = Components?.find(({ Name }) => Name === "Podman Engine");
  if (podman === undefined) return undefined;
  return {
    message: `podman ${podman.Version} runs at ${host}; it cannot put files into a volume before a container runs, so the registry would find no settings. Use Docker Engine, rootless if you like`,
    fix: "unset DOCKER_HOST; pulumi config set docker:host unix:///var/run/docker.sock",
  };
}

/**
 * Time between health checks until the first succeeds, so that `up` ends when the registry serves; undefined for an engine before API
 * 1.44 (Docker Engine 25, "Engine API version history" of Docker's reference), which refuses a container that has one.
 */
export function startIntervalOf({ ApiVersion = "" }: EngineVersion): string | undefined {
  return ApiVersion.localeCompare("1.44", "en", { numeric: true }) >= 0 ? "500ms" : undefined;
}

/** What an error of a request to a Docker host means, and what fixes it. */
export function hostFault({ host, certPath }: DockerHost, error: unknown): HostFault {
  if (error instanceof HostError) return error.fault;
  const { code = "", message } = error as NodeJS.ErrnoException;
  if (code === "ESSH") return sshFault(host, message);
  if (code === "EACCES" || code === "EPERM") {
    return {
      message: `this user is not permitted to use the Docker engine at ${host}`,
      fix: 'sudo usermod -aG docker "$USER" && newgrp docker',
    };
  }
  return tlsFault({ host, certPath }, code, message) ?? connectionFault(host, code, message);
}

function connectionFault(host: string, code: string, message: string): HostFault {
  const silent = ["ENOENT", "ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "ETIMEDOUT"];
  const unreachable = ["EHOSTUNREACH", "ENETUNREACH", "EAI_AGAIN"];
  return [...silent, ...unreachable].includes(code)
    ? {
        message: `no Docker engine answers at ${host}`,
        fix: isLocal(host) ? "sudo service docker start" : undefined,
      }
    : { message: `the Docker engine at ${host} answers with an error: ${message}` };
}

function tlsFault(
  { host, certPath }: DockerHost,
  code: string,
  said: string,
): HostFault | undefined {
  // Go's answer to plain HTTP at a port of TLS.
  if (/HTTP request to an HTTPS server/.test(said)) {
    return {
      message: `the Docker engine at ${host} requires TLS, and no certificates are given; name the directory of ca.pem, cert.pem and key.pem`,
      fix: "pulumi config set docker:certPath DIRECTORY",
    };
  }
  if (/wrong version number|packet length too long/i.test(said)) {
    return {
      message: `the Docker engine at ${host} does not use TLS, but certificates are given for it (${certPath})`,
      fix: "pulumi config rm docker:certPath; unset DOCKER_CERT_PATH",
    };
  }
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    return {
      message: `the certificate of the Docker engine at ${host} is for other names. ${said}`,
      fix: "pulumi config set docker:host tcp://NAME:2376",
    };
  }
  if (code === "CERT_HAS_EXPIRED") {
    return { message: `the certificate of the Docker engine at ${host} has expired` };
  }
  if (/CERT|SIGNATURE/.test(code) && !/ALERT/.test(code)) {
    return {
      message: `the certificate of the Docker engine at ${host} is not signed by the CA in ${certPath}/ca.pem (${said})`,
      fix: "pulumi config set docker:certPath DIRECTORY",
    };
  }
  if (/alert|ERR_SSL/.test(`${said} ${code}`)) {
    return {
      message: `the Docker engine at ${host} does not accept the certificate ${certPath}/cert.pem (${said.trim()})`,
      fix: "pulumi config set docker:certPath DIRECTORY",
    };
  }
  return undefined;
}

function sshFault(host: string, said: string): HostFault {
  const { username, hostname, port } = new URL(host);
  const at = `${username && `${username}@`}${hostname}`;
  const ssh = `ssh ${port && `-p ${port} `}${at}`;
  const says = `ssh says: ${said.split("\n").at(-1)?.trim()}`;
  if (/REMOTE HOST IDENTIFICATION HAS CHANGED/.test(said)) {
    return {
      message: `the host key of ${hostname} is not the one in known_hosts, so nothing was sent. Find out why before you remove the old key`,
      fix: `ssh-keygen -R ${port ? `'[${hostname}]:${port}'` : hostname}`,
    };
  }
  if (/Host key verification failed/.test(said)) {
    return {
      message: `the host key of ${hostname} is not in known_hosts, so nothing was sent. Log in once, compare the fingerprint with the host's own, and accept it`,
      fix: ssh,
    };
  }
  if (/Permission denied/.test(said)) {
    return {
      message: `${hostname} accepts none of this user's keys. ${says}. A key with a passphrase must be in the agent: ssh-add`,
      fix: `ssh-copy-id ${port && `-p ${port} `}${at}`,
    };
  }
  if (/docker: (command )?not found|dial-stdio.* is not a docker command/.test(said)) {
    return {
      message: `${hostname} has no docker command, of 18.09 or newer, on the PATH of a command that ssh runs. ${says}`,
      fix: `${ssh} docker version`,
    };
  }
  if (/permission denied while trying to connect|connect: permission denied/.test(said)) {
    return {
      message: `the user of ${at} may not use the Docker engine there`,
      fix: `${ssh} -t 'sudo usermod -aG docker "$USER"'`,
    };
  }
  return {
    message: `the Docker engine at ${host} cannot be reached. ${says}`,
    fix: `${ssh} docker version`,
  };
}
