import type * as pulumi from "@pulumi/pulumi";
import { RandomString } from "@pulumi/random/randomString";
import type { StandingResource } from "./standing";

const type = "random:index/randomString:RandomString";

/** What the name of the resource that keeps the id ends with. */
const suffix = "-stack-id";

/**
 * Generates the id that every object of a stack is labelled with, and that no other stack has, whatever its name: a stack's name
 * is unique only within one backend. It is kept in the state, and in the state before the first object that carries it is made,
 * so that an `up` that was interrupted knows its own objects again.
 */
export function createStackId(
  name: string,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  return new RandomString(`${name}${suffix}`, { length: 16, special: false, upper: false }, opts)
    .result;
}

/**
 * What to do where something exists that a stack's state does not know of, the rest of a sentence: the state may have been lost,
 * and with it the generated passwords and keys.
 * @param made what exists, as `them` or `it`
 */
export function lostState(made: string): string {
  return `where this stack created ${made} and its state was lost, restore the state (.wharf of the checkout, or what PULUMI_BACKEND_URL names), since with a new one passwords and the CA are new`;
}

/**
 * The ids that a state keeps, one for each registry of the program; none for a new stack, and for one from before stacks had ids.
 */
export function stackIdsAmong(
  resources: Pick<StandingResource, "type" | "name" | "properties">[],
): string[] {
  return resources
    .filter((one) => one.type === type && one.name.endsWith(suffix))
    .map(({ properties }) => properties.result)
    .filter((id) => typeof id === "string");
}
