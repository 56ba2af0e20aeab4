import { mkdir, readFile, rename, symlink } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";
import { parse, stringify } from "yaml";
import { writeWhole } from "../whole-file";
import type { Engine } from "../engine/engine";

/** A policy pack as the engine at hand can start it. */
export interface StartablePack {
  /** What `--policy-pack` takes, in `pulumi preview`, `up` and `policy analyze`. */
  directory: string;
  /** What a process that runs the engine needs in its environment; the engine's own included. */
  env: Record<string, string>;
}

/** Name of a runtime that has no language host, but the plugin below. */
const runtime = "wharf-nodejs";
const plugin = `pulumi-analyzer-policy-${runtime}`;

/** The plugin, which the engine starts in the directory that it was given; a pack reads its version where it runs. */
const launcher = "#!/bin/sh\ncd pack && exec node .\n";

/**
 * Makes a policy pack on Node.js one that the engine can start beside a program on Node.js.
 *
 * The engine has a pack started by the language host of its runtime. The host that is built from Go modules is older than that
 * question, and answers "not supported". For a runtime that has no language host the engine starts
 * `pulumi-analyzer-policy-<runtime>` itself (pkg/resource/plugin/analyzer_plugin.go of Pulumi). So a built engine is given a
 * directory with the pack's PulumiPolicy.yaml under such a runtime, and that plugin, which runs the pack where it is. Any other
 * engine starts the pack as it stands.
 *
 * @param pack directory of the pack, with its packages installed; its `main` is JavaScript
 * @param wharfDirectory the checkout's `.wharf`
 */
export async function startablePack(
  { origin, env }: Pick<Engine, "origin" | "env">,
  pack: string,
  wharfDirectory: string,
): Promise<StartablePack> {
  const source = resolve(pack);
  if (origin !== "built") return { directory: source, env };
  const settings = parse(await readFile(join(source, "PulumiPolicy.yaml"), "utf8")) as object;
  const { name } = JSON.parse(await readFile(join(source, "package.json"), "utf8")) as Package;
  const directory = resolve(wharfDirectory, "policy-packs", name.replaceAll("/", "+"));
  await mkdir(directory, { recursive: true, mode: 0o700 });
  writeWhole(join(directory, "PulumiPolicy.yaml"), stringify({ ...settings, runtime }));
  await link(source, join(directory, "pack"));
  return { directory, env: { ...env, ...(await installLauncher(env, wharfDirectory)) } };
}

interface Package {
  name: string;
}

/**
 * Puts the plugin among the others of Wharf's own PULUMI_HOME. Where the engine works with the user's, it goes on PATH, which the
 * engine mentions in a warning.
 */
async function installLauncher(
  env: Record<string, string>,
  wharfDirectory: string,
): Promise<Record<string, string>> {
  const home = resolve(wharfDirectory, "home");
  const own = env.PULUMI_HOME !== undefined && resolve(env.PULUMI_HOME) === home;
  const directory = own
    ? join(home, "plugins", `analyzer-policy-${runtime}-v1.0.0`)
    : resolve(wharfDirectory, "policy-packs", "bin");
  await mkdir(directory, { recursive: true, mode: 0o700 });
  writeWhole(join(directory, plugin), launcher, 0o755);
  return own ? {} : { PATH: [directory, env.PATH ?? process.env.PATH].join(delimiter) };
}

/** Makes a symbolic link, in place of whatever link was there. */
async function link(target: string, path: string): Promise<void> {
  const partial = `${path}.${process.pid}`;
  await symlink(target, partial);
  await rename(partial, path);
}
