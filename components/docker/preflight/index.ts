import type { SharedDescription } from "../../model/description";
import Modem from "docker-modem";
import * as pulumi from "@pulumi/pulumi";
import { statfs } from "node:fs/promises";
import { createServer } from "node:net";
import type { Path } from "../../core/fields";
import { keyOf, setCommand } from "../../core/messages";
import type { Problem } from "../../core/problems";

import { Environment } from "../../model/environment";
import { cachePort } from "../rules";
import {
  clientOptions,
  defaultHost,
  hostFault,
  startIntervalOf,
  unfitEngine,
  isLocal,
  isUnprotected,
  type DockerHost,
  type EngineVersion,
} from "../host";
import { standingResources } from "../../state/standing";
import { directoryProblems } from "./directory";
import { isOwn, namedAlike, ownerProblems, type NamedObject } from "./owners";

/** Free space that a registry needs to start and log, whatever images it is to hold. */
const leastFreeGiB = 1;
const highestPort = 65535;
const bytesPerGiB = 2 ** 30;

/** What the Engine API says of a container in a list, as far as it is asked here. */
interface ContainerSummary {
  Id: string;
  Names: string[];
  Labels: Record<string, string>;
  Ports: { IP?: string; PublicPort?: number }[];
}

/** What it says of a network or a volume in a list, as far as it is asked here. */
interface ObjectSummary {
  Id?: string;
  Name: string;
  Labels: Record<string, string> | null;
}

/** What it says of itself, as far as it is asked here. */
interface EngineInfo {
  DockerRootDir: string;
  OperatingSystem: string;
  /** As `name=seccomp,profile=default`. */
  SecurityOptions: string[] | null;
}

/** What prevents an `up` on the Docker host: no engine, no permission, another's objects under the stack's names, the port in use,
 * the disk full, no such directory. Once the stack exists, little but the engine itself is asked for: an `up` that changes nothing
 * costs five requests.
 */
export async function preflight(args: SharedDescription): Promise<Problem[]> {
  const place = describedHost();
  const key = "docker:host";
  if (args.environment === Environment.Prod && isUnprotected(place)) {
    return [
      {
        key,
        message: `${place.host} without TLS lets everybody on the network act as root on that host, and read the registry's key and passwords`,
        fix: "pulumi config set docker:certPath DIRECTORY   # of ca.pem, cert.pem and key.pem",
      },
    ];
  }
  let modem: Modem;
  let containers: ContainerSummary[];
  let networks: ObjectSummary[];
  let volumes: { Volumes: ObjectSummary[] | null };
  let info: EngineInfo;
  let version: EngineVersion;
  try {
    modem = new Modem(clientOptions(place));
    [containers, networks, volumes, info, version] = await Promise.all([
      get<typeof containers>(modem, "/containers/json?all=1&"),
      get<typeof networks>(modem, "/networks?"),
      get<typeof volumes>(modem, "/volumes?"),
      get<EngineInfo>(modem, "/info?"),
      versionOf(place),
    ]);
  } catch (error) {
    return [{ key, ...hostFault(place, error) }];
  }
  const unfit = unfitEngine(place.host, version);
  if (unfit !== undefined) return [{ key, ...unfit }];
  const ofContainer = ({ Id, Names, Labels }: ContainerSummary): NamedObject => ({
    kind: "container",
    id: Id,
    name: Names[0]?.slice(1) ?? "",
    labels: Labels,
  });
  const ofKind =
    (kind: "network" | "volume") =>
    ({ Id, Name, Labels }: ObjectSummary): NamedObject => ({
      kind,
      id: Id ?? Name,
      name: Name,
      labels: Labels ?? {},
    });
  const alike = namedAlike(
    [
      ...containers.map(ofContainer),
      ...networks.map(ofKind("network")),
      ...(volumes.Volumes ?? []).map(ofKind("volume")),
    ],
    args,
  );
  // The engine is not asked for the state of a stack that can have none: it would note a provider of its own in it.
  const standing = alike.length === 0 ? [] : await standingResources(args);
  const own = containers.filter((container) => isOwn(ofContainer(container), standing));
  const local = isLocal(place.host);
  return [
    ...ownerProblems(alike, standing, args),
    ...(await portProblems(args, containers, own, local)),
    ...(local ? await directoryProblems(args.storage, knowsUsers(info)) : []),
    ...(local && own.length === 0 ? await diskProblems(info, args) : []),
  ];
}

