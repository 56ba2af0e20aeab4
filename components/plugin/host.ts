import type * as pulumi from "@pulumi/pulumi";
import { main, type Provider } from "@pulumi/pulumi/provider";
import { notePromisesWithoutTraces } from "../core/promise-notes";
import { version } from "../package.json";

/** A class of the package, as a program in any language has it constructed. */
type Registry = new (
  name: string,
  args: pulumi.Inputs,
  opts: pulumi.ComponentResourceOptions,
) => pulumi.ComponentResource;

/** The classes by their names; of the platforms' SDKs only that of the class in use is loaded. */
const classes: Record<string, () => Promise<Registry>> = {
  AwsRegistry: async () => (await import("../aws/registry")).AwsRegistry,
  AzureRegistry: async () => (await import("../azure/registry")).AzureRegistry,
  DockerRegistry: async () => (await import("../docker/registry")).DockerRegistry,
  GcpRegistry: async () => (await import("../gcp/registry")).GcpRegistry,
  KubernetesRegistry: async () => (await import("../kubernetes/registry")).KubernetesRegistry,
};

/** Names of the classes that programs in other languages can use. */
export const published = Object.keys(classes);

/**
 * Runs the package as a plugin of Pulumi's, for programs in YAML, Python and other languages. Pulumi's own host would have the
 * TypeScript compiler read all sources at every start, for the schema: some 10 seconds and 900 MB.
 *
 * @param schema the package's schema as JSON, see {@link packageSchema}
 */
export function host(schema: string): Promise<void> {
  notePromisesWithoutTraces();
  const { resources } = JSON.parse(schema) as Schema;
  const provider: Provider = {
    version,
    schema,
    construct: async (name, type, args, opts) => {
      const Class = await classes[type.split(":").at(-1) ?? ""]?.();
      if (Class === undefined)
        throw new Error(
          `${type} is not a component of this package: it has ${published.join(", ")}.`,
        );
      const registry = new Class(name, withoutNulls(args) as pulumi.Inputs, opts);
      const outputs = Object.keys(resources[type]?.properties ?? {});
      const state = Object.fromEntries(outputs.map((key) => [key, registry[key as "urn"]]));
      return { urn: registry.urn, state };
    },
  };
  return main(provider, process.argv.slice(2));
}

/** Other languages send what is left out as null, as Python's None within a dictionary. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (value === null || typeof value !== "object") return value;
  // An Output, or a resource.
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  const given = Object.entries(value).filter(([, part]) => part !== null && part !== undefined);
  return Object.fromEntries(given.map(([key, part]) => [key, withoutNulls(part)]));
}

interface Schema {
  resources: Record<string, { properties: object }>;
}
