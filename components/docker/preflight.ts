import Modem from "docker-modem";
import * as pulumi from "@pulumi/pulumi";
import { statfs } from "node:fs/promises";
import { createServer } from "node:net";
import type { Problem } from "../description/problems";
import type { RegistryArgs } from "../registry";
import { stackLabel } from "./labels";

/** Free space that a registry needs to start and log, whatever images it is to hold. */
const leastFreeGiB = 1;
const bytesPerGiB = 2 ** 30;

/** What the Engine API says of a container in a list, as far as it is asked here. */
interface ContainerSummary {
  Names: string[];
  Labels: Record<string, string>;
  Ports: { IP?: string; PublicPort?: number }[];
}

/**
 * What stands in the way on the Docker host: no engine, no permission, the port in use, the disk full. Once the stack's
 * registry runs, only the engine itself is asked for, so that an `up` that changes nothing costs one request.
 */
export async function preflight(args: RegistryArgs): Promise<Problem[]> {
  const host = process.env.DOCKER_HOST ?? new pulumi.Config("docker").get("host");
  const modem = host === undefined ? new Modem() : new Modem(modemOptions(host));
  const address = host ?? "unix:///var/run/docker.sock";
  let containers: ContainerSummary[];
  try {
    containers = await get(modem, "/containers/json?all=1&");
  } catch (error) {
    return [engineProblem(address, error as NodeJS.ErrnoException)];
  }
  const own = containers.filter(({ Labels }) => Labels[stackLabel] === args.stack);
  return [
    ...(await portProblems(args, containers, own, isLocal(address))),
    ...(own.length === 0 && isLocal(address) ? await diskProblems(modem, args) : []),
  ];
}

/** docker-modem reads DOCKER_HOST by itself; a host from the stack's config is handed to it in parts. */
function modemOptions(host: string): ConstructorParameters<typeof Modem>[0] {
  const url = new URL(host);
  return url.protocol === "unix:"
    ? { socketPath: url.pathname }
    : {
        protocol: url.protocol === "ssh:" ? "ssh" : "http",
        host: url.hostname,
        port: url.port,
        username: url.username,
      };
}

function isLocal(address: string): boolean {
  return address.startsWith("unix:");
}

function get<Answer>(modem: Modem, path: string): Promise<Answer> {
  return new Promise((resolve, reject) =>
    modem.dial(
      { path, method: "GET", statusCodes: { 200: true, 500: "server error" }, options: {} },
      (error, answer) => (error ? reject(error as Error) : resolve(answer as Answer)),
    ),
  );
}

function engineProblem(address: string, error: NodeJS.ErrnoException): Problem {
  const key = "docker:host";
  if (error.code === "EACCES" || error.code === "EPERM") {
    return {
      key,
      message: `this user is not permitted to use the Docker engine at ${address}`,
      fix: 'sudo usermod -aG docker "$USER" && newgrp docker',
    };
  }
  if (
    ["ENOENT", "ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "ETIMEDOUT"].includes(error.code ?? "")
  ) {
    return {
      key,
      message: `no Docker engine answers at ${address}`,
      fix: isLocal(address) ? "sudo service docker start" : undefined,
    };
  }
  return {
    key,
    message: `the Docker engine at ${address} answers with an error: ${error.message}`,
  };
}

/** The port must be free, or held by this stack's own registry. */
async function portProblems(
  { endpoint }: RegistryArgs,
  containers: ContainerSummary[],
  own: ContainerSummary[],
  local: boolean,
): Promise<Problem[]> {
  const publishes = ({ Ports }: ContainerSummary) =>
    Ports.some(
      ({ IP, PublicPort }) =>
        PublicPort === endpoint.port && (IP === undefined || overlap(IP, endpoint.address)),
    );
  if (own.some(publishes)) return [];
  const holder = containers.find(publishes);
  const taken =
    holder !== undefined
      ? `container ${holder.Names[0]?.slice(1)}`
      : local && (await isTaken(endpoint.port, endpoint.address))
        ? "another program"
        : undefined;
  return taken === undefined
    ? []
    : [
        {
          key: "wharf:endpoint.port",
          message: `${endpoint.port} on ${endpoint.address} is in use by ${taken}`,
          fix: `pulumi config set --path 'wharf:endpoint.port' ${endpoint.port + 1}`,
        },
      ];
}

function overlap(one: string, other: string): boolean {
  const any = ["0.0.0.0", "::"];
  return one === other || any.includes(one) || any.includes(other);
}

/** Whether a program outside Docker listens there, seen by listening for a moment oneself. */
function isTaken(port: number, address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code === "EADDRINUSE"));
    server.listen({ port, host: address, exclusive: true }, () =>
      server.close(() => resolve(false)),
    );
  });
}

async function diskProblems(modem: Modem, { storage }: RegistryArgs): Promise<Problem[]> {
  const { DockerRootDir } = await get<{ DockerRootDir: string }>(modem, "/info?");
  const directory = (storage.kind === "volume" && storage.path) || DockerRootDir;
  const { bavail, bsize } = await statfs(directory).catch(() => ({ bavail: 0, bsize: 0 }));
  // A directory that cannot be looked at (a Docker engine in a virtual machine) says nothing about its space.
  if (bsize === 0) return [];
  const freeGiB = (bavail * bsize) / bytesPerGiB;
  const neededGiB = Math.max(leastFreeGiB, storage.kind === "volume" ? storage.sizeGiB : 0);
  return freeGiB >= neededGiB
    ? []
    : [
        {
          key: storage.kind === "volume" ? "wharf:storage.sizeGiB" : "wharf:storage",
          message: `${neededGiB} GiB are needed and ${directory} has ${freeGiB.toFixed(1)} GiB free`,
          fix: "docker system df",
        },
      ];
}
