import { engineSettings } from "../distribution/engine";
import { storageSettings } from "../distribution/storage";
import type { RegistryArgs } from "../registry";
import type { Cache } from "./settings";
import { upstreamOf } from "./upstreams";

/**
 * The description of the registry that keeps one upstream's images: the software in proxy mode, on a volume of its own, with
 * what the registry itself has of TLS, users, logs and metrics. What is the registry's alone stays with it: its bucket, its
 * Redis, its notifications and its checks of other servers. Deletion is on, without which nothing that is too old would go.
 */
export function cacheArgs(args: RegistryArgs, cache: Cache): RegistryArgs {
  const { http, log, metrics } = args.engine;
  const engine = engineSettings.parse({
    proxy: {
      remoteUrl: upstreamOf(cache.upstream).url,
      username: cache.credentials?.username,
      password: cache.credentials?.password,
      ttlHours: cache.ttlHours,
    },
  });
  return {
    ...args,
    storage: storageSettings.parse({ kind: "volume", sizeGiB: cache.sizeGiB }),
    engine: {
      ...engine,
      log,
      metrics,
      http: { ...http, externalUrl: undefined, prefix: undefined },
    },
  };
}

/**
 * Whether clients of a cache need name no user: as set, or where it asks its upstream as nobody, so that it holds what everyone
 * may have, and only this machine, or this cluster, reaches it. Docker sends no user to a mirror (moby's registry/config.go), and
 * neither does containerd on a node.
 * @param within whether only this machine, or this cluster, reaches it
 */
export function servesAnyone({ anonymous, credentials }: Cache, within: boolean): boolean {
  return anonymous ?? (credentials === undefined && within);
}
