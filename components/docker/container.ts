import * as pulumi from "@pulumi/pulumi";
import type { ContainerArgs } from "@pulumi/docker/container";
import type { input } from "@pulumi/docker/types";
import { createHash } from "node:crypto";
import type { SharedDescription } from "../model/description";
import { Environment } from "../model/environment";
import { debugPort } from "../distribution/config";

/** uid and gid of everything that Wharf runs; above 10000, so that it meets no account of the host. */
export const unprivilegedUser = "10001:10001";

/**
 * Time that Docker waits between two health checks. Long, since every check starts a process. Where the engine has no start
 * interval, the first check comes after one interval, which bounds how soon `up` ends: short where people wait for it.
 */
const healthInterval = ({ environment, startInterval }: SharedDescription) =>
  environment === Environment.Prod || startInterval !== undefined ? "10s" : "2s";

/** What every running container has in common: it restarts, its logs rotate, and it can do nothing but its work. */
export const hardened = {
  restart: "always",
  user: unprivilegedUser,
  readOnly: true,
  capabilities: { drops: ["ALL"] },
  securityOpts: ["no-new-privileges:true"],
  logDriver: "json-file",
  logOpts: { "max-size": "10m", "max-file": "3" },
  // `up` ends once the health check has passed.
  wait: true,
  waitTimeout: 120,
  mustRun: true,
} satisfies Partial<ContainerArgs>;

/** Health check by a command in the container. */
export function healthcheck(
  args: SharedDescription,
  ...command: string[]
): input.ContainerHealthcheck {
  return {
    tests: ["CMD", ...command],
    interval: healthInterval(args),
    timeout: "5s",
    retries: 5,
    startPeriod: "30s",
    ...(args.startInterval !== undefined && { startInterval: args.startInterval }),
  };
}

/** What a container of distribution may write beside its images. */
export const serverTmpfs = { "/tmp": "size=16m,mode=1777" };

/** Command that succeeds in a container of distribution once it serves. */
export const serverHealth = [
  "wget",
  "-O",
  "/dev/null",
  `http://127.0.0.1:${debugPort}/debug/health`,
];

/** Label that a container carries a digest in, see `madeFrom`. */
export const madeFromLabel = "io.wharf.made-from";

/**
 * Label by which a container is replaced when something changes that it takes in only when it is made or started: its files,
 * and what the provider would update only in its state (a health check, a tmpfs).
 */
export function madeFrom(
  files: pulumi.Output<string>,
  rest: Pick<ContainerArgs, "healthcheck" | "tmpfs">,
): { label: string; value: pulumi.Output<string> } {
  const value = pulumi
    .all([files, rest.healthcheck, rest.tmpfs])
    .apply(([digest, healthcheck, tmpfs]) => madeFromValue(digest, { healthcheck, tmpfs }));
  return { label: madeFromLabel, value };
}

/** The value of that label. */
export function madeFromValue(
  files: string,
  { healthcheck, tmpfs }: { healthcheck?: unknown; tmpfs?: unknown },
): string {
  return createHash("sha256")
    .update(JSON.stringify([files, healthcheck, tmpfs]))
    .digest("hex");
}
