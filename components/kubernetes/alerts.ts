import type { KubernetesDescription } from "./settings";

/** An alert, as a rule of Prometheus. */
export interface Alert {
  alert: string;
  expr: string;
  /** How long it must hold; at once without. */
  for?: string;
  labels: { severity: "critical" | "warning" | "info" };
  annotations: { summary: string; description: string };
}

/** What alerts depend on beside the description. */
interface Watched {
  /** Value of the label `job` of the registry's metrics. */
  job: string;
  /** Claim that holds the images; undefined where a bucket does. */
  claim: string | undefined;
  /** When the server's certificate expires, ISO 8601; empty where that is not known. */
  expiresAt: string;
}

const secondsPerDay = 86_400;

/**
 * What somebody should be told of a registry, as far as distribution's metrics, and the kubelet's of its volume, show it. The
 * limits of time are those of GitLab's registry (apdex of 1 s), the others those of the awesome-prometheus-alerts collection.
 */
export function alertsFor(
  args: KubernetesDescription,
  { job, claim, expiresAt }: Watched,
): Alert[] {
  const { distribution, kubernetes } = args;
  const { namespace } = kubernetes;
  const own = `job="${job}",namespace="${namespace}"`;
  const requests = (more = "") => `sum(rate(registry_http_requests_total{${own}${more}}[5m]))`;
  const quantile = (share: number, metric: string, more = "") =>
    `histogram_quantile(${share}, sum by (le) (rate(${metric}_bucket{${own}${more}}[5m])))`;
  const alert = (
    name: string,
    severity: Alert["labels"]["severity"],
    [expr, duration]: [expr: string, duration?: string],
    [summary, description]: [summary: string, description: string],
  ): Alert => ({
    alert: name,
    expr,
    ...(duration !== undefined && { for: duration }),
    labels: { severity },
    annotations: { summary: `The registry of namespace ${namespace} ${summary}.`, description },
  });
  const free = (percent: number) => {
    const volume = `{namespace="${namespace}",persistentvolumeclaim="${claim}"}`;
    return `kubelet_volume_stats_available_bytes${volume} / kubelet_volume_stats_capacity_bytes${volume} < ${percent / 100}`;
  };
  const ends = (days: number) =>
    `vector(${Date.parse(expiresAt) / 1000}) - time() < ${days * secondsPerDay}`;
  const renewal = "Run pulumi up, which renews a certificate of the stack's own.";
  return [
    alert(
      "RegistryDown",
      "critical",
      [`absent(up{${own}} == 1)`, "2m"],
      ["is down", "No pod of it has answered Prometheus for two minutes."],
    ),
    alert(
      "RegistryErrors",
      "critical",
      [`${requests(',code=~"5.."')} / ${requests()} > 0.01`, "10m"],
      ["fails", "{{ $value | humanizePercentage }} of its answers are server errors."],
    ),
    alert(
      "RegistrySlowManifests",
      "warning",
      [
        `${quantile(0.95, "registry_http_request_duration_seconds", ',handler="manifest"')} > 1`,
        "15m",
      ],
      ["is slow", "One manifest in twenty takes {{ $value | humanizeDuration }} or more."],
    ),
    alert(
      "RegistrySlowStorage",
      "warning",
      [`${quantile(0.9, "registry_storage_action_seconds")} > 1`, "15m"],
      [
        "has slow storage",
        "One action on the storage in ten takes {{ $value | humanizeDuration }} or more.",
      ],
    ),
    // Clients begin without a password and are told to send one: some of the answers are always 401.
    alert(
      "RegistryRefusals",
      "warning",
      [
        `${requests(',code=~"401|403"')} / ${requests()} > 0.9 and ${requests(',code=~"401|403"')} > 1`,
        "10m",
      ],
      ["refuses nearly every request", "A client has a wrong password, or somebody guesses one."],
    ),
    ...(distribution.notifications.endpoints.length === 0
      ? []
      : [
          alert(
            "RegistryNotificationsPending",
            "warning",
            [`sum by (endpoint) (registry_notifications_pending_total{${own}}) > 100`, "10m"],
            [
              "cannot deliver notifications",
              "{{ $value }} are waiting for the endpoint {{ $labels.endpoint }}; a restart loses them.",
            ],
          ),
        ]),
    ...(claim === undefined
      ? []
      : [
          alert(
            "RegistryVolumeFilling",
            "warning",
            [free(15), "15m"],
            ["fills its volume", "{{ $value | humanizePercentage }} of the volume are left."],
          ),
          alert(
            "RegistryVolumeFull",
            "critical",
            [free(5), "5m"],
            ["will soon refuse pushes", "{{ $value | humanizePercentage }} are left."],
          ),
        ]),
    ...(expiresAt === ""
      ? []
      : [
          alert(
            "RegistryCertificateEnding",
            "warning",
            [ends(20)],
            ["needs a new certificate", `Its certificate expires at ${expiresAt}. ${renewal}`],
          ),
          alert(
            "RegistryCertificateEnds",
            "critical",
            [ends(3)],
            ["will be refused by clients", `Its certificate expires at ${expiresAt}. ${renewal}`],
          ),
        ]),
  ];
}
