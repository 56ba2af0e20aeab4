import type Docker from "dockerode";
import { flag, isObject, number, objects, text, textMap, texts, type Values } from "../values";
import { parseDuration } from "./durations";
import { labelMap } from "./labels";

const mebibyte = 1024 * 1024;

/** What the engine is asked to create, from the planned properties. */
export function createOptions(planned: Values): Docker.ContainerCreateOptions {
  const ports = objects(planned, "ports");
  const volumes = objects(planned, "volumes").filter(
    (volume) => text(volume, "containerPath") !== "",
  );
  return {
    name: text(planned, "name"),
    ...(text(planned, "platform") && { platform: text(planned, "platform") }),
    Image: text(planned, "image"),
    Hostname: text(planned, "hostname"),
    Domainname: text(planned, "domainname"),
    User: text(planned, "user"),
    Tty: flag(planned, "tty"),
    OpenStdin: flag(planned, "stdinOpen"),
    WorkingDir: text(planned, "workingDir"),
    Env: texts(planned, "envs"),
    ...(texts(planned, "command").length > 0 && { Cmd: texts(planned, "command") }),
    ...(texts(planned, "entrypoints").length > 0 && { Entrypoint: texts(planned, "entrypoints") }),
    ...(text(planned, "stopSignal") && { StopSignal: text(planned, "stopSignal") }),
    ...(number(planned, "stopTimeout") > 0 && { StopTimeout: number(planned, "stopTimeout") }),
    Labels: labelMap(planned),
    ExposedPorts: Object.fromEntries(ports.map((port) => [portKey(port), {}])),
    Volumes: Object.fromEntries(volumes.map((volume) => [text(volume, "containerPath"), {}])),
    ...(isObject(planned.healthcheck) && { Healthcheck: healthcheck(planned.healthcheck) }),
    HostConfig: hostConfig(planned),
  };
}

function healthcheck(check: Values): Docker.HealthConfig {
  return {
    Test: texts(check, "tests"),
    Interval: parseDuration(text(check, "interval")),
    Timeout: parseDuration(text(check, "timeout")),
    StartPeriod: parseDuration(text(check, "startPeriod")),
    Retries: number(check, "retries"),
    // Engines before API 1.44 refuse a start interval, so it is sent only where it is asked for.
    ...(parseDuration(text(check, "startInterval")) > 0 && {
      StartInterval: parseDuration(text(check, "startInterval")),
    }),
  };
}

function hostConfig(planned: Values): Docker.HostConfig {
  const capabilities = isObject(planned.capabilities) ? planned.capabilities : {};
  // Only the docker command line knows it; the engine takes its meaning as two empty lists.
  const unconfined = texts(planned, "securityOpts").includes("systempaths=unconfined");
  return {
    AutoRemove: flag(planned, "rm"),
    Binds: objects(planned, "volumes").flatMap(bind),
    VolumesFrom: objects(planned, "volumes")
      .map((volume) => text(volume, "fromContainer"))
      .filter((name) => name !== ""),
    Mounts: objects(planned, "mounts").map(mount),
    Tmpfs: textMap(planned, "tmpfs"),
    PortBindings: portBindings(objects(planned, "ports")),
    PublishAllPorts: flag(planned, "publishAllPorts"),
    Privileged: flag(planned, "privileged"),
    ReadonlyRootfs: flag(planned, "readOnly"),
    CapAdd: texts(capabilities, "adds"),
    CapDrop: texts(capabilities, "drops"),
    SecurityOpt: texts(planned, "securityOpts").filter(
      (option) => option !== "systempaths=unconfined",
    ),
    ...(unconfined && { MaskedPaths: [], ReadonlyPaths: [] }),
    LogConfig: { Type: text(planned, "logDriver"), Config: textMap(planned, "logOpts") ?? {} },
    NetworkMode: text(planned, "networkMode"),
    ExtraHosts: objects(planned, "hosts").map(
      (host) => `${text(host, "host")}:${text(host, "ip")}`,
    ),
    Dns: texts(planned, "dns"),
    DnsOptions: texts(planned, "dnsOpts"),
    DnsSearch: texts(planned, "dnsSearches"),
    GroupAdd: texts(planned, "groupAdds"),
    Init: flag(planned, "init"),
    IpcMode: text(planned, "ipcMode"),
    PidMode: text(planned, "pidMode"),
    UsernsMode: text(planned, "usernsMode"),
    Sysctls: textMap(planned, "sysctls"),
    StorageOpt: textMap(planned, "storageOpts"),
    Ulimits: objects(planned, "ulimits").map((limit) => ({
      Name: text(limit, "name"),
      Soft: number(limit, "soft"),
      Hard: number(limit, "hard"),
    })),
    ShmSize: number(planned, "shmSize") * mebibyte,
    ...(text(planned, "runtime") && { Runtime: text(planned, "runtime") }),
    ...(text(planned, "cgroupnsMode") && { CgroupnsMode: text(planned, "cgroupnsMode") }),
    ...(text(planned, "cgroupParent") && { CgroupParent: text(planned, "cgroupParent") }),
    ...cpuTime(planned),
    ...updatableLimits(planned),
  };
}

