import type { WatchedRegistry } from "./alerts";

/** A panel of a dashboard: what its title says, of which series, in which of Grafana's units. False are those that a registry lacks. */
interface Panel {
  title: string;
  /** Expressions and what the legend calls each, as Grafana's format of legends. */
  targets: (false | [expr: string, legend: string])[];
  unit: string;
}

/** The datasource that a person chooses on the dashboard, so that it fits every Grafana. */
const datasource = { type: "prometheus", uid: "${datasource}" };

/** Grafana's grid has 24 columns; three panels fill a row. */
const [width, height] = [8, 8];

/** All panels; one of which a registry has no series is left out. */
function panels(watched: WatchedRegistry): Panel[] {
  const { backups, collectsWithin, countsLogins, disk, hasQuota, labels, leavesSpace } = watched;
  const collects = collectsWithin !== undefined;
  const own = (metric: string) => `${metric}{${labels}}`;
  const wrong = `wharf_registry_requests_total{${labels},result="wrong credentials"}`;
  const requests = (more = "") => `registry_http_requests_total{${labels}${more}}`;
  const quantile = (share: number, by: string, metric: string) =>
    `histogram_quantile(${share}, sum by (le, ${by}) (rate(${metric}_bucket{${labels}}[5m])))`;
  const bytes = (direction: "request" | "response") =>
    `sum(rate(registry_http_${direction}_size_bytes_sum{${labels}}[5m]))`;
  return [
    { title: "Up", targets: [[`up{${labels}}`, "{{instance}}"]], unit: "bool_on_off" },
    {
      title: "Requests by answer",
      targets: [[`sum by (code) (rate(${requests()}[5m]))`, "{{code}}"]],
      unit: "reqps",
    },
    {
      title: "Server errors",
      targets: [
        [
          `sum(rate(${requests(',code=~"5.."')}[5m])) / sum(rate(${requests()}[5m]))`,
          "share of all answers",
        ],
      ],
      unit: "percentunit",
    },
    {
      title: "Time of requests, 95th percentile",
      targets: [
        [quantile(0.95, "handler", "registry_http_request_duration_seconds"), "{{handler}}"],
      ],
      unit: "s",
    },
    {
      title: "Time of the storage, 90th percentile",
      targets: [[quantile(0.9, "action", "registry_storage_action_seconds"), "{{action}}"]],
      unit: "s",
    },
    {
      title: "Refused logins",
      targets: [[`sum by (code) (rate(${requests(',code=~"401|403"')}[5m]))`, "{{code}}"]],
      unit: "reqps",
    },
    {
      title: "Received and sent",
      targets: [
        [bytes("request"), "received (pushes)"],
        [bytes("response"), "sent (pulls)"],
      ],
      unit: "Bps",
    },
    {
      title: "Requests at the same time",
      targets: [[`sum by (handler) (registry_http_in_flight_requests{${labels}})`, "{{handler}}"]],
      unit: "short",
    },
    {
      title: "Cache of blob descriptors",
      targets: [
        [
          `sum(rate(registry_storage_cache_hits_total{${labels}}[5m])) / sum(rate(registry_storage_cache_requests_total{${labels}}[5m]))`,
          "hits",
        ],
      ],
      unit: "percentunit",
    },
    {
      title: "Memory",
      targets: [[`process_resident_memory_bytes{${labels}}`, "{{instance}}"]],
      unit: "bytes",
    },
    {
      title: "Processors",
      targets: [[`rate(process_cpu_seconds_total{${labels}}[5m])`, "{{instance}}"]],
      unit: "short",
    },
    {
      title: "Goroutines",
      targets: [[`go_goroutines{${labels}}`, "{{instance}}"]],
      unit: "short",
    },
    {
      title: "Wrong credentials",
      targets: [countsLogins && [`sum(rate(${wrong}[5m]))`, "refused"]],
      unit: "reqps",
    },
    {
      title: "Space",
      targets: [
        leavesSpace && [own("wharf_registry_volume_free_bytes"), "free"],
        leavesSpace && [own("wharf_registry_volume_min_free_bytes"), "stays free"],
        !leavesSpace && disk !== undefined && [disk.free, "free of {{mountpoint}}"],
        hasQuota && [own("wharf_registry_stored_bytes"), "stored"],
        hasQuota && [own("wharf_registry_quota_bytes"), "quota"],
      ],
      unit: "bytes",
    },
    {
      title: "Collection: freed in a day, and waiting",
      targets: [
        collects && [`increase(${own("wharf_collection_freed_bytes_total")}[1d])`, "freed"],
        collects && [own("wharf_collection_waiting_bytes"), "waiting for its grace period"],
      ],
      unit: "bytes",
    },
    {
      title: "Since the last run",
      targets: [
        collects && [
          `time() - ${own("wharf_collection_last_success_timestamp_seconds")}`,
          "collection",
        ],
        backups !== undefined && [
          `time() - max(wharf_backup_last_success_timestamp_seconds{${backups.labels}})`,
          "backup",
        ],
      ],
      unit: "s",
    },
  ];
}

/**
 * A dashboard of Grafana (its JSON model, schema 39) that shows a registry by its metrics, as far as it has them.
 * @param uid id by which Grafana replaces an earlier one, of letters, digits and -
 */
export function dashboardOf(watched: WatchedRegistry, uid: string): object {
  const title = `${watched.name.charAt(0).toUpperCase()}${watched.name.slice(1)}`;
  const shown = panels(watched)
    .map((panel) => ({ ...panel, targets: panel.targets.filter((target) => target !== false) }))
    .filter(({ targets }) => targets.length > 0);
  return {
    uid: uid.slice(0, 40),
    title,
    tags: ["wharf", "registry"],
    editable: true,
    schemaVersion: 39,
    refresh: "30s",
    time: { from: "now-6h", to: "now" },
    timezone: "",
    templating: {
      list: [{ name: "datasource", label: "Data source", type: "datasource", query: "prometheus" }],
    },
    panels: shown.map(({ targets, title, unit }, index) => ({
      id: index + 1,
      type: "timeseries",
      title,
      datasource,
      gridPos: {
        x: (index % 3) * width,
        y: Math.floor(index / 3) * height,
        w: width,
        h: height,
      },
      fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
      options: { legend: { displayMode: "list", placement: "bottom" } },
      targets: targets.map(([expr, legendFormat], target) => ({
        refId: String.fromCharCode("A".charCodeAt(0) + target),
        datasource,
        expr,
        legendFormat,
      })),
    })),
  };
}

/** Where {@link provisioning} has Grafana look for dashboards. */
export const dashboardDirectory = "/etc/grafana/wharf";

/**
 * What Grafana reads below `/etc/grafana/provisioning`, so that it has the dashboard and its data source from its start.
 * @param prometheus address of Prometheus as Grafana reaches it
 */
export function provisioning(prometheus: string): { datasources: object; dashboards: object } {
  const own = { name: "Prometheus", type: "prometheus", access: "proxy", url: prometheus };
  return {
    datasources: { apiVersion: 1, datasources: [{ ...own, isDefault: true }] },
    dashboards: {
      apiVersion: 1,
      providers: [{ name: "wharf", type: "file", options: { path: dashboardDirectory } }],
    },
  };
}
