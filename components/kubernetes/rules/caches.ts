import type { KubernetesDescription } from "../settings";
import { keyOf, removeCommand, setCommand } from "../../core/messages";
import type { Problem } from "../../core/problems";

import type { Cache } from "../../model/caches";
import type { Component } from "../labels";
import { trustsNodes } from "../trust/hosts";

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

/** What keeps caches from names of their own, and nodes from pulling through them. */
export function cacheProblems(d: KubernetesDescription): Problem[] {
  const { mirrors } = d.kubernetes.trust;
  return [
    ...d.pullThroughCaches.flatMap((cache, index) => sameService(d, cache.name, index)),
    ...(mirrors && d.pullThroughCaches.length === 0
      ? [
          {
            key: "wharf:kubernetes.trust.mirrors",
            message: "true has nodes pull through caches, but wharf:pullThroughCaches has none",
            fix: removeCommand(["kubernetes", "trust", "mirrors"]),
          },
        ]
      : []),
    ...(mirrors && !trustsNodes(d)
      ? [
          {
            key: "wharf:kubernetes.trust.mirrors",
            message:
              "true needs the DaemonSet that writes to the nodes, but wharf:kubernetes.trust.enabled is false",
            fix: setCommand(["kubernetes", "trust", "enabled"], true),
          },
        ]
      : []),
  ];
}

function sameService(
  { kubernetes }: KubernetesDescription,
  name: string,
  index: number,
): Problem[] {
  return cacheNames({ name }).objectName === kubernetes.service
    ? [
        {
          key: keyOf(["pullThroughCaches", index, "name"]),
          message: `"${name}" would give its Service the name of the registry's Service, ${kubernetes.service} (wharf:kubernetes.service)`,
          fix: setCommand(["pullThroughCaches", index, "name"], `${name}-1`),
        },
      ]
    : [];
}
