import { debugPort } from "../distribution/config";
import { leavesSpace } from "../distribution/space";
import { AuthMode } from "../model/auth";
import type { SharedDescription } from "../model/description";
import { backupsOf, type WatchedRegistry } from "../monitoring/alerts";
import { longestPause } from "../model/schedule";

/** What Prometheus calls the registry of a stack. */
const jobOf = ({ namePrefix }: SharedDescription) => namePrefix;

/** What it calls the Docker host, which the node exporter tells of. */
const hostJobOf = ({ namePrefix }: SharedDescription) => `${namePrefix}-host`;

/** File systems that hold no images: in memory, or of containers. */
const withoutImages = "tmpfs|ramfs|overlay|squashfs";

/**
 * The registry as Prometheus sees it on a Docker host.
 * @param expiresAt when the server's certificate expires, ISO 8601; empty where that is not known
 */
export function watchedRegistry(args: SharedDescription, expiresAt: string): WatchedRegistry {
  const host = `{job="${hostJobOf(args)}",fstype!~"${withoutImages}"}`;
  return {
    name: `registry of stack ${args.stack}`,
    labels: `job="${jobOf(args)}"`,
    notifies: args.distribution.notifications.endpoints.length > 0,
    countsLogins: args.auth.mode === AuthMode.Roles,
    backups: backupsOf(args),
    collectsWithin: longestPause(args.collection?.schedule),
    disk:
      args.storage.kind === "volume"
        ? {
            name: "the host's file system {{ $labels.mountpoint }}",
            free: `node_filesystem_avail_bytes${host}`,
            whole: `node_filesystem_size_bytes${host}`,
          }
        : undefined,
    leavesSpace: leavesSpace(args),
    hasQuota: args.storage.kind === "volume" && args.storage.quotaGiB !== undefined,
    expiresAt,
    renewal: "Run npx wharf renew, which renews the stack's own, and write these rules again.",
  };
}

/**
 * Where Prometheus finds the registry and the Docker host, as `scrape_configs`: it must be in the stack's network, where the node
 * exporter has the name node-exporter.
 */
export function scrapeConfigs(args: SharedDescription): object[] {
  return [
    {
      job_name: jobOf(args),
      metrics_path: args.distribution.metrics.path,
      static_configs: [{ targets: [`${args.namePrefix}-registry:${debugPort}`] }],
    },
    ...(args.storage.kind === "volume"
      ? [
          {
            job_name: hostJobOf(args),
            static_configs: [{ targets: ["node-exporter:9100"] }],
          },
        ]
      : []),
  ];
}
