import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, onTestFinished, vi } from "vitest";
import type { Announce } from "../../offline/announce";
import { cacheDirectory } from "../../offline/cache";

/** The cache of the machine that the tests run on. */
export const machineCache = cacheDirectory();
/** Versions that the SDKs ask for. */
export const sdkVersions = { docker: "5.2.0", random: "4.21.2", tls: "5.6.1" };

/** What a test has of its own: a directory, and what was announced. */
export const machine = { directory: "", said: [] as string[] };

/** Tells what it hears to `machine.said`. */
export const announce: Announce = {
  start: (step, detail) => machine.said.push(`${step} … ${detail}`),
  update: () => undefined,
  done: (step, detail) => machine.said.push(`${step} ✔ ${detail}`),
};

/** Gives each test of a file a directory of its own, which goes after it with what it changed in the environment. */
export function ownMachine(): void {
  beforeEach(() => {
    machine.directory = mkdtempSync(join(tmpdir(), "wharf-offline-"));
    machine.said = [];
  });

  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(machine.directory, { recursive: true, force: true });
  });
}

/** An executable shell script at a path below the test's directory. */
export function script(path: string, lines: string): string {
  const file = join(machine.directory, path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${lines}\n`);
  chmodSync(file, 0o755);
  return file;
}

/** A machine with a cache and a home of its own, `bin` first on PATH, and no way to the outside. */
export function closedMachine(): void {
  vi.stubEnv("HOME", join(machine.directory, "user"));
  vi.stubEnv("PULUMI_HOME", undefined);
  vi.stubEnv("WHARF_OFFICIAL_PLUGINS", undefined);
  vi.stubEnv("WHARF_CACHE", join(machine.directory, "cache"));
  vi.stubEnv("PATH", `${join(machine.directory, "bin")}:/usr/bin:/bin`);
  vi.stubEnv("HTTPS_PROXY", "http://127.0.0.1:1");
  vi.stubEnv("NO_PROXY", "");
}

/** Puts the plugins that were built from Go modules before the first test into the cache. */
export function cachePlugins(): void {
  mkdirSync(join(machine.directory, "cache"));
  symlinkSync(join(machineCache, "plugins"), join(machine.directory, "cache/plugins"));
}

/** An installed Pulumi that counts how often it is started. */
export function installPulumi(version = "v3.251.0"): void {
  const calls = join(machine.directory, "calls");
  script("bin/pulumi", `echo "$@" >> '${calls}'; echo ${version}`);
  script("bin/pulumi-language-nodejs", "exit 1");
}

/** Wharf's cache holding an engine that was built earlier. */
export function cacheEngine(): void {
  script("cache/engine/3.250.0/bin/pulumi", "exit 1");
  writeFileSync(join(machine.directory, "cache/engine/3.250.0/origin"), "built");
}

/** A plugin among those that the user has installed; returns its executable. */
export function installPlugin(name: keyof typeof sdkVersions): string {
  const home = "user/.pulumi/plugins";
  return script(`${home}/resource-${name}-v${sdkVersions[name]}/pulumi-resource-${name}`, "exit 1");
}

/** The `.wharf` of a checkout. */
export const wharf = () => join(machine.directory, ".wharf");
/** Where each plugin comes from, by its name. */
export const originsOf = (plugins: { name: string; origin: string }[]) =>
  Object.fromEntries(plugins.map(({ name, origin }) => [name, origin]));

/** A proxy that lets every connection through or none; returns the list of what it was asked for. */
export async function openProxy(status: number): Promise<string[]> {
  const asked: string[] = [];
  const server = createServer().on("connect", (request, socket) => {
    asked.push(request.url ?? "");
    socket.end(`HTTP/1.1 ${status} Answer\r\n\r\n`);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => void server.close());
  vi.stubEnv("HTTPS_PROXY", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return asked;
}
