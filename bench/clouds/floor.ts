import { join } from "node:path";
import {
  PulumiStack,
  type PreviewedResource,
  type Program,
  type StackOptions,
} from "../pulumi-stack";

const folder = join(__dirname, "floor-program");
const program: Program = {
  folder,
  entries: ["Pulumi.yaml", "main.js", "index.ts", "sdk-class.ts"],
};

/**
 * A stack of the bare program that registers the same resources as a stack of Wharf's.
 * @param resources what a preview of Wharf's stack has registered, in that order
 */
export async function floorStack(
  resources: PreviewedResource[],
  options: StackOptions,
): Promise<PulumiStack> {
  const stack = await PulumiStack.create("bare Pulumi program", program, options);
  const registered = resources
    .filter(({ custom, type }) => custom && !type.startsWith("pulumi:"))
    .map(withoutInvented)
    .map(({ urn, type, inputs, protect, retainOnDelete, ...rest }) => {
      const madeFrom = Object.fromEntries(
        Object.entries(rest.propertyDependencies ?? {}).filter(([, urns]) => urns?.length),
      );
      const inInputs = new Set(Object.values(madeFrom).flat());
      const dependsOn = (rest.dependencies ?? []).filter((each) => !inInputs.has(each));
      return {
        ...{ urn, type, inputs, dependsOn, madeFrom },
        ...{ protect: protect === true, retainOnDelete: retainOnDelete === true },
      };
    });
  await stack.write("resources.json", JSON.stringify(registered));
  return stack;
}

/** A resource without the inputs that its provider makes up for each stack: those that `__defaults` lists. */
export function withoutInvented(resource: PreviewedResource): PreviewedResource {
  const { __defaults = [], ...inputs } = resource.inputs ?? {};
  const invented = new Set(__defaults as string[]);
  const asked = Object.entries(inputs).filter(([name]) => !invented.has(name));
  return { ...resource, inputs: Object.fromEntries(asked) };
}
