import type { Exclusion } from "./configuration";
import { known } from "./known";
import { appliesTo, type Context, type Resource, type ResourceRule, type StackRule } from "./rule";

/** A resource as @pulumi/policy hands it to a rule. */
export interface GivenResource {
  type: string;
  name: string;
  urn: string;
  props: Record<string, unknown>;
  opts: { protect: boolean };
  provider?: { props: Record<string, unknown> };
  propertyDependencies?: Record<string, GivenResource[]>;
}

/** What a rule is told, and which resources it is not to refuse. */
export interface Surroundings extends Context {
  exclude: readonly Exclusion[];
}

/** A violation, and why it is excepted where it is. */
export interface Found {
  message: string;
  urn: string;
  excepted?: string;
}

/** What a rule finds in one resource. */
export function evaluateResource(
  rule: ResourceRule,
  given: GivenResource,
  surroundings: Surroundings,
): Found[] {
  if (!appliesTo(rule, given.type)) return [];
  const resource = resourceOf(given);
  return rule.checks
    .flatMap((check) => known(() => check(resource, surroundings)))
    .map((message) => found(resource, message, surroundings));
}

/** What a rule finds in a stack. */
export function evaluateStack(
  rule: StackRule,
  given: readonly GivenResource[],
  surroundings: Surroundings,
): Found[] {
  const resources = given.filter(({ type }) => appliesTo(rule, type)).map(resourceOf);
  if (resources.length === 0) return [];
  return known(() => rule.stack(resources, surroundings)).map(({ resource, message }) =>
    found(resource, message, surroundings),
  );
}

function found({ name, urn }: Resource, message: string, { exclude }: Surroundings): Found {
  const exclusion = exclude.find((one) => one.name.test(name));
  return { message, urn, ...(exclusion && { excepted: exclusion.reason }) };
}

function resourceOf({ propertyDependencies = {}, ...given }: GivenResource): Resource {
  const made = Object.entries(propertyDependencies);
  return {
    ...withoutSources(given),
    madeFrom: Object.fromEntries(made.map(([key, from]) => [key, from.map(withoutSources)])),
  };
}

function withoutSources({ type, name, urn, props, opts, provider }: GivenResource): Resource {
  return { type, name, urn, props, protect: opts.protect, provider: provider?.props };
}
