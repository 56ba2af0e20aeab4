import { belonging, isEvident, isRead, withReaders } from "./belonging";
import { withException, type Exception } from "./exceptions";
import { isUnknown, known, withoutNulls } from "./known";
import { inWordsOf, toldAs, toldProps, type Told } from "./packages";
import {
  appliesTo,
  type Context,
  type PolicyRule,
  type Resource,
  type ResourceRule,
  type StackRule,
} from "./rule";
import type { Scope } from "./scope";

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
  scope: Scope;
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

/**
 * What a rule finds in one resource by itself. A fault of a check ends only that check, and is found in its place. In the scope
 * registries a general rule judges what shows by itself that it is a registry's; `evaluateRest` does the others.
 */
export function evaluateResource(
  rule: ResourceRule,
  given: GivenResource,
  surroundings: Surroundings,
): Found[] {
  return toldAs(given.type)
    .filter(({ type }) => appliesTo(rule, type))
    .flatMap((told) =>
      judged(
        rule,
        () =>
          resourcesOf(given, [told])
            .filter((one) => isAlone(rule, one, surroundings))
            .flatMap((one) => inResource(rule, one, surroundings)),
        (one) => one,
        given.urn,
      ),
    );
}

/** Whether a rule needs no other resource than the one that it judges. */
function isAlone(rule: ResourceRule, resource: Resource, { scope }: Surroundings): boolean {
  if (rule.general) return scope === "all" || (isEvident(resource) && !isRead(resource));
  return !isRead(resource);
}

/** What a rule finds in the resources that only the whole stack shows to be a registry's, and in the settings that others read. */
export function evaluateRest(
  rule: ResourceRule,
  given: readonly GivenResource[],
  surroundings: Surroundings,
): Found[] {
  if (!given.some((one) => isOf(rule, one))) return [];
  return judged(
    rule,
    () => {
      const whole = withReaders(given.flatMap((one) => resourcesOf(one)));
      const rest = whole.filter(
        (one) => appliesTo(rule, one.type) && isRest(rule, one, surroundings),
      );
      const members = rest.length === 0 ? new Set() : belonging(whole);
      return rest
        .filter((one) => members.has(one))
        .flatMap((one) => inResource(rule, one, surroundings));
    },
    (one) => one,
  );
}

/** Whether a rule judges a resource by the whole stack. What the image of a registry was made from is known there only. */
function isRest(rule: ResourceRule, resource: Resource, surroundings: Surroundings): boolean {
  const bare = withoutMaking(resource);
  const followed = !rule.general && isEvident(resource) && !isEvident(bare);
  return followed || !isAlone(rule, bare, surroundings);
}

/** A resource as it is judged by itself. */
function withoutMaking(resource: Resource): Resource {
  return { ...resource, madeFrom: undefined, readers: undefined };
}

function inResource(rule: ResourceRule, resource: Resource, surroundings: Surroundings): Found[] {
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
  if (!given.some((one) => isOf(rule, one))) return [];
  return judged(
    rule,
    function* () {
      const limited = rule.general && surroundings.scope === "registries";
      const judgedTypes = given.filter((one) => limited || isOf(rule, one));
      const whole = judgedTypes.flatMap((one) => resourcesOf(one));
      const members = limited ? belonging(whole) : undefined;
      const resources = whole.filter(({ type }) => appliesTo(rule, type));
      for (const one of rule.stack(resources, surroundings)) {
        if (!members || one.resource === undefined || members.has(one.resource)) yield one;
      }
    },
    ({ resource, message }) =>
      resource === undefined ? { message } : found(resource, message, surroundings),
  );
}

/** Whether a resource is of a type that a rule is about, or tells of one. */
function isOf(rule: PolicyRule, { type }: GivenResource): boolean {
  return toldAs(type).some((one) => appliesTo(rule, one.type));
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
  const said = inWordsOf(message, resource.words);
  return { ...withException(said, resource, exclude), urn: resource.urn };
}

/** A resource as the rules know it, which may be several: another package may have in one what these have in two. */
function resourcesOf(given: GivenResource, as: readonly Told[] = toldAs(given.type)): Resource[] {
  return as.flatMap((told): Resource[] => {
    const resource = withoutSources(given, told);
    const { part } = told;
    if (part !== undefined) {
      const isSet = known(() => [withoutNulls(given.props)[part] !== undefined])[0] ?? true;
      // It is made from the resource that it is a part of.
      return isSet ? [{ ...resource, madeFrom: { repository: [resource] } }] : [];
    }
    if (given.propertyDependencies === undefined) return [resource];
    const made = Object.entries(given.propertyDependencies).map(
      ([key, from]) => [key, from.map((one) => withoutSources(one))] as const,
    );
    return [{ ...resource, madeFrom: Object.fromEntries(made) }];
  });
}

function withoutSources(
  { type, name, urn, props, opts, provider }: GivenResource,
  told: Told = toldAs(type)[0]!,
): Resource {
  return {
    ...{ type: told.type, name, urn, protect: opts.protect, words: told.words },
    props: toldProps(withoutNulls(props), told),
    provider: provider && withoutNulls(provider.props),
  };
}
