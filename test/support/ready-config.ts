import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { register, type Registered } from "./registrations";

/** What a ready stack of the checkout is configured with; keys with their namespace. */
export function configOf(stack: string): Record<string, unknown> {
  const text = readFileSync(join(__dirname, `../../Pulumi.${stack}.yaml`), "utf8");
  return (parse(text) as { config: Record<string, unknown> }).config;
}

/**
 * What a stack registers by its whole config: that of Wharf describes it, the rest is that of the providers.
 * @param config keys with their namespace
 * @throws DescriptionError where the config is refused
 */
export function registerConfig(
  stack: string,
  config: Record<string, unknown>,
): Promise<Registered> {
  const isOwn = (key: string) => key.startsWith("wharf:");
  const own = Object.entries(config).filter(([key]) => isOwn(key));
  const provider = Object.fromEntries(Object.entries(config).filter(([key]) => !isOwn(key)));
  return register(
    Object.fromEntries(own.map(([key, value]) => [key.slice("wharf:".length), value])),
    { stack, provider: provider as Record<string, string> },
  );
}
