import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { stringify } from "yaml";
import { DescriptionError } from "../../components/core/problems";
import { setCommand } from "../../components/core/messages";
import { shellWord } from "../../components/core/shell";
import type { Description } from "../../components/description/schema";
import * as docker from "../../components/docker/monitoring";
import * as kubernetes from "../../components/kubernetes/monitoring";
import { claimName } from "../../components/kubernetes/storage";
import { Target } from "../../components/model/environment";
import { alertsFor, type WatchedRegistry } from "../../components/monitoring/alerts";
import {
  dashboardDirectory,
  dashboardOf,
  provisioning,
} from "../../components/monitoring/dashboard";
import { refusal } from "../failure";
import { describedBy } from "../stack/description";
import { readOutputs } from "../stack/outputs";
import { command, describingFile, openStack } from "../stack/stack";
import { Session, type CommonOptions } from "../ui/session";

/** Options of `wharf monitoring`. */
export interface MonitoringOptions extends CommonOptions {
  /** Also the dashboard of Grafana. */
  grafana?: boolean;
  /** Where the files are written; `monitoring/<stack>` where not given. */
  directory?: string;
}

/** How long Prometheus waits between two readings. */
const interval = "30s";

/**
 * `wharf monitoring`: writes what Prometheus and Grafana read to watch a stack's registry. They are files to keep in Git: what only
 * `up` decides in them is when the certificate expires.
 */
export async function monitoring(options: MonitoringOptions): Promise<void> {
  const session = new Session(options, { asks: true });
  const { stack } = options;
  const { args } = describedBy(describingFile(stack).config);
  if (args === undefined) {
    throw refusal(
      `The description of stack ${stack} is wrong. This lists what: ${command("preview", stack)}`,
    );
  }
  mustBeWatchable(args, stack);
  const { certificateExpiresAt } = await readOutputs(await openStack(stack, session.progress));
  const files = monitoringFiles(args, certificateExpiresAt, options.grafana === true);
  const directory = options.directory ?? path.join("monitoring", stack);
  if (!options.json) {
    mkdirSync(directory, { recursive: true });
    for (const [name, contents] of Object.entries(files)) {
      writeFileSync(path.join(directory, name), contents);
    }
  }
  const names = Object.keys(files).join(", ");
  session.print(
    `Written to ${directory}: ${names}.\n${nextSteps(args, directory, options.grafana === true)}`,
  );
  session.answer(files);
}

/** @throws DescriptionError where there are no metrics to watch */
function mustBeWatchable({ distribution, target }: Description, stack: string): void {
  const platforms: Partial<Record<Target, string>> = {
    [Target.Aws]: "Amazon CloudWatch has the metrics of ECR",
    [Target.Gcp]: "Cloud Monitoring has the metrics of Artifact Registry",
    [Target.Azure]: "Azure Monitor has the metrics of ACR",
  };
  const platform = platforms[target];
  const metrics = ["distribution", "metrics", "enabled"];
  const subject = `The monitoring of stack ${stack}`;
  if (platform !== undefined) {
    throw new DescriptionError(subject, [
      { key: "wharf:target", message: `${target} has no metrics for Prometheus: ${platform}` },
    ]);
  }
  if (!distribution.metrics.enabled) {
    throw new DescriptionError(subject, [
      {
        key: "wharf:distribution.metrics.enabled",
        message: "false gives Prometheus nothing to read; set it, and run up",
        fix: `${setCommand(metrics, true)} --stack ${stack}`,
      },
    ]);
  }
}

/**
 * The files by their names.
 * @param expiresAt when the server's certificate expires, ISO 8601; empty where that is not known
 * @param grafana whether the dashboard is among them
 */
export function monitoringFiles(
  args: Description,
  expiresAt: string,
  grafana: boolean,
): Record<string, string> {
  const [watched, scraped] = seenOn(args, expiresAt);
  const { dashboards, datasources } = provisioning("http://prometheus:9090");
  const written = `Written by: ${command("monitoring", args.stack)}`;
  return {
    "prometheus.yml": document(written, {
      global: { scrape_interval: interval, evaluation_interval: interval },
      rule_files: ["rules.yml"],
      scrape_configs: scraped,
    }),
    "rules.yml": document(written, { groups: [{ name: "registry", rules: alertsFor(watched) }] }),
    ...(grafana && {
      "dashboard.json": `${JSON.stringify(dashboardOf(watched, args.namePrefix), null, 2)}\n`,
    }),
    // In a cluster Grafana's own chart provisions.
    ...(grafana &&
      args.target === Target.Docker && {
        "grafana-datasources.yml": document(written, datasources),
        "grafana-dashboards.yml": document(written, dashboards),
      }),
  };
}

function seenOn(args: Description, expiresAt: string): [WatchedRegistry, object[]] {
  if (args.target === Target.Docker) {
    return [docker.watchedRegistry(args, expiresAt), docker.scrapeConfigs(args)];
  }
  const claim =
    args.storage.kind === "volume"
      ? (args.kubernetes.volume.existingClaim ?? claimName)
      : undefined;
  return [kubernetes.watchedRegistry(args, claim, expiresAt), kubernetes.scrapeConfigs(args)];
}

function document(comment: string, value: object): string {
  return `# ${comment}\n${stringify(value, { lineWidth: 0 })}`;
}

function nextSteps(args: Description, directory: string, grafana: boolean): string {
  const asks = "With --grafana there is a dashboard too.";
  if (args.target !== Target.Docker) {
    const imported =
      "Grafana takes dashboard.json under Dashboards, New, Import, or has it by wharf:kubernetes.monitoring.dashboard.";
    return `With the Prometheus operator wharf:kubernetes.monitoring.enabled creates the same rules in the cluster. ${grafana ? imported : asks}`;
  }
  const at = (file: string) => shellWord(path.resolve(directory, file));
  const network = `--network ${args.namePrefix}`;
  const provisioned = "/etc/grafana/provisioning";
  return [
    "Prometheus must be in the stack's network, and the node exporter beside it, by which the disk is watched:",
    `  docker run --detach --name prometheus ${network} --publish 127.0.0.1:9090:9090 --volume ${at("")}:/etc/prometheus:ro prom/prometheus`,
    `  docker run --detach --name node-exporter ${network} --volume /:/host:ro,rslave prom/node-exporter --path.rootfs=/host`,
    ...(grafana
      ? [
          "Grafana has the dashboard from its start so; another one takes dashboard.json under Dashboards, New, Import:",
          `  docker run --detach --name grafana ${network} --publish 127.0.0.1:3000:3000 --volume ${at("grafana-datasources.yml")}:${provisioned}/datasources/wharf.yml:ro --volume ${at("grafana-dashboards.yml")}:${provisioned}/dashboards/wharf.yml:ro --volume ${at("dashboard.json")}:${dashboardDirectory}/dashboard.json:ro grafana/grafana`,
        ]
      : [asks]),
  ].join("\n");
}
