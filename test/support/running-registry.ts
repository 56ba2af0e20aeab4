import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type IncomingHttpHeaders, request as httpRequest } from "node:http";
import { request as httpsRequest, type RequestOptions } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scheduler } from "node:timers/promises";
import {
  type AuthInput,
  type ConfigInputs,
  type DistributionConfig,
  distributionConfig,
  renderConfig,
} from "../../components/distribution/config";
import { distributionSettings } from "../../components/model/distribution/settings";
import { storageSettings } from "../../components/model/storage";
import type { z } from "zod";
import { freePort } from "./free-port";

/** An answer, its body read to the end. */
export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** One HTTP request over loopback; with `ca`, the server's certificate is verified by it. */
export function ask(
  url: string,
  options: RequestOptions & { body?: string | Buffer } = {},
): Promise<Answer> {
  const { body, ...rest } = options;
  return new Promise((resolve, reject) => {
    const send = url.startsWith("https:") ? httpsRequest : httpRequest;
    const request = send(url, { agent: false, ...rest }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(parts).toString(),
        }),
      );
    });
    request.on("error", reject);
    request.end(body);
  });
}

/** Waits until `met` gives something, asking ten times a second; fails with `what` after `seconds`. */
export async function until<T>(
  what: string,
  met: () => T | undefined | Promise<T | undefined>,
  seconds = 30,
): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const result = await met();
    if (result !== undefined) {
      return result;
    }
    if (Date.now() > end) {
      throw new Error(`waited ${seconds} s in vain: ${what}`);
    }
    await scheduler.wait(100);
  }
}

/** What a test sets of a registry; all else is Wharf's default. */
export interface RegistrySettings {
  storage?: z.input<typeof storageSettings>;
  distribution?: z.input<typeof distributionSettings>;
  auth?: AuthInput;
  tls?: ConfigInputs["tls"];
  redis?: ConfigInputs["redis"];
  hosts?: string[];
  /** Keeps the filesystem storage in this directory, which must exist. */
  data?: string;
  /** Variables that the program has besides those of every test. */
  env?: Record<string, string>;
  /** Changes what Wharf would write, to show what it guards against. */
  change?: (config: DistributionConfig) => object;
}

/** The real registry, running with a config.yml that Wharf rendered. */
export interface RunningRegistry {
  url: string;
  debugUrl: string;
  process: ChildProcess;
  /** Resolves with the exit code. */
  exited: Promise<number | null>;
  /** Everything that it has written so far. */
  log(): string;
  stop(): Promise<void>;
}

function inputsOf(settings: RegistrySettings, directory: string): ConfigInputs {
  const storage = storageSettings.parse(settings.storage);
  return {
    // The schema pins the directory below the volume's mount, which a test outside a container has not.
    storage:
      storage.kind === "volume"
        ? { ...storage, rootDirectory: settings.data ?? join(directory, "data") }
        : storage,
    distribution: distributionSettings.parse(settings.distribution),
    httpSecret: "not-a-secret-in-a-test",
    auth: settings.auth ?? { kind: "none" },
    tls: settings.tls,
    redis: settings.redis,
    hosts: settings.hosts ?? ["localhost"],
  };
}

/**
 * Starts `binary serve` on loopback. Resolves when its port answers.
 * @throws Error with all that it wrote when it ends before that.
 */
export async function startRegistry(
  binary: string,
  settings: RegistrySettings,
): Promise<RunningRegistry> {
  const directory = mkdtempSync(join(tmpdir(), "wharf-registry-"));
  const [port, debugPort] = [await freePort(), await freePort()];
  const file = join(directory, "config.yml");
  const config = distributionConfig({
    ...inputsOf(settings, directory),
    address: `127.0.0.1:${port}`,
    debugAddress: `127.0.0.1:${debugPort}`,
  });
  const changed = (settings.change?.(config) ?? config) as DistributionConfig;
  writeFileSync(file, renderConfig(changed), { mode: 0o600 });

  const process = spawn(binary, ["serve", file], {
    env: { OTEL_TRACES_EXPORTER: "none", HOME: directory, PATH: "", ...settings.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let written = "";
  process.stdout.on("data", (part: Buffer) => (written += part.toString()));
  process.stderr.on("data", (part: Buffer) => (written += part.toString()));
  const exited = new Promise<number | null>((resolve, reject) => {
    process.on("error", reject);
    process.on("close", (code) => resolve(code));
  });
  const ended = () => process.exitCode !== null || process.signalCode !== null;
  const stop = async () => {
    if (!ended()) {
      process.kill("SIGTERM");
    }
    await exited;
    rmSync(directory, { recursive: true, force: true });
  };

  const url = `http${settings.tls ? "s" : ""}://127.0.0.1:${port}`;
  try {
    await until(`the registry answers at ${url}`, async () => {
      if (ended()) {
        await exited;
        throw new Error(`the registry ended at once:\n${written}`);
      }
      // Health does not matter here: whatever answers has accepted its configuration.
      return ask(`${url}/`, { rejectUnauthorized: false }).catch(() => undefined);
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url,
    debugUrl: `http://127.0.0.1:${debugPort}`,
    process,
    exited,
    log: () => written,
    stop,
  };
}
