import { existsSync } from "node:fs";
import { chmod, mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { Announce } from "../announce";
import { buildPlugins, builtFrom, commandOf, sdkVersion } from "./built-plugins";
import { readNote, writeNote } from "../cache";
import { findOnPath, isExecutable, run } from "../commands";
import { OfflineError } from "../errors";
import type { Installation } from "../engine/installation";
import { isAnyReachable } from "../network";
import { simulateVariable, mayPlayDeployments } from "../providers/simulated/variable";
import { bundleProviders, standInLauncher } from "../stand-ins";

/** What talks to a cloud. Its stand-in returns what it is given, and creates nothing there. */
const clouds = { aws: "AWS", "azure-native": "Azure", gcp: "Google Cloud" } as const;

/** A provider that a target of Wharf's may need. */
export type ProviderName = keyof typeof clouds | "docker" | "kubernetes" | "random" | "tls";

const providers: Record<string, readonly ProviderName[]> = {
  docker: ["docker", "random", "tls"],
  kubernetes: ["kubernetes", "random", "tls"],
  aws: ["aws"],
  gcp: ["gcp"],
  azure: ["azure-native"],
};

/** The providers that a target's program asks the engine for; those of docker, the default, where there is no such target. */
export function providersOf(target: unknown): readonly ProviderName[] {
  return providers[String(target)] ?? ["docker", "random", "tls"];
}

/** What the plugins are for. */
export interface PluginNeeds {
  /** The providers that are needed. */
  providers: readonly ProviderName[];
  /** Nothing is to be deployed: a stand-in for a cloud will do. */
  preview?: boolean;
}

/** Hosts that the engine downloads official plugins from. */
const pluginHosts = ["get.pulumi.com", "api.github.com"];

/** How long the download of one plugin may take, in milliseconds. */
const downloadTimeoutMs = 180_000;

/** How long "they cannot be downloaded here" is taken for true without asking again, in milliseconds: a day. */
const unreachableForMs = 24 * 3_600_000;

/** A provider of the stack and where it comes from. */
export interface Plugin {
  name: ProviderName;
  /** The version that the installed SDK asks the engine for. */
  version: string;
  /**
   * The official plugin; the genuine one, built from Go modules; Wharf's own, which covers the resource types that Wharf uses.
   */
  origin: "official" | "built" | "stand-in";
  /** Nothing that it reports is real: it is a stand-in for a cloud. */
  simulated: boolean;
}

interface Wanted extends Plugin {
  /** The genuine executable; undefined where the engine finds it on PATH, or there is only the stand-in. */
  executable?: string;
}

/**
 * Sees to it that the engine finds a plugin for every provider: the official one where it is installed or can be downloaded, else
 * the genuine one, built from Go modules, and where that cannot be built either Wharf's stand-in. What is not official lives in a
 * PULUMI_HOME below `wharfDirectory`, never in the user's, where it would shadow the official ones; where all are official,
 * PULUMI_HOME stays as it is.
 *
 * `WHARF_OFFICIAL_PLUGINS` may name a directory of official executables `pulumi-resource-<name>`, which come first.
 *
 * @throws {OfflineError} where something is to be deployed to a cloud and only its stand-in is available, unless
 * `WHARF_SIMULATE_CLOUDS` is 1; where a plugin that is to be built cannot be
 */
export async function findPlugins(
  { binDirectory }: Installation,
  wharfDirectory: string,
  announce: Announce,
  needs: PluginNeeds,
): Promise<{ plugins: Plugin[]; env: Record<string, string> }> {
  const home = resolve(wharfDirectory, "home");
  const userHome = userPulumiHome(home);
  const findAll = () => Promise.all(needs.providers.map((name) => find(name, userHome)));
  let wanted = await findAll();
  const missing = wanted.filter(({ origin }) => origin !== "official");
  if (missing.length > 0 && (await canDownload())) {
    await download(missing, join(binDirectory, "pulumi"), userHome, announce);
    wanted = await findAll();
  }
  refuseSimulation(wanted, needs);
  const toBuild = wanted.filter(({ origin }) => origin === "built");
  const executables = await buildPlugins(
    toBuild.map(({ name }) => name),
    announce,
  );
  for (const plugin of toBuild) plugin.executable = executables.get(plugin.name);
  announce.done("plugins", describe(wanted));
  const plugins = wanted.map(({ name, version, origin, simulated }) => ({
    name,
    version,
    origin,
    simulated,
  }));
  const usesStandIn = plugins.some(({ origin }) => origin === "stand-in");
  if (!usesStandIn && toBuild.length === 0 && !process.env.WHARF_OFFICIAL_PLUGINS)
    return { plugins, env: userHomeEnv(home, userHome) };
  const bundle = usesStandIn ? await bundleProviders() : "";
  await Promise.all(wanted.map((plugin) => install(plugin, bundle, home)));
  return {
    plugins,
    env: { PULUMI_HOME: home, PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "1" },
  };
}

/** A stand-in must not be taken for a cloud by someone who means to deploy. */
function refuseSimulation(plugins: Plugin[], { preview }: PluginNeeds): void {
  const simulated = plugins.find((plugin) => plugin.simulated);
  if (simulated === undefined || preview || mayPlayDeployments()) return;
  const { name, version } = simulated;
  const cloud = clouds[name as keyof typeof clouds];
  throw new OfflineError(
    `The official ${name} plugin ${version} is not installed and cannot be downloaded here, and nothing reaches ${cloud} without it. ` +
      `A preview works with the built-in stand-in; to play the deployment through with it, creating nothing, set ${simulateVariable}=1. ` +
      `Install the plugin where the network allows it:`,
    `pulumi plugin install resource ${name} ${version}`,
  );
}

/** The user's PULUMI_HOME, which is not the one that `wharf pulumi-env` has set. */
function userPulumiHome(wharfHome: string): string {
  const { PULUMI_HOME } = process.env;
  return PULUMI_HOME && resolve(PULUMI_HOME) !== wharfHome
    ? PULUMI_HOME
    : join(homedir(), ".pulumi");
}

/** Undoes an earlier `wharf pulumi-env` in this process's environment, once official plugins have come. */
function userHomeEnv(wharfHome: string, userHome: string): Record<string, string> {
  const { PULUMI_HOME } = process.env;
  return PULUMI_HOME && resolve(PULUMI_HOME) === wharfHome ? { PULUMI_HOME: userHome } : {};
}

async function find(name: Plugin["name"], userHome: string): Promise<Wanted> {
  const version = sdkVersion(name);
  const { WHARF_OFFICIAL_PLUGINS } = process.env;
  const command = commandOf(name);
  const given = WHARF_OFFICIAL_PLUGINS && join(resolve(WHARF_OFFICIAL_PLUGINS), command);
  const directory = pluginDirectory(userHome, name, version);
  const installed = join(directory, command);
  if (given && (await isExecutable(given))) {
    return { name, version, origin: "official", simulated: false, executable: given };
  }
  // The engine leaves a `.partial` file beside a plugin whose installation was interrupted.
  if (!existsSync(`${directory}.partial`) && (await isExecutable(installed))) {
    return { name, version, origin: "official", simulated: false, executable: installed };
  }
  const origin = (await findOnPath(command)) ? "official" : builtFrom(name) ? "built" : "stand-in";
  return { name, version, origin, simulated: origin === "stand-in" && name in clouds };
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
  // One that does not arrive is built or has its stand-in, as the line that ends this step says.
  await Promise.allSettled(downloads);
}

/** Puts a plugin where an engine with this PULUMI_HOME looks for it, in place of whatever was there. */
async function install(
  { name, version, origin, executable }: Wanted,
  bundle: string,
  home: string,
): Promise<void> {
  const path = join(pluginDirectory(home, name, version), commandOf(name));
  if (origin === "official" && executable === undefined) {
    await rm(dirname(path), { recursive: true, force: true });
    return;
  }
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  // Put there by a rename, which replaces a link itself: what an earlier run linked to is somebody's official plugin.
  const partial = `${path}.${process.pid}`;
  if (executable === undefined) {
    await writeFile(partial, standInLauncher(bundle, name));
    await chmod(partial, 0o755);
  } else {
    await symlink(executable, partial);
  }
  await rename(partial, path);
}

function describe(plugins: Plugin[]): string {
  const of = (origin: Plugin["origin"]) => plugins.filter((plugin) => plugin.origin === origin);
  const [official, built, standIns] = [of("official"), of("built"), of("stand-in")];
  if (official.length === plugins.length)
    return official.map(({ name, version }) => `${name} ${version}`).join(", ");
  const from = built.map(({ name }) => `${name} (${builtFrom(name)})`).join(", ");
  const names = standIns.map(({ name }) => name).join(", ");
  const noun = standIns.length === 1 ? "a built-in stand-in" : "built-in stand-ins";
  const parts = [
    built.length > 0 && `${from}: built from Go modules`,
    standIns.length > 0 && `${names}: ${noun}`,
  ].filter(Boolean);
  const which = built.length + standIns.length === 1 ? "the official one" : "the official ones";
  const line = `${parts.join("; ")}, since ${which} cannot be downloaded here`;
  return official.length === 0
    ? line
    : `${line}; ${official.map(({ name }) => name).join(", ")}: official`;
}
