import type { ContainerInspectInfo } from "dockerode";
import { isZero } from "../properties";
import { flag, text, type Value, type Values } from "../values";
import { formatDuration } from "./durations";

// What the engine says besides what the library's types know.
interface Inspected extends ContainerInspectInfo {
  NetworkSettings: ContainerInspectInfo["NetworkSettings"] & { Bridge?: string };
  Config: ContainerInspectInfo["Config"] & { StopSignal?: string; StopTimeout?: number };
}

const mebibyte = 1024 * 1024;

/**
 * What is known of a container: what was planned (or known before), overlaid by what the engine
 * says. Environment, labels, volumes and uploads are not read back, since the image adds to the
 * first two and the last two cannot change; so does the official plugin.
 */
export function containerState(before: Values, inspected: Inspected): Values {
  const { Config: config, HostConfig: host, State: run } = inspected;
  const stopped = !run.Running;
  const state: Values = {
    ...before,
    id: inspected.Id,
    envs: before.envs ?? [],
    labels: before.labels ?? [],
    bridge: inspected.NetworkSettings.Bridge ?? "",
    command: config.Cmd ?? [],
    cpuSet: host.CpusetCpus ?? "",
    cpuShares: host.CpuShares ?? 0,
    dns: host.Dns ?? [],
    dnsOpts: host.DnsOptions ?? [],
    dnsSearches: host.DnsSearch ?? [],
    domainname: config.Domainname ?? "",
    entrypoints:
      typeof config.Entrypoint === "string" ? [config.Entrypoint] : (config.Entrypoint ?? []),
    groupAdds: host.GroupAdd ?? [],
    hostname: config.Hostname,
    hosts: ((host.ExtraHosts as string[] | null | undefined) ?? []).map(extraHost),
    // A container made from an identifier names the image by it, whatever tag it has meanwhile.
    image: text(before, "image").startsWith("sha256:") ? inspected.Image : config.Image,
    init: host.Init ?? false,
    ipcMode: host.IpcMode ?? "",
    logDriver: host.LogConfig?.Type ?? "",
    logOpts: isZero(before.logOpts) ? {} : ((host.LogConfig?.Config ?? {}) as Values),
    maxRetryCount: host.RestartPolicy?.MaximumRetryCount ?? 0,
    memory: (host.Memory ?? 0) / mebibyte,
    memoryReservation: (host.MemoryReservation ?? 0) / mebibyte,
    memorySwap:
      (host.MemorySwap ?? 0) > 0 ? (host.MemorySwap ?? 0) / mebibyte : (host.MemorySwap ?? 0),
    name: inspected.Name.replace(/^\//, ""),
    networkDatas: networkData(inspected),
    networkMode: host.NetworkMode ?? "",
    platform: inspected.Platform,
    privileged: host.Privileged ?? false,
    publishAllPorts: host.PublishAllPorts ?? false,
    readOnly: host.ReadonlyRootfs ?? false,
    restart: host.RestartPolicy?.Name || "no",
    rm: host.AutoRemove ?? false,
    runtime: host.Runtime ?? "",
    securityOpts: host.SecurityOpt ?? [],
    shmSize: (host.ShmSize ?? 0) / mebibyte,
    stdinOpen: config.OpenStdin,
    stopSignal: config.StopSignal ?? "",
    stopTimeout: config.StopTimeout ?? 0,
    storageOpts: host.StorageOpt ?? {},
    sysctls: (host.Sysctls as Values | null | undefined) ?? {},
    tmpfs: (host.Tmpfs as Values | null | undefined) ?? {},
    tty: config.Tty,
    user: config.User,
    usernsMode: host.UsernsMode ?? "",
    workingDir: config.WorkingDir,
  };
  const capabilities = { adds: host.CapAdd ?? [], drops: host.CapDrop ?? [] };
  if (!isZero(capabilities)) {
    state.capabilities = capabilities;
  }
  if (config.Healthcheck !== undefined) {
    state.healthcheck = healthcheck(config.Healthcheck);
  }
  if ((host.NanoCpus ?? 0) > 0 && Number(text(before, "cpus")) * 1e9 !== host.NanoCpus) {
    state.cpus = String((host.NanoCpus ?? 0) / 1e9);
  }
  // A container that does not run has no ports; one that must run is then missing them.
  if ((run.Running || flag(before, "mustRun")) && !isZero(before.ports)) {
    state.ports = ports(inspected);
  }
  if (stopped) {
    state.exitCode = run.ExitCode;
    state.mustRun = false;
  }
  return state;
}

function extraHost(entry: string): Values {
  const at = entry.indexOf(":");
  return { host: entry.slice(0, at), ip: entry.slice(at + 1) };
}

interface Healthcheck {
  Test?: string[];
  Interval?: number;
  Timeout?: number;
  StartPeriod?: number;
  StartInterval?: number;
  Retries?: number;
}

function healthcheck(check: Healthcheck): Values {
  return {
    interval: formatDuration(check.Interval ?? 0),
    retries: check.Retries ?? 0,
    startInterval: formatDuration(check.StartInterval ?? 0),
    startPeriod: formatDuration(check.StartPeriod ?? 0),
    tests: check.Test ?? [],
    timeout: formatDuration(check.Timeout ?? 0),
  };
}

function networkData(inspected: ContainerInspectInfo): Value[] {
  return Object.entries(inspected.NetworkSettings.Networks ?? {}).map(([networkName, data]) => ({
    gateway: data.Gateway,
    globalIpv6Address: data.GlobalIPv6Address,
    globalIpv6PrefixLength: data.GlobalIPv6PrefixLen,
    ipAddress: data.IPAddress,
    ipPrefixLength: data.IPPrefixLen,
    ipv6Gateway: data.IPv6Gateway,
    macAddress: data.MacAddress,
    networkName,
  }));
}

function ports(inspected: ContainerInspectInfo): Value[] {
  const published = Object.entries(inspected.NetworkSettings.Ports ?? {});
  return published
    .sort(([one], [other]) => parseInt(one, 10) - parseInt(other, 10))
    .flatMap(([key, bindings]) => {
      const [internal, protocol] = key.split("/");
      return ((bindings as { HostIp: string; HostPort: string }[] | null) ?? []).map((binding) => ({
        external: Number(binding.HostPort),
        internal: Number(internal),
        ip: binding.HostIp,
        protocol: protocol ?? "tcp",
      }));
    });
}
