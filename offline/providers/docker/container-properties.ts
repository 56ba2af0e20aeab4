import type { Properties } from "../properties";
import type { Value } from "../values";
import { labelsProperty } from "./labels";

function isDuration(value: Value): string | undefined {
  return /^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$|^0$/.test(String(value))
    ? undefined
    : 'must be a duration such as "30s" or "1m30s"';
}

function isAtLeast(least: number): (value: Value) => string | undefined {
  return (value) => (Number(value) >= least ? undefined : `must be at least ${least}`);
}

function isBase64(value: Value): string | undefined {
  const text = String(value).replace(/[\r\n]/g, "");
  return Buffer.from(text, "base64").toString("base64") === text ? undefined : "must be base64";
}

function isOff(value: Value): string | undefined {
  return value === true
    ? "is not supported by the built-in stand-in; install the official plugin"
    : undefined;
}

const propagations = ["private", "rprivate", "shared", "rshared", "slave", "rslave"];

/**
 * The properties of a container that the stand-in knows: all of the official plugin's except devices and gpus, options of a mounted
 * volume's driver, whom an uploaded file belongs to, attach and logs. What they may be is what Terraform's provider checks. Durations are Go's ("1m30s"), memory is in MiB.
 */
export const containerProperties: Properties = {
  attach: { type: "boolean", default: false, check: isOff },
  bridge: { type: "string", output: true },
  capabilities: {
    type: "object",
    replaces: true,
    fields: { adds: { type: "set" }, drops: { type: "set" } },
  },
  cgroupParent: { type: "string", replaces: true },
  cgroupnsMode: { type: "string", replaces: true },
  command: { type: "list", computed: true, replaces: true },
  containerReadRefreshTimeoutMilliseconds: { type: "number", default: 15_000 },
  cpuPeriod: { type: "number", check: isAtLeast(0) },
  cpuQuota: { type: "number", check: isAtLeast(0) },
  cpuSet: {
    type: "string",
    check: (value) =>
      /^\d+([,-]\d+)*$/.test(String(value)) ? undefined : 'must be CPUs, such as "0-2" or "0,2"',
  },
  cpuShares: { type: "number", check: isAtLeast(0) },
  cpus: { type: "string", replaces: true },
  destroyGraceSeconds: { type: "number" },
  dns: { type: "set", replaces: true },
  dnsOpts: { type: "set", replaces: true },
  dnsSearches: { type: "set", replaces: true },
  domainname: { type: "string", replaces: true },
  entrypoints: { type: "list", computed: true, replaces: true },
  envs: { type: "set", computed: true, replaces: true },
  exitCode: { type: "number", output: true },
  groupAdds: { type: "set", replaces: true },
  healthcheck: {
    type: "object",
    computed: true,
    fields: {
      interval: { type: "string", default: "0s", check: isDuration },
      retries: { type: "number", default: 0, check: isAtLeast(0) },
      startInterval: { type: "string", default: "0s", check: isDuration },
      startPeriod: { type: "string", default: "0s", check: isDuration },
      tests: { type: "list" },
      timeout: { type: "string", default: "0s", check: isDuration },
    },
  },
  hostname: { type: "string", computed: true, replaces: true },
  hosts: {
    type: "set",
    replaces: true,
    fields: { host: { type: "string", required: true }, ip: { type: "string", required: true } },
  },
  image: { type: "string", required: true, replaces: true },
  init: { type: "boolean", computed: true },
  ipcMode: { type: "string", computed: true, replaces: true },
  labels: { ...labelsProperty, computed: true },
  logDriver: { type: "string", computed: true, replaces: true },
  logOpts: { type: "map", replaces: true },
  logs: { type: "boolean", default: false, check: isOff },
  maxRetryCount: { type: "number" },
  memory: { type: "number", check: isAtLeast(0) },
  memoryReservation: { type: "number", default: 0, check: isAtLeast(0) },
  // The engine fills in twice the memory; the official plugin then shows an update at every `up`.
  memorySwap: { type: "number", computed: true, check: isAtLeast(-1) },
  mounts: {
    type: "set",
    replaces: true,
    fields: {
      bindOptions: {
        type: "object",
        fields: { propagation: { type: "string", allowed: propagations } },
      },
      readOnly: { type: "boolean" },
      source: { type: "string" },
      target: { type: "string", required: true },
      tmpfsOptions: {
        type: "object",
        fields: { mode: { type: "number" }, sizeBytes: { type: "number" } },
      },
      type: { type: "string", required: true, allowed: ["bind", "volume", "tmpfs"] },
      volumeOptions: { type: "object", fields: { noCopy: { type: "boolean" } } },
    },
  },
  mustRun: { type: "boolean", default: true },
  name: { type: "string", replaces: true },
  networkDatas: { type: "list", output: true },
  networkMode: { type: "string", default: "bridge", replaces: true },
  networksAdvanced: {
    type: "set",
    replaces: true,
    fields: {
      aliases: { type: "set" },
      driverOpts: { type: "set" },
      gwPriority: { type: "number" },
      ipv4Address: { type: "string" },
      ipv6Address: { type: "string" },
      linkLocalIps: { type: "set" },
      macAddress: { type: "string" },
      name: { type: "string", required: true },
    },
  },
  pidMode: { type: "string", replaces: true },
  platform: { type: "string", computed: true, replaces: true },
  ports: {
    // A list in the SDK, but the engine gives the ports back in an order of its own.
    type: "set",
    replaces: true,
    fields: {
      external: { type: "number", computed: true },
      internal: { type: "number", required: true },
      ip: { type: "string", default: "0.0.0.0" },
      protocol: { type: "string", default: "tcp" },
    },
  },
  privileged: { type: "boolean", replaces: true },
  publishAllPorts: { type: "boolean", replaces: true },
  readOnly: { type: "boolean", default: false, replaces: true },
  removeVolumes: { type: "boolean", default: true },
  restart: {
    type: "string",
    default: "no",
    allowed: ["no", "on-failure", "always", "unless-stopped"],
  },
  rm: { type: "boolean", default: false },
  runtime: { type: "string", computed: true, replaces: true },
  securityOpts: { type: "set", computed: true, replaces: true },
  shmSize: { type: "number", computed: true, replaces: true, check: isAtLeast(0) },
  start: { type: "boolean", default: true },
  stdinOpen: { type: "boolean", default: false, replaces: true },
  stopSignal: { type: "string", computed: true, replaces: true },
  stopTimeout: { type: "number", computed: true, replaces: true },
  storageOpts: { type: "map", replaces: true },
  sysctls: { type: "map", replaces: true },
  tmpfs: { type: "map" },
  tty: { type: "boolean", default: false, replaces: true },
  ulimits: {
    type: "set",
    replaces: true,
    fields: {
      hard: { type: "number", required: true },
      name: { type: "string", required: true },
      soft: { type: "number", required: true },
    },
  },
  uploads: {
    type: "set",
    replaces: true,
    fields: {
      content: { type: "string" },
      contentBase64: { type: "string", check: isBase64 },
      executable: { type: "boolean", default: false },
      file: { type: "string", required: true },
      permissions: {
        type: "string",
        check: (value) =>
          /^0[0-7]{3}$/.test(String(value)) ? undefined : 'must be octal, such as "0644"',
      },
      source: { type: "string" },
      sourceHash: { type: "string" },
    },
  },
  // What the image says counts where the program says nothing.
  user: { type: "string", computed: true, replaces: true },
  usernsMode: { type: "string", replaces: true },
  volumes: {
    type: "set",
    replaces: true,
    fields: {
      containerPath: {
        type: "string",
        check: (value) =>
          /^([a-zA-Z]:[\\/]|\/)/.test(String(value)) ? undefined : "must be an absolute path",
      },
      fromContainer: { type: "string" },
      hostPath: { type: "string" },
      readOnly: { type: "boolean" },
      selinuxRelabel: { type: "string", allowed: ["z", "Z"] },
      volumeName: { type: "string" },
    },
  },
  wait: { type: "boolean", default: false },
  waitTimeout: { type: "number", default: 60 },
  workingDir: { type: "string", computed: true, replaces: true },
};