function cpuTime(planned: Values): Docker.HostConfig {
  const cpus = text(planned, "cpus");
  if (cpus !== "") {
    if (!/^\d+(\.\d{1,9})?$/.test(cpus)) {
      throw new Error(`cpus must be a number of processors such as "0.5" or "2", not "${cpus}".`);
    }
    return { NanoCpus: Math.round(Number(cpus) * 1e9) };
  }
  return { CpuPeriod: number(planned, "cpuPeriod"), CpuQuota: number(planned, "cpuQuota") };
}

/** The limits and the restart policy: what the engine can change of a container that exists. */
export function updatableLimits(planned: Values): Docker.HostConfig {
  const swap = number(planned, "memorySwap");
  return {
    RestartPolicy: {
      Name: text(planned, "restart"),
      MaximumRetryCount: number(planned, "maxRetryCount"),
    },
    CpuShares: number(planned, "cpuShares"),
    CpusetCpus: text(planned, "cpuSet"),
    Memory: number(planned, "memory") * mebibyte,
    MemoryReservation: number(planned, "memoryReservation") * mebibyte,
    ...(swap !== 0 && { MemorySwap: swap > 0 ? swap * mebibyte : swap }),
  };
}

function portKey(port: Values): string {
  return `${number(port, "internal")}/${text(port, "protocol")}`;
}

function portBindings(ports: Values[]): Docker.PortMap {
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const port of ports) {
    const external = number(port, "external");
    (bindings[portKey(port)] ??= []).push({
      HostIp: text(port, "ip"),
      // Without one, the engine picks a free port.
      HostPort: external === 0 ? "" : String(external),
    });
  }
  return bindings;
}

function bind(volume: Values): string[] {
  const source = text(volume, "hostPath") || text(volume, "volumeName");
  if (source === "") {
    return [];
  }
  const relabel = text(volume, "selinuxRelabel");
  const mode = (flag(volume, "readOnly") ? "ro" : "rw") + (relabel && `,${relabel}`);
  return [`${source}:${text(volume, "containerPath")}:${mode}`];
}

function mount(planned: Values): Docker.MountSettings {
  const options = (name: string): Values | undefined => {
    const value = planned[name];
    return isObject(value) ? value : undefined;
  };
  const tmpfs = options("tmpfsOptions");
  const bindOptions = options("bindOptions");
  const volumeOptions = options("volumeOptions");
  return {
    Type: text(planned, "type") as Docker.MountType,
    Target: text(planned, "target"),
    Source: text(planned, "source"),
    ReadOnly: flag(planned, "readOnly"),
    ...(bindOptions && {
      BindOptions: { Propagation: text(bindOptions, "propagation") as Docker.MountPropagation },
    }),
    ...(volumeOptions && {
      VolumeOptions: {
        NoCopy: flag(volumeOptions, "noCopy"),
        Labels: {},
        DriverConfig: { Name: "", Options: {} },
      },
    }),
    ...(tmpfs && {
      TmpfsOptions: { SizeBytes: number(tmpfs, "sizeBytes"), Mode: number(tmpfs, "mode") },
    }),
  };
}
