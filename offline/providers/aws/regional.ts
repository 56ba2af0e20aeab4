import type { SimulatedTypes } from "../simulated/type";

/** Types of which each region has its own: every one takes a region, the provider's by default, and moves only by replacement. */
export function regional(types: SimulatedTypes): SimulatedTypes {
  return Object.fromEntries(
    Object.entries(types).map(([token, type]) => [
      token,
      {
        ...type,
        replaces: [...(type.replaces ?? []), "region"],
        defaults: { region: "{region}", ...type.defaults },
      },
    ]),
  );
}

/** The form of a text that a service limits in length. */
export function upTo(longest: number): readonly [form: RegExp, words: string] {
  return [new RegExp(`^[^]{0,${longest}}$`), `at most ${longest} characters`];
}

/** The output of every type that takes tags. */
export const tagged = { tagsAll: "{tags}" };
