import { spawn } from "node:child_process";
import { chmodSync, copyFileSync, readdirSync } from "node:fs";
import { once } from "node:events";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Announce } from "../../../offline/announce";
import { goArchitecture } from "../../../offline/images/registry-image";
import { packageVersion, redisPrograms } from "../../../offline/images/redis-image";
import { announce } from "../../support/announce";
import { freePort } from "../../support/free-port";
import { until } from "../../support/running-registry";

/** The Redis of the image, on loopback. */
export interface RunningRedis {
  /** `host:port`. */
  address: string;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Whether something listens on a port of loopback. */
const listens = (port: number) =>
  new Promise<true | undefined>((resolve) => {
    const connection = createConnection(port, "127.0.0.1");
    connection.on("connect", () => connection.destroy() && resolve(true));
    connection.on("error", () => resolve(undefined));
  });

/** Which the system's package manager takes half a second to tell. */
let version: ReturnType<typeof packageVersion> | undefined;

/** The directory of Redis's programs, from Debian's packages, downloaded the first time: not every test's engine reaches Debian. */
export async function redis(on: Announce): Promise<string> {
  on.start("redis", "having Debian's packages of it");
  version ??= packageVersion();
  const directory = await redisPrograms(goArchitecture(process.arch), await version, on);
  on.done("redis", await version);
  return directory;
}

/**
 * Starts Redis.
 * @param directory where its loader is copied to
 * @param before the port of one that starts again
 */
export async function startRedis(directory: string, before?: number): Promise<RunningRedis> {
  const files = await redis(announce);
  const kept = readdirSync(files).find((name) => name.startsWith("ld-linux")) ?? "";
  // Kept as part of an image, where it is not to be run.
  const loader = join(directory, "loader");
  copyFileSync(join(files, kept), loader);
  chmodSync(loader, 0o755);
  const port = before ?? (await freePort());
  const options = ["--port", String(port), "--bind", "127.0.0.1", "--save", ""];
  const server = spawn(loader, ["--library-path", files, join(files, "redis-server"), ...options], {
    cwd: tmpdir(),
    stdio: "ignore",
  });
  await until("Redis answers", () => listens(port));
  return {
    address: `127.0.0.1:${port}`,
    async stop(signal) {
      if (server.exitCode !== null || server.signalCode !== null) return;
      const ended = once(server, "exit");
      server.kill(signal);
      await ended;
    },
  };
}
