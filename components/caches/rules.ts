import type { Rule } from "../description/rules";

/** Rules across keys of `wharf:caches` that hold on every target. */
export const cacheRules: Rule[] = [];
