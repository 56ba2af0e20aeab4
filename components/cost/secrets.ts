import type { RegistryArgs } from "../registry";

/** Passwords of caches that Wharf keeps in the platform's store of secrets; one that is there already is not the stack's. */
export function cacheSecrets({ caches }: Pick<RegistryArgs, "caches">): number {
  return caches.filter(({ credentials }) => credentials?.password !== undefined).length;
}
