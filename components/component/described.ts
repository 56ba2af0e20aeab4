import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { refusals } from "../capabilities";
import { problemsBy, understand } from "../core/check";
import { Inputs } from "../core/inputs";
import { isToken } from "../core/tokens";
import { type AnySchema, foundIn } from "../core/fields";
import { keyOf } from "../core/messages";
import { DescriptionError, type Problem } from "../core/problems";
import type { Rule } from "../core/rule";
import { withDefaults } from "../model/defaults";
import { sharedKeys, type SharedDescription } from "../model/description";
import { rulesOfEveryTarget } from "./rules";
import type { Target } from "../model/environment";

/** What a target brings for the description of its component. */
export interface ComponentTarget<D extends SharedDescription> {
  target: Target;
  /** Name of the class, for messages. */
  component: string;
  /** Schema of the target's own block by its key; none on docker. */
  settings: Record<string, z.ZodType>;
  /** Args of the class that no stack config has, such as the region: they say where the provider works. */
  provider: Record<string, z.ZodType>;
  rules: readonly Rule<D>[];
  /** Defaults of args that follow from a prefix that is not the one of a stack's registry. */
  besides?(args: Record<string, unknown>, namePrefix: string): Record<string, unknown>;
}

/** Descriptions that were checked already: `createRegistry` hands one to a class, with what it has found on the platform. */
const checked = new WeakSet<object>();

/** Marks a description as checked, so that a class uses it as it is. */
export function asChecked<D extends SharedDescription>(description: D): D {
  checked.add(description);
  return description;
}

/**
 * The description that a component's args make: checked by the schema and all rules that ask nobody, with every default filled in
 * and with a token for each Output.
 * @param name of the component
 * @param remembers whether the caller knows when a lab was created
 * @throws DescriptionError with all problems at once, before a resource is registered
 */
export function described<D extends SharedDescription>(
  { target, component, settings, provider, rules, besides }: ComponentTarget<D>,
  name: string,
  args: object,
  remembers = false,
): D {
  if (checked.has(args)) return args as D;
  const { namePrefix = prefixOf(name), ...keys } = args as Record<string, unknown> & {
    namePrefix?: string;
  };
  const inputs = new Inputs();
  const stack = pulumi.getStack();
  const given = inputs.takeAll([], keys) as Record<string, unknown>;
  const isStackOwn = namePrefix === `wharf-${stack}`;
  const values = { ...(isStackOwn ? given : (besides?.(given, namePrefix) ?? given)), target };
  const schema = z.strictObject({ ...sharedKeys, ...settings, ...provider });
  // A program's values are not config that Pulumi could hold encrypted; an Output stays a secret.
  const config = { stack, values, secretKeys: new Set(Object.keys(values)) };
  const understood = understand(schema, config);
  const description = {
    ...withDefaults(understood.values),
    stack,
    namePrefix,
    inputs,
  } as unknown as D;
  const subject = `${component} "${name}"`;
  const unwanted = outputsWhereNone(values, schema);
  const said = new Set(unwanted.map(({ key }) => key));
  const others = [
    ...understood.problems,
    ...refusals(target, values),
    ...prefixProblems(target, namePrefix, name),
    ...(remembers || description.lab.ttlHours === undefined ? [] : [unremembered]),
    ...problemsBy<D>([...rulesOfEveryTarget, ...rules], description, understood, config),
  ];
  // Other problems of a token mean nothing.
  const problems = [...unwanted, ...others.filter(({ key }) => !said.has(key))];
  prefixes().set(`${target} ${namePrefix}`, name);
  if (problems.length > 0) throw new DescriptionError(subject, problems.map(asArgs));
  return description;
}

/**
 * Beginning of the names of a registry on its platform: `wharf-<stack>` for the registry of a stack of the project `wharf`, with
 * the project's and the component's name as well for any other, so that two of them can exist side by side.
 */
export function prefixOf(name: string): string {
  const [project, stack] = [pulumi.getProject(), pulumi.getStack()];
  return [
    "wharf",
    ...(project === "wharf" ? [] : [project]),
    stack,
    ...(name === "registry" ? [] : [name]),
  ].join("-");
}

/**
 * What the registries of one program share: each run of a program has a stack resource of its own, and one process may run several.
 * @param make what there is before the first registry
 */
export function ofProgram<Shared>(make: () => Shared): () => Shared {
  const known = new WeakMap<object, Shared>();
  return () => {
    const stack = pulumi.runtime.getStackResource();
    if (stack === undefined) return make();
    const shared = known.get(stack) ?? make();
    known.set(stack, shared);
    return shared;
  };
}

/** Names of the registries of a program by target and prefix. */
const prefixes = ofProgram(() => new Map<string, string>());

/** The problem of a prefix that another registry of the program has on the same platform. */
function prefixProblems(target: Target, namePrefix: string, name: string): Problem[] {
  const other = prefixes().get(`${target} ${namePrefix}`);
  if (other === undefined || other === name) return [];
  return [
    {
      key: "namePrefix",
      message: `"${namePrefix}" is the prefix of registry "${other}" as well; their names on the platform would be the same`,
    },
  ];
}

/** When a lab expires follows from its first `up`, which only `createRegistry` looks up. */
const unremembered: Problem = {
  key: "lab.ttlHours",
  message: "is counted from the first up, which createRegistry looks up; a class does not",
};

/** The options of a component, which put the Outputs of its args back into the inputs of its resources. */
export function withInputs(
  { inputs }: Pick<SharedDescription, "inputs">,
  opts: pulumi.ComponentResourceOptions = {},
  ...before: (pulumi.ResourceTransformation | undefined)[]
): pulumi.ComponentResourceOptions {
  if (inputs === undefined) return opts;
  const own = [...before, inputs.transformation].filter((one) => one !== undefined);
  return { ...opts, transformations: [...own, ...(opts.transformations ?? [])] };
}

/** A problem as the author of a program reads it: args have no `wharf:` before them, and no command of Pulumi's sets one. */
function asArgs({ key, message }: Problem): Problem {
  return { key: key.replace(/^wharf:/, ""), message: message.replaceAll("wharf:", "") };
}

/** Problems of Outputs in the place of values that decide which resources there are. */
function outputsWhereNone(values: unknown, schema: z.ZodType): Problem[] {
  return foundIn(schema, values, (part, path, field) => {
    if (!isToken(part)) return undefined;
    return takesOutput(field)
      ? []
      : [{ key: keyOf(path), message: "is an Output; a plain value belongs here" }];
  });
}

/** Whether a field, below what makes it optional, takes an Output. */
function takesOutput(field: AnySchema | undefined): boolean {
  if (field === undefined) return false;
  if (z.globalRegistry.get(field)?.input === true) return true;
  return takesOutput((field._zod.def as { innerType?: AnySchema }).innerType);
}
