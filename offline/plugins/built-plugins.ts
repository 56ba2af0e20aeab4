import { createHash } from "node:crypto";
import { rm, symlink, cp, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { type Announce, duration } from "../announce";
import { cached, findCached, hashFiles } from "../cache";
import { OfflineError } from "../errors";
import { buildWithGo, directoryOf, moduleDirectory } from "../go";

/** The module of Pulumi's provider for Kubernetes. */
const provider = "github.com/pulumi/pulumi-kubernetes/provider/v4";

/** Version of that module, which go.mod names and the plugin says: the newest that the proxy serves, of 15 January 2026. */
export const kubernetesPluginVersion = "4.0.0-20260115033456-f47bc2d6f199";

/** The variable of the linker that holds it. */
export const kubernetesVersionVariable = `${provider}/pkg/version.Version`;

/** What the program embeds: files that the provider's repository keeps, with the change that Pulumi's own build makes to them. */
const embedded: Record<string, (contents: object) => object> = {
  schema: (schema) => ({ ...schema, version: kubernetesPluginVersion }),
  "terraform-mapping": (mapping) => mapping,
};

/**
 * Writes the module of the kubernetes plugin with the files that it embeds, which have to lie in it. They are made from the provider's
 * own, since they are 5 MB.
 *
 * @param module the directory to write
 * @throws {OfflineError} where there is no Go, or the provider's module is not available
 */
export async function kubernetesSources(module: string, announce: Announce): Promise<void> {
  announce.update("downloading Pulumi's provider");
  await cp(directoryOf("kubernetes-plugin"), module, { recursive: true });
  const sources = await moduleDirectory(module, provider);
  for (const [name, changed] of Object.entries(embedded)) {
    const file = join(sources, "cmd/pulumi-resource-kubernetes", `${name}.json`);
    const contents = changed(JSON.parse(await readFile(file, "utf8")) as object);
    await writeFile(join(module, `${name}-embed.json`), JSON.stringify(contents));
  }
}

/** A program that is the genuine plugin of one provider or several, built from Go modules where no official one is available. */
interface PluginProgram {
  /** The module below `offline/go`; its directory holds the program, `package main`, which is built under the module's name. */
  module: string;
  /** The providers it serves, by the name that it is started under, with what each is made from, as in "Terraform's 3.9.0". */
  sources: Record<string, string>;
  /** How long its build usually takes after the engine's. */
  usually: string;
  /** Variables of the linker that hold each provider's version, without their package. Defaults to none. */
  versionVariables?: Record<string, string>;
  /** Other variables of the linker and their values. Defaults to none. */
  variables?: Record<string, string>;
  /** Writes the module to this directory, completed by files that are not committed. Defaults to building what is committed. */
  complete?: (module: string, announce: Announce) => Promise<void>;
}

const programs: PluginProgram[] = [
  {
    module: "bridged-plugins",
    sources: {
      random: "Terraform's provider 3.9.0",
      tls: "Terraform's provider 4.2.1",
    },
    usually: "usually 1 to 3 minutes, once",
    versionVariables: { random: "main.randomVersion", tls: "main.tlsVersion" },
  },
  {
    module: "kubernetes-plugin",
    sources: { kubernetes: `Pulumi's provider of January 2026, ${kubernetesPluginVersion}` },
    usually: "usually 3 to 8 minutes, once",
    variables: { [kubernetesVersionVariable]: kubernetesPluginVersion },
    complete: kubernetesSources,
  },
];

/** What the plugin of a provider is built from; undefined where it cannot be built. */
export function builtFrom(name: string): string | undefined {
  return programs.find(({ sources }) => name in sources)?.sources[name];
}

/**
 * Builds the plugins of providers that are not in the cache yet, from Go modules. Of those that {@link builtFrom} does not know
 * nothing is built.
 *
 * @returns the executables by the name of their provider; each is called `pulumi-resource-<name>`
 * @throws {OfflineError} where they cannot be built
 */
export async function buildPlugins(
  providers: readonly string[],
  announce: Announce,
): Promise<Map<string, string>> {
  const executables = new Map<string, string>();
  for (const program of programs) {
    const served = providers.filter((name) => name in program.sources);
    if (served.length === 0) continue;
    const directory = await built(program, served, announce);
    for (const name of served) executables.set(name, join(directory, commandOf(name)));
  }
  return executables;
}

/** The executable of a provider's plugin. */
export function commandOf(name: string): string {
  return `pulumi-resource-${name}`;
}

async function built(
  program: PluginProgram,
  served: readonly string[],
  announce: Announce,
): Promise<string> {
  const key = join("plugins", `${program.module}-${await contentHash(program)}`);
  const found = await findCached(key);
  if (found !== undefined) return found;
  const list = served.join(", ");
  announce.start("plugins", `building ${list} from Go modules: ${program.usually}`);
  const began = Date.now();
  try {
    const directory = await cached(key, (into) => build(program, into, announce), announce);
    announce.update(`${list} built in ${duration(Date.now() - began)}, cached for next time`);
    return directory;
  } catch (error) {
    if (!(error instanceof OfflineError)) throw error;
    throw new OfflineError(
      `The official plugins of ${list} are not installed and cannot be downloaded here. ${error.message}`,
    );
  }
}

async function build(program: PluginProgram, into: string, announce: Announce): Promise<void> {
  const variables = Object.entries(program.versionVariables ?? {}).map(([name, variable]) => [
    variable,
    sdkVersion(name),
  ]);
  const completed = join(into, "sources");
  if (program.complete) await program.complete(completed, announce);
  await buildWithGo(
    {
      module: program.complete ? completed : program.module,
      packages: ["."],
      into,
      variables: {
        ...(Object.fromEntries(variables) as Record<string, string>),
        ...program.variables,
      },
    },
    announce,
  );
  await rm(completed, { recursive: true, force: true });
  // The engine starts a plugin under this name, and the program sees by it which one it is.
  for (const name of Object.keys(program.sources))
    await symlink(basename(program.module), join(into, commandOf(name)));
}

/** The version of a provider's plugin that its SDK asks the engine for. */
export function sdkVersion(name: string): string {
  return (require(`@pulumi/${name}/package.json`) as { version: string }).version;
}

/** Names what a program is built from: its sources, of which go.sum pins all the others, and the versions that it is given. */
async function contentHash({ module, versionVariables = {} }: PluginProgram): Promise<string> {
  const hash = createHash("sha256").update(process.platform).update(process.arch);
  for (const name of Object.keys(versionVariables)) hash.update(sdkVersion(name)).update("\0");
  await hashFiles(hash, directoryOf(module));
  return hash.digest("hex").slice(0, 16);
}
