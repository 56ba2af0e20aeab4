import type { Environment } from "../../policies/environment";
import {
  evaluateResource,
  evaluateRest,
  evaluateStack,
  type Found,
  type GivenResource,
} from "../../policies/evaluate";
import type { Context, PolicyRule } from "../../policies/rule";
import { rules } from "../../policies/rules";
import type { Scope } from "../../policies/scope";

export type Path = readonly (string | number)[];

/** A resource that no rule refuses, in short. */
export interface Sample {
  type: string;
  name: string;
  protect?: boolean;
  props: Record<string, unknown>;
  /** Names of the resources that a property is made from. */
  madeFrom?: Record<string, string[]>;
}

/** What one rule, and no other, is to find. */
export interface Fault {
  rule: string;
  /** Name of the sample that is broken. */
  of: string;
  /** Properties that are set; undefined removes one. */
  set?: readonly (readonly [Path, unknown])[];
  /** The sample is not there at all; what is found then is found in `of`. */
  without?: string;
  /** Name of the resource that the rule names; the broken one unless it says another. */
  found?: string;
  /** The sample is not protected. */
  unprotected?: boolean;
  environment?: Environment;
  /** Parameters of rules that differ from their defaults. */
  parameters?: Context["parameters"];
  /** Whether it says nothing of the resources of Wharf's own stacks, which are written in another way. */
  onlyHere?: boolean;
}

/** Makes reading what a preview does not know throw, as it does when the engine asks. @pulumi/policy does not declare it. */
const { unknownCheckingProxy } = require("@pulumi/policy/proxy") as {
  unknownCheckingProxy: (props: object) => Record<string, unknown>;
};

/** How @pulumi/policy marks a text that a preview does not know (proxy.js). */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export const urnOf = ({ type, name }: { type: string; name: string }) =>
  `urn:pulumi:prod::plain::${type}::${name}`;

/** A copy of properties with one of them set. */
export function withValue<T>(props: T, [key, ...rest]: Path, value: unknown): T {
  if (key === undefined) return value as T;
  const copy = (Array.isArray(props) ? [...(props as unknown[])] : { ...props }) as Record<
    string | number,
    unknown
  >;
  if (rest.length === 0 && value === undefined) delete copy[key];
  else
    copy[key] = withValue(
      (copy[key] ?? (typeof rest[0] === "number" ? [] : {})) as object,
      rest,
      value,
    );
  return copy as T;
}

/** Resources as @pulumi/policy hands them to rules. */
export function given(samples: readonly Sample[]): GivenResource[] {
  const resources = samples.map(({ type, name, props, protect = false }): GivenResource => ({
    ...{ type, name, urn: urnOf({ type, name }) },
    props: unknownCheckingProxy(props),
    opts: { protect },
  }));
  samples.forEach(({ madeFrom = {} }, index) => {
    resources[index]!.propertyDependencies = Object.fromEntries(
      Object.entries(madeFrom).map(([key, names]) => [
        key,
        resources.filter(({ name }) => names.includes(name)),
      ]),
    );
  });
  return resources;
}

/** The samples with a fault in one of them. */
export function broken(
  samples: readonly Sample[],
  { of, set = [], without, unprotected }: Fault,
): Sample[] {
  return samples
    .filter(({ name }) => name !== without)
    .map((sample) =>
      sample.name === of
        ? {
            ...sample,
            protect: unprotected === true ? false : sample.protect,
            props: set.reduce(
              (props, [path, value]) => withValue(props, path, value),
              sample.props,
            ),
          }
        : sample,
    );
}

/** What all rules that are in force find, as `rule name`, each once. */
export function findings(
  samples: readonly Sample[],
  environment: Environment = "prod",
  scope: Scope = "all",
  set: Fault["parameters"] = {},
): string[] {
  const resources = given(samples);
  const found = rules
    .filter(({ levels }) => levels[environment] !== "disabled")
    .flatMap((rule) =>
      evaluate(rule, resources, environment, scope, set).map(
        ({ urn }) => `${rule.name} ${urn?.split("::").at(-1) ?? ""}`,
      ),
    );
  return [...new Set(found)].sort();
}

function evaluate(
  rule: PolicyRule,
  resources: GivenResource[],
  environment: Environment,
  scope: Scope,
  set: Fault["parameters"] = {},
): Found[] {
  const defaults = Object.entries(rule.parameters ?? {}).map(
    ([key, one]) => [key, set[key] ?? one.default] as const,
  );
  const parameters = Object.fromEntries(defaults);
  const surroundings = { environment, environmentSaid: true, scope, parameters, exclude: [] };
  return "stack" in rule
    ? evaluateStack(rule, resources, surroundings)
    : [
        // By itself a resource is not told what it was made from.
        ...resources.flatMap((one) =>
          evaluateResource(rule, { ...one, propertyDependencies: undefined }, surroundings),
        ),
        ...evaluateRest(rule, resources, surroundings),
      ];
}
