import { existsSync } from "node:fs";
import { mkdir, rename, rm, symlink } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { Announce } from "./announce";
import { readNote, writeNote, writeWhole } from "./cache";
import { findOnPath, isExecutable, run } from "./commands";
import type { Installation } from "./installation";
import { isAnyReachable } from "./network";
import { bundleProviders, standInLauncher } from "./stand-ins";

const names = ["docker", "random", "tls"] as const;

/** Hosts that the engine downloads official plugins from. */
const pluginHosts = ["get.pulumi.com", "api.github.com"];

/** How long the download of one plugin may take, in milliseconds. */
const downloadTimeoutMs = 180_000;

/** How long "they cannot be downloaded here" is taken for true without asking again, in milliseconds: a day. */
const unreachableForMs = 24 * 3_600_000;

/** A provider of the stack and where it comes from. */
export interface Plugin {
  name: (typeof names)[number];
  /** The version that the installed SDK asks the engine for. */
  version: string;
  /** The official plugin; Wharf's own, which covers the resource types that Wharf uses. */
  origin: "official" | "stand-in";
}

interface Wanted extends Plugin {
  /** The official executable; undefined where the engine finds it on PATH, or there is only the stand-in. */
  executable?: string;
}

/**
 * Sees to it that the engine finds a plugin for every provider: the official one where it is installed or can be downloaded, else
 * Wharf's stand-in. Stand-ins live in a PULUMI_HOME below `wharfDirectory`, never in the user's, where they would shadow
 * the official ones; without a stand-in PULUMI_HOME stays as it is.
 *
 * `WHARF_OFFICIAL_PLUGINS` may name a directory of official executables `pulumi-resource-<name>`, which come first.
 */
export async function findPlugins(
  { binDirectory }: Installation,
  wharfDirectory: string,
  announce: Announce,
): Promise<{ plugins: Plugin[]; env: Record<string, string> }> {
  const home = resolve(wharfDirectory, "home");
  const userHome = userPulumiHome(home);
  let wanted = await Promise.all(names.map((name) => find(name, userHome)));
  const missing = wanted.filter(({ origin }) => origin === "stand-in");
  if (missing.length > 0 && (await canDownload())) {
    await download(missing, join(binDirectory, "pulumi"), userHome, announce);
    wanted = await Promise.all(names.map((name) => find(name, userHome)));
  }
  announce.done("plugins", describe(wanted));
  const plugins = wanted.map(({ name, version, origin }) => ({ name, version, origin }));
  const usesStandIn = plugins.some(({ origin }) => origin === "stand-in");
  if (!usesStandIn && !process.env.WHARF_OFFICIAL_PLUGINS)
    return { plugins, env: userHomeEnv(home, userHome) };
  const bundle = usesStandIn ? await bundleProviders() : "";
  await Promise.all(wanted.map((plugin) => install(plugin, bundle, home)));
  return {
    plugins,
    env: { PULUMI_HOME: home, PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "1" },
  };
}

/** The user's PULUMI_HOME, which is not the one that `wharf env` has set. */
function userPulumiHome(wharfHome: string): string {
  const { PULUMI_HOME } = process.env;
  return PULUMI_HOME && resolve(PULUMI_HOME) !== wharfHome
    ? PULUMI_HOME
    : join(homedir(), ".pulumi");
}

/** Undoes an earlier `wharf env` in this process's environment, once official plugins have come. */
function userHomeEnv(wharfHome: string, userHome: string): Record<string, string> {
  const { PULUMI_HOME } = process.env;
  return PULUMI_HOME && resolve(PULUMI_HOME) === wharfHome ? { PULUMI_HOME: userHome } : {};
}

async function find(name: Plugin["name"], userHome: string): Promise<Wanted> {
  const version = sdkVersion(name);
  const { WHARF_OFFICIAL_PLUGINS } = process.env;
  const command = `pulumi-resource-${name}`;
  const given = WHARF_OFFICIAL_PLUGINS && join(resolve(WHARF_OFFICIAL_PLUGINS), command);
  const directory = pluginDirectory(userHome, name, version);
  const installed = join(directory, command);
  if (given && (await isExecutable(given))) {
    return { name, version, origin: "official", executable: given };
  }
  // The engine leaves a `.partial` file beside a plugin whose installation was interrupted.
  if (!existsSync(`${directory}.partial`) && (await isExecutable(installed))) {
    return { name, version, origin: "official", executable: installed };
  }
  return { name, version, origin: (await findOnPath(command)) ? "official" : "stand-in" };
}

function sdkVersion(name: Plugin["name"]): string {
  return (require(`@pulumi/${name}/package.json`) as { version: string }).version;
}

function pluginDirectory(home: string, name: string, version: string): string {
  return join(home, "plugins", `resource-${name}-v${version}`);
}

/** Whether plugins can be downloaded. That they cannot is noted for a day, so that the next run does not wait to learn it again. */
async function canDownload(): Promise<boolean> {
  const note = await readNote<{ at: number }>("plugins-unreachable.json");
  if (note && Date.now() - note.at < unreachableForMs) return false;
  if (await isAnyReachable(pluginHosts)) return true;
  await writeNote("plugins-unreachable.json", { at: Date.now() });
  return false;
}

async function download(
  missing: Plugin[],
  pulumi: string,
  userHome: string,
  announce: Announce,
): Promise<void> {
  const list = missing.map(({ name, version }) => `${name} ${version}`).join(", ");
  announce.start("plugins", `downloading ${list}, usually under a minute`);
  const downloads = missing.map(({ name, version }) =>
    run(pulumi, ["plugin", "install", "resource", name, version], {
      env: { PULUMI_HOME: userHome, PULUMI_SKIP_UPDATE_CHECK: "1" },
      timeoutMs: downloadTimeoutMs,
    }),
  );
  // One that does not arrive is served by its stand-in, as the line that ends this step says.
  await Promise.allSettled(downloads);
}

/** Puts a plugin where an engine with this PULUMI_HOME looks for it, in place of whatever stood there. */
async function install(
  { name, version, origin, executable }: Wanted,
  bundle: string,
  home: string,
): Promise<void> {
  const path = join(pluginDirectory(home, name, version), `pulumi-resource-${name}`);
  if (origin === "official" && executable === undefined) {
    await rm(dirname(path), { recursive: true, force: true });
    return;
  }
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  if (executable === undefined) {
    await writeWhole(path, standInLauncher(bundle, name), 0o755);
    return;
  }
  const partial = `${path}.${process.pid}`;
  await symlink(executable, partial);
  await rename(partial, path);
}

function describe(plugins: Plugin[]): string {
  const listed = (origin: Plugin["origin"]) =>
    plugins.filter((plugin) => plugin.origin === origin).map(({ name }) => name);
  const [official, standIns] = [listed("official"), listed("stand-in")];
  if (standIns.length === 0)
    return plugins.map(({ name, version }) => `${name} ${version}`).join(", ");
  const noun = standIns.length === 1 ? "a built-in stand-in" : "built-in stand-ins";
  const which = standIns.length === 1 ? "the official one" : "the official ones";
  const line = `${standIns.join(", ")}: ${noun}, since ${which} cannot be downloaded here`;
  return official.length === 0 ? line : `${line}; ${official.join(", ")}: official`;
}
