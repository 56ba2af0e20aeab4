import { longestPause } from "../model/schedule";

/** The label by which a stack's backups are told from another's: they run outside of the registry, wherever a timer does. */
export function backupsOf({
  backup,
  stack,
}: {
  backup?: { schedule: string; metrics?: string };
  stack: string;
}): WatchedRegistry["backups"] {
  const within = longestPause(backup?.schedule);
  if (backup?.metrics === undefined || within === undefined) return undefined;
  return { labels: `stack="${stack}"`, within };
}

/** An alert, as a rule of Prometheus. */
export interface Alert {
  alert: string;
  expr: string;
  /** How long it must hold; at once without. */
  for?: string;
  labels: { severity: "critical" | "warning" | "info" };
  annotations: { summary: string; description: string };
}

/** A registry that Prometheus watches. */
export interface WatchedRegistry {
  /** What summaries call it: `registry of stack dev`. */
  name: string;
  /** Labels that all of its metrics have, as in a selector: `job="wharf-dev"`. */
  labels: string;
  /** Whether it sends notifications. */
  notifies: boolean;
  /** Whether it counts wrong credentials and tells whether its policy is valid, as Wharf's own image with roles does. */
  countsLogins: boolean;
  /** Most seconds between two collections by its schedule; undefined where it has none. */
  collectsWithin: number | undefined;
  /** How its backups are known: labels of their metrics, and most seconds between two by the schedule; undefined where they are not. */
  backups: { labels: string; within: number } | undefined;
  /** What holds the images: as a description calls it, and its free and whole bytes as selectors; undefined where a bucket does. */
  disk: { name: string; free: string; whole: string } | undefined;
  /** Whether it turns pushes away before its volume is full, and whether by a quota too. */
  leavesSpace: boolean;
  hasQuota: boolean;
  /** When the server's certificate expires, ISO 8601; empty where that is not known. */
  expiresAt: string;
  /** How that is renewed, a sentence. */
  renewal: string;
}

const secondsPerDay = 86_400;

/**
 * What somebody should be told of a registry, as far as distribution's metrics, and those of its disk, show it. The limits of time
 * are those of GitLab's registry (apdex of 1 s), the others those of the awesome-prometheus-alerts collection.
 */
export function alertsFor(watched: WatchedRegistry): Alert[] {
  const {
    backups,
    collectsWithin,
    countsLogins,
    disk,
    expiresAt,
    hasQuota,
    labels: own,
    leavesSpace,
    name: registry,
    notifies,
    renewal,
  } = watched;
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
    annotations: { summary: `The ${registry} ${summary}.`, description },
  });
  const ends = (days: number) =>
    `vector(${Date.parse(expiresAt) / 1000}) - time() < ${days * secondsPerDay}`;
  return [
    alert(
      "RegistryDown",
      "critical",
      [`absent(up{${own}} == 1)`, "2m"],
      ["is down", "Nothing of it has answered Prometheus for two minutes."],
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
    // Somebody who guesses is slowed down to a try in ten seconds by address, so that a few in a minute are many.
    ...(countsLogins
      ? [
          alert(
            "RegistryWrongCredentials",
            "warning",
            [
              `sum(increase(wharf_registry_requests_total{${own},result="wrong credentials"}[10m])) > 30`,
            ],
            [
              "is sent wrong credentials",
              "{{ $value | humanize }} in ten minutes: a client has an old password, or somebody guesses one. The lines `audit` of its log name users and addresses.",
            ],
          ),
          alert(
            "RegistryPolicyInvalid",
            "critical",
            [`wharf_registry_policy_valid{${own}} == 0`, "10m"],
            [
              "does not understand who may do what",
              "The last valid policy holds, without the changes since, or nobody is let in where there was none; its log says what is wrong.",
            ],
          ),
        ]
      : []),
    ...(!notifies
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
    ...(collectsWithin === undefined
      ? []
      : [
          alert(
            "RegistryNotCollected",
            "warning",
            [
              // One run may be missed, as while the registry rolls.
              `time() - wharf_collection_last_success_timestamp_seconds{${own}} > ${2 * collectsWithin + secondsPerDay / 4}`,
              "15m",
            ],
            [
              "does not free its disk",
              "Its last collection that came to its end was {{ $value | humanizeDuration }} ago. This says why: npx wharf collect",
            ],
          ),
          alert(
            "RegistryRetentionInvalid",
            "warning",
            [`wharf_collection_rules_valid{${own}} == 0`, "10m"],
            [
              "does not understand its rules of retention",
              "It deletes nothing until it does; its log says what is wrong.",
            ],
          ),
        ]),
    ...(backups === undefined
      ? []
      : [
          alert(
            "RegistryBackupOld",
            "critical",
            [
              // One run may be missed; one that begins late is not.
              `time() - max(wharf_backup_last_success_timestamp_seconds{${backups.labels}}) > ${2 * backups.within + secondsPerDay / 4}`,
              "15m",
            ],
            [
              "has no new backup",
              "Its last backup that came to its end was {{ $value | humanizeDuration }} ago. This says why: npx wharf backup",
            ],
          ),
          alert(
            "RegistryBackupUnknown",
            "warning",
            [`absent(wharf_backup_last_success_timestamp_seconds{${backups.labels}})`, "1h"],
            [
              "has no backup that Prometheus knows of",
              "No backup has written wharf:backup.metrics, or nothing reads it.",
            ],
          ),
        ]),
    ...(disk === undefined
      ? []
      : [
          alert(
            "RegistryVolumeFilling",
            "warning",
            [`${disk.free} / ${disk.whole} < 0.15`, "15m"],
            ["fills its volume", `{{ $value | humanizePercentage }} of ${disk.name} are left.`],
          ),
          alert(
            "RegistryVolumeFull",
            "critical",
            [`${disk.free} / ${disk.whole} < 0.05`, "5m"],
            [
              "will soon refuse pushes",
              `{{ $value | humanizePercentage }} of ${disk.name} are left.`,
            ],
          ),
        ]),
    ...(leavesSpace
      ? [
          alert(
            "RegistryTakesNoPushes",
            "critical",
            [
              `sum(increase(wharf_registry_pushes_without_space_total{${own}}[15m])) > 0 or wharf_registry_volume_free_bytes{${own}} < wharf_registry_volume_min_free_bytes{${own}}`,
            ],
            [
              "turns pushes away for want of space",
              "Delete images, by rules or by hand, and run npx wharf collect; or enlarge the volume or the quota.",
            ],
          ),
        ]
      : []),
    ...(hasQuota
      ? [
          alert(
            "RegistryQuotaFilling",
            "warning",
            [
              `wharf_registry_stored_bytes{${own}} / wharf_registry_quota_bytes{${own}} > 0.85`,
              "15m",
            ],
            [
              "fills its quota",
              "{{ $value | humanizePercentage }} of wharf:storage.quotaGiB are used.",
            ],
          ),
        ]
      : []),
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
