/** A panel of a dashboard: what its title says, of which series, in which of Grafana's units. */
interface Panel {
  title: string;
  /** Expressions and what the legend calls each, as Grafana's format of legends. */
  targets: [expr: string, legend: string][];
  unit: string;
}

/** The datasource that a person chooses on the dashboard, so that it fits every Grafana. */
const datasource = { type: "prometheus", uid: "${datasource}" };

/** Grafana's grid has 24 columns; three panels fill a row. */
const [width, height] = [8, 8];

function panels(own: string): Panel[] {
  const requests = (more = "") => `registry_http_requests_total{${own}${more}}`;
  const quantile = (share: number, by: string, metric: string) =>
    `histogram_quantile(${share}, sum by (le, ${by}) (rate(${metric}_bucket{${own}}[5m])))`;
  const bytes = (direction: "request" | "response") =>
    `sum(rate(registry_http_${direction}_size_bytes_sum{${own}}[5m]))`;
  return [
    { title: "Up", targets: [[`up{${own}}`, "{{instance}}"]], unit: "bool_on_off" },
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
      targets: [[`sum by (handler) (registry_http_in_flight_requests{${own}})`, "{{handler}}"]],
      unit: "short",
    },
    {
      title: "Cache of blob descriptors",
      targets: [
        [
          `sum(rate(registry_storage_cache_hits_total{${own}}[5m])) / sum(rate(registry_storage_cache_requests_total{${own}}[5m]))`,
          "hits",
        ],
      ],
      unit: "percentunit",
    },
    {
      title: "Memory",
      targets: [[`process_resident_memory_bytes{${own}}`, "{{instance}}"]],
      unit: "bytes",
    },
    {
      title: "Processors",
      targets: [[`rate(process_cpu_seconds_total{${own}}[5m])`, "{{instance}}"]],
      unit: "short",
    },
    {
      title: "Goroutines",
      targets: [[`go_goroutines{${own}}`, "{{instance}}"]],
      unit: "short",
    },
  ];
}

/**
 * A dashboard of Grafana (its JSON model, schema 39) that shows a registry by distribution's metrics.
 * @param title what it is called
 * @param own labels that all of the registry's metrics have, as in a selector: `job="wharf-dev"`
 * @param uid id by which Grafana replaces an earlier one, of letters, digits and -
 */
export function dashboardOf(title: string, own: string, uid: string): object {
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
    panels: panels(own).map(({ targets, title, unit }, index) => ({
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
