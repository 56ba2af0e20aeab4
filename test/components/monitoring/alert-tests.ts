import { execa } from "execa";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { announce } from "../../support/announce";
import { promtool } from "../../support/lint/promtool";

/** Whose metrics alerts are about. */
interface Watched {
  /** Labels of the registry's own. */
  labels: string;
  /** Series of the free and whole bytes of its disk. */
  free: string;
  whole: string;
  /** Whether the certificate expires so that each alert fires in 1970, where promtool's clock begins. Defaults to neither. */
  ending?: boolean;
  /** Whether it collects by a schedule, every night. Defaults to false. */
  collects?: boolean;
  ends?: boolean;
  /** Whether it counts wrong credentials. Defaults to false. */
  countsLogins?: boolean;
  /** Whether it turns pushes away before its volume is full, and by a quota. Defaults to false. */
  limited?: boolean;
  /** Labels of the metrics of its backups, of which there is to be one every night; undefined where there are none. */
  backups?: string;
}

/** A file of rules, and the metrics that they are about. */
export interface WatchedRules {
  rules: string;
  watched: Watched;
  /** The alerts that are tried. Defaults to all. */
  only?: RegExp;
}

/**
 * Has promtool read files of rules, and try each alert on metrics that call for it and on metrics that do not. One run takes
 * them all: promtool loads for half a second.
 * @param directory where the files are written
 */
export async function expectAlerts(directory: string, all: WatchedRules[]): Promise<void> {
  for (const [index, { rules, watched, only = /^/ }] of all.entries()) {
    const { tests, ...others } = ruleTests(watched);
    const asked = {
      ...{ rule_files: [`rules-${index}.yml`], ...others },
      tests: tests.filter(({ name }) => only.test(name)),
    };
    await writeFile(join(directory, `rules-${index}.yml`), rules);
    await writeFile(join(directory, `tests-${index}.yml`), stringify(asked));
  }
  const program = await promtool(announce);
  const files = (kind: string) => all.map((_, index) => `${kind}-${index}.yml`);
  await execa(program, ["check", "rules", ...files("rules")], { cwd: directory });
  await execa(program, ["test", "rules", ...files("tests")], { cwd: directory });
}

/** A test of `promtool`: what the metrics were, minute by minute, and which alerts fire after a time, half an hour as a rule. */
const ruleTest = (
  alert: string,
  input_series: { series: string; values: string }[],
  fires: boolean,
  after = "30m",
) => ({
  name: `${alert} ${fires ? "fires" : "is silent"}`,
  interval: "1m",
  input_series,
  promql_expr_test: [
    {
      expr: `count(ALERTS{alertname="${alert}",alertstate="firing"}) or vector(0)`,
      eval_time: after,
      exp_samples: [{ labels: "{}", value: fires ? 1 : 0 }],
    },
  ],
});