/** The description with what depends on the engine. One that does not answer is the preflight's first problem. */
export async function completed<Described extends SharedDescription>(
  args: Described,
): Promise<Described> {
  const version = await versionOf(describedHost()).catch((): EngineVersion => ({}));
  const startInterval = startIntervalOf(version);
  return startInterval === undefined ? args : { ...args, startInterval };
}

/** How the program itself reaches the Docker host. */
export function connectionOptions(): ConstructorParameters<typeof Modem>[0] {
  return clientOptions(describedHost());
}

/** The Docker host by the provider's own keys, in the provider's order: the stack's config before the environment. */
function describedHost(): DockerHost {
  const config = new pulumi.Config("docker");
  return {
    host: config.get("host") || process.env.DOCKER_HOST || defaultHost,
    certPath: config.get("certPath") || process.env.DOCKER_CERT_PATH,
  };
}

const versions = new Map<string, Promise<EngineVersion>>();

/** What the engine says of its version; it is asked once, since the way to it may be long. */
function versionOf(place: DockerHost): Promise<EngineVersion> {
  const key = JSON.stringify(place);
  const asked =
    versions.get(key) ??
    Promise.resolve().then(() => get<EngineVersion>(new Modem(clientOptions(place)), "/version?"));
  versions.set(key, asked);
  return asked;
}

function get<Answer>(modem: Modem, path: string): Promise<Answer> {
  return new Promise((resolve, reject) =>
    modem.dial(
      { path, method: "GET", statusCodes: { 200: true, 500: "server error" }, options: {} },
      (error, answer) => (error ? reject(error as Error) : resolve(answer as Answer)),
    ),
  );
}

/** A port of the description. */
interface WantedPort {
  path: Path;
  port: number;
}

/** The ports must be free, or held by this stack's own containers. */
async function portProblems(
  args: SharedDescription,
  containers: ContainerSummary[],
  own: ContainerSummary[],
  local: boolean,
): Promise<Problem[]> {
  const { address, port } = args.endpoint;
  const wanted: WantedPort[] = [
    { path: ["endpoint", "port"], port },
    ...args.pullThroughCaches.map((_, i) => ({
      path: ["pullThroughCaches", i, "port"],
      port: cachePort(args, i),
    })),
  ];
  const ports = wanted.map((each) => each.port);
  const holder = async (asked: number) => {
    const container = containers.find((other) => publishes(other, asked, address));
    if (container !== undefined) return `container ${container.Names[0]?.slice(1)}`;
    return local && (await isTaken(asked, address)) ? "another program" : undefined;
  };
  const problemOf = async ({ path, port: asked }: WantedPort): Promise<Problem[]> => {
    if (own.some((container) => publishes(container, asked, address))) return [];
    const taken = await holder(asked);
    if (taken === undefined) return [];
    let free = asked + 1;
    while (free <= highestPort && (ports.includes(free) || (await holder(free)) !== undefined)) {
      free++;
    }
    return [
      {
        key: keyOf(path),
        message: `${asked} on ${address} is in use by ${taken}`,
        fix: free <= highestPort ? setCommand(path, free) : undefined,
      },
    ];
  };
  // One after the other: a port is free once this process itself can listen on it.
  const problems: Problem[] = [];
  for (const each of wanted) problems.push(...(await problemOf(each)));
  return problems;
}

function publishes({ Ports }: ContainerSummary, port: number, address: string): boolean {
  return Ports.some(
    ({ IP, PublicPort }) => PublicPort === port && (IP === undefined || overlap(IP, address)),
  );
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

/**
 * Whether a user has the same number in a container as on this machine: not in a virtual machine, and not where the engine gives
 * containers numbers of their own.
 */
function knowsUsers({ OperatingSystem, SecurityOptions }: EngineInfo): boolean {
  const mapped = /^name=(rootless|userns)\b/;
  return OperatingSystem !== "Docker Desktop" && !SecurityOptions?.some((one) => mapped.test(one));
}

async function diskProblems(
  { DockerRootDir }: EngineInfo,
  { storage }: SharedDescription,
): Promise<Problem[]> {
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
