import { withException, type Exception } from "./exceptions";
import { isUnknown, withoutNulls } from "./known";
import {
  appliesTo,
  type Context,
  type PolicyRule,
  type Resource,
  type ResourceRule,
  type StackRule,
} from "./rule";

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
  exclude: readonly Exception[];
}

/** A violation, or a fault of a rule. */
export interface Found {
  message: string;
  /** URN of the resource; undefined where the finding is of the stack as a whole. */
  urn?: string;
  /** Whether an exception holds, so that it is told and refuses nothing. */
  excepted?: boolean;
  /** Whether it tells of a fault of the rule itself, which refuses nothing. */
  fault?: true;
}

/** What a rule finds in one resource. A fault of a check ends that check alone, and is found in its place. */
export function evaluateResource(
  rule: ResourceRule,
  given: GivenResource,
  surroundings: Surroundings,
): Found[] {
  if (!appliesTo(rule, given.type)) return [];
  const resource = resourceOf(given);
  return rule.checks.flatMap((check) =>
    judged(
      rule,
      () => check(resource, surroundings),
      (message) => found(resource, message, surroundings),
      resource.urn,
    ),
  );
}

/** What a rule finds in a stack, up to a fault of the rule itself, which is found in its place. */
export function evaluateStack(
  rule: StackRule,
  given: readonly GivenResource[],
  surroundings: Surroundings,
): Found[] {
  const resources = given.filter(({ type }) => appliesTo(rule, type)).map(resourceOf);
  if (resources.length === 0) return [];
  return judged(
    rule,
    () => rule.stack(resources, surroundings),
    ({ resource, message }) => found(resource, message, surroundings),
  );
}

/** What is found until something is not known yet, or the rule fails. */
function judged<T>(
  { name }: PolicyRule,
  find: () => Iterable<T>,
  told: (one: T) => Found,
  urn?: string,
): Found[] {
  const all: Found[] = [];
  try {
    for (const one of find()) all.push(told(one));
  } catch (error) {
    if (isUnknown(error)) return all;
    const message = `The rule ${name} failed, which is a fault of the policy pack and refuses nothing: ${(error as Error).message}.`;
    all.push({ message, urn, fault: true });
  }
  return all;
}

function found(resource: Resource, message: string, { exclude }: Surroundings): Found {
  return { ...withException(message, resource, exclude), urn: resource.urn };
}

function resourceOf({ propertyDependencies = {}, ...given }: GivenResource): Resource {
  const made = Object.entries(propertyDependencies);
  return {
    ...withoutSources(given),
    madeFrom: Object.fromEntries(made.map(([key, from]) => [key, from.map(withoutSources)])),
  };
}

function withoutSources({ type, name, urn, props, opts, provider }: GivenResource): Resource {
  return {
    ...{ type, name, urn, protect: opts.protect },
    props: withoutNulls(props),
    provider: provider && withoutNulls(provider.props),
  };
}
