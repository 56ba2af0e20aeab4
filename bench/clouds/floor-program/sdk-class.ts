import type * as pulumi from "@pulumi/pulumi";

/** A resource's class as an SDK exports it. */
type ResourceClass = new (
  name: string,
  args: pulumi.Inputs,
  opts: pulumi.CustomResourceOptions,
) => pulumi.CustomResource;

const classes = new Map<string, ResourceClass>();

/**
 * The class of a type of resource, from the one module of the SDK that holds it, as Wharf loads it. A token names that module,
 * `aws:ecr/repository:Repository`; azure-native's name only the folder, `azure-native:containerregistry:Registry`.
 */
export function sdkClass(type: string): ResourceClass {
  const known = classes.get(type);
  if (known !== undefined) return known;
  const [sdk = "", module = "", name = ""] = type.split(":");
  const file =
    sdk === "azure-native" ? `${module}/${name[0]?.toLowerCase()}${name.slice(1)}` : module;
  const loaded = (require(`@pulumi/${sdk}/${file}`) as Record<string, ResourceClass>)[name];
  if (loaded === undefined) throw new Error(`@pulumi/${sdk}/${file} exports no ${name}`);
  classes.set(type, loaded);
  return loaded;
}
