/** What general rules judge: registries, what serves or feeds them and their identities, or every resource. */
export const scopes = ["registries", "all"] as const;

export type Scope = (typeof scopes)[number];

/** Variable of the environment that says what is judged, whatever the stack's config says. */
export const scopeVariable = "WHARF_SCOPE";

/** Key of a stack's config that says what is judged. */
const scopeKey = "wharf:scope";

/** Key that every stack of Wharf's own program has. All of its resources are a registry's. */
const ownKey = "wharf:target";

/**
 * What general rules judge. The variable `WHARF_SCOPE` comes first, then `wharf:scope` of the stack's config; where neither is set, that is
 * registries, and all in a stack of Wharf's own.
 * @param config the stack's config, keys with their namespace; undefined where the engine has not told it
 * @throws Error where one of them is not a scope
 */
export function scopeOf(config?: { get(key: string): string | undefined }): Scope {
  for (const [source, value] of [
    [`the variable ${scopeVariable}`, process.env[scopeVariable]],
    [`${scopeKey} of the stack's config`, config?.get(scopeKey)],
  ] as const) {
    if (value === undefined || value === "") continue;
    if ((scopes as readonly string[]).includes(value)) return value as Scope;
    throw new Error(`${source} is "${value}"; it is one of ${scopes.join(", ")}.`);
  }
  return config?.get(ownKey) === undefined ? "registries" : "all";
}
