import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Announce } from "../announce";
import { directoryOf, moduleDirectory } from "../go";

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
 * @throws {OfflineError} where there is no Go, or the provider's module cannot be had
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
