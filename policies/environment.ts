/** What a stack is for, from the least to the most that hangs on it. */
export const environments = ["lab", "dev", "staging", "prod"] as const;

export type Environment = (typeof environments)[number];

/** Variable of the environment that says what the stack is for, whatever the stack's config says. */
export const environmentVariable = "WHARF_ENVIRONMENT";

/** Key of a stack's config that says what the stack is for. */
const environmentKey = "wharf:environment";

/** Whether a text is the name of an environment. */
export function isEnvironment(text: unknown): text is Environment {
  return (environments as readonly unknown[]).includes(text);
}

/**
 * What the stack is for, which sets the level of every rule. The variable `WHARF_ENVIRONMENT` comes first, then `wharf:environment` of
 * the stack's config; undefined where neither is set.
 * @param config the stack's config, keys with their namespace; undefined where the engine has not told it
 * @throws Error where one of them is not an environment
 */
export function environmentOf(config?: {
  get(key: string): string | undefined;
}): Environment | undefined {
  for (const [source, value] of [
    [`the variable ${environmentVariable}`, process.env[environmentVariable]],
    [`${environmentKey} of the stack's config`, config?.get(environmentKey)],
  ] as const) {
    if (value === undefined || value === "") continue;
    if (isEnvironment(value)) return value;
    throw new Error(`${source} is "${value}"; it is one of ${environments.join(", ")}.`);
  }
  return undefined;
}
