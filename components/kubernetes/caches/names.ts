import type { Cache } from "../../caches/settings";
import type { Component } from "../labels";

/** Names of what a cache consists of in the registry's namespace. */
export interface CacheNames {
  /** Its Deployment, Service and NetworkPolicy. */
  objectName: string;
  component: Component;
  claimName: string;
  settingsSecretName: string;
}

/** The names of a cache's objects, by its own. */
export function cacheNames({ name }: Pick<Cache, "name">): CacheNames {
  const objectName = `registry-cache-${name}`;
  return {
    objectName,
    component: `cache-${name}`,
    claimName: `${objectName}-data`,
    settingsSecretName: `${objectName}-settings`,
  };
}