function ruleTests(watched: Watched) {
  const { labels: own, free, whole, ending = false, ends = false } = watched;
  const { collects = false, countsLogins = false, limited = false, backups } = watched;
  const requests = (code: number, values: string) => ({
    series: `registry_http_requests_total{${own},handler="manifest",method="get",code="${code}"}`,
    values,
  });
  /** How many of a hundred a minute take no more than a second; all take no more than five. */
  const slow = (metric: string, labels: string, fast: number) =>
    Object.entries({ "1": fast, "5": 100, "+Inf": 100 }).map(([le, many]) => ({
      series: `${metric}_bucket{${own},${labels},le="${le}"}`,
      values: `0+${many}x30`,
    }));
  const manifestSeconds = ["registry_http_request_duration_seconds", 'handler="manifest"'] as const;
  const storageSeconds = ["registry_storage_action_seconds", 'driver="filesystem"'] as const;
  const left = (bytes: string) => [
    { series: free, values: bytes },
    { series: whole, values: "100x30" },
  ];
  const pending = (values: string) => [
    { series: `registry_notifications_pending_total{${own},endpoint="audit"}`, values },
  ];
  const wrong = (values: string) => [
    {
      series: `wharf_registry_requests_total{${own},login="none",result="wrong credentials"}`,
      values,
    },
  ];
  const collection = (metric: string, value: number) => [
    { series: `wharf_collection_${metric}{${own}}`, values: `${value}x30` },
  ];
  const registry = (values: Record<string, string>) =>
    Object.entries(values).map(([metric, value]) => ({
      series: `wharf_registry_${metric}{${own}}`,
      values: value,
    }));
  const backup = (values: string, job = "node") => [
    { series: `wharf_backup_last_success_timestamp_seconds{${backups},job="${job}"}`, values },
  ];
  /** Seconds before promtool's clock begins. */
  const days = (many: number) => -many * 86_400;
  const up = (values: string) => [{ series: `up{${own},instance="registry-0"}`, values }];
  return {
    evaluation_interval: "1m",
    tests: [
      ruleTest("RegistryDown", up("1x10 0x20"), true),
      ruleTest("RegistryDown", up("1x30"), false),
      ruleTest("RegistryErrors", [requests(200, "0+95x30"), requests(500, "0+5x30")], true),
      ruleTest("RegistryErrors", [requests(200, "0+995x30"), requests(500, "0+5x30")], false),
      ruleTest("RegistryRefusals", [requests(200, "0+5x30"), requests(401, "0+95x30")], true),
      ruleTest("RegistryRefusals", [requests(200, "0+50x30"), requests(401, "0+95x30")], false),
      ruleTest("RegistrySlowManifests", slow(...manifestSeconds, 50), true),
      ruleTest("RegistrySlowManifests", slow(...manifestSeconds, 99), false),
      ruleTest("RegistrySlowStorage", slow(...storageSeconds, 50), true),
      ruleTest("RegistrySlowStorage", slow(...storageSeconds, 99), false),
      ruleTest("RegistryNotificationsPending", pending("150x30"), true),
      ruleTest("RegistryNotificationsPending", pending("50x30"), false),
      ...(countsLogins
        ? [
            // Of one who is slowed down; and of a client that has an old password, once a minute.
            ruleTest("RegistryWrongCredentials", wrong("0+6x30"), true),
            ruleTest("RegistryWrongCredentials", wrong("0+1x30"), false),
            ruleTest("RegistryPolicyInvalid", registry({ policy_valid: "1x10 0x20" }), true),
            ruleTest("RegistryPolicyInvalid", registry({ policy_valid: "1x30" }), false),
          ]
        : []),
      ...(collects
        ? [
            ruleTest(
              "RegistryNotCollected",
              collection("last_success_timestamp_seconds", days(3)),
              true,
            ),
            ruleTest(
              "RegistryNotCollected",
              collection("last_success_timestamp_seconds", days(1.5)),
              false,
            ),
            ruleTest("RegistryRetentionInvalid", collection("rules_valid", 0), true),
            ruleTest("RegistryRetentionInvalid", collection("rules_valid", 1), false),
          ]
        : []),
      ...(limited
        ? [
            ruleTest(
              "RegistryTakesNoPushes",
              registry({ pushes_without_space_total: "0x20 1x10" }),
              true,
            ),
            ruleTest(
              "RegistryTakesNoPushes",
              registry({ volume_free_bytes: "9x30", volume_min_free_bytes: "10x30" }),
              true,
            ),
            ruleTest(
              "RegistryTakesNoPushes",
              registry({
                pushes_without_space_total: "1x30",
                volume_free_bytes: "10x30",
                volume_min_free_bytes: "10x30",
              }),
              false,
            ),
            ruleTest(
              "RegistryQuotaFilling",
              registry({ stored_bytes: "90x30", quota_bytes: "100x30" }),
              true,
            ),
            ruleTest(
              "RegistryQuotaFilling",
              registry({ stored_bytes: "80x30", quota_bytes: "100x30" }),
              false,
            ),
          ]
        : []),
      ...(backups === undefined
        ? []
        : [
            ruleTest("RegistryBackupOld", backup(`${days(3)}x30`), true),
            ruleTest("RegistryBackupOld", backup(`${days(1.5)}x30`), false),
            // One that is new ends the alert, wherever the timer ran before.
            ruleTest(
              "RegistryBackupOld",
              [...backup(`${days(3)}x30`), ...backup(`${days(0.5)}x30`, "pushgateway")],
              false,
            ),
            ruleTest("RegistryBackupUnknown", [], true, "90m"),
            ruleTest("RegistryBackupUnknown", backup("0x90"), false, "90m"),
          ]),
      ruleTest("RegistryVolumeFilling", left("10x30"), true),
      ruleTest("RegistryVolumeFilling", left("20x30"), false),
      ruleTest("RegistryVolumeFull", left("4x30"), true),
      ruleTest("RegistryVolumeFull", left("10x30"), false),
      ruleTest("RegistryCertificateEnding", [], ending),
      ruleTest("RegistryCertificateEnds", [], ends),
    ],
  };
}
