import type { Rule } from "../description/rules";

/** Rules across keys of `wharf:builds` that hold on every target. */
export const buildRules: Rule[] = [];
