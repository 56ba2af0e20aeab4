import type { Rule } from "../description/rules";

/** Rules across keys of `wharf:identities` that hold on every target. */
export const identityRules: Rule[] = [];
