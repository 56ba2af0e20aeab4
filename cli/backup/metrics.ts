import path from "node:path";
import { Agent, request, RetryAgent } from "undici";
import { shown } from "../../components/core/messages";
import type { Problem } from "../../components/core/problems";
import { writeWhole } from "../../offline/whole-file";
import { Failure } from "../failure";
import type { BackupInfo } from "./program";

/** How long a Pushgateway may take to answer, in milliseconds. */
const answerMs = 10_000;

/** Who is told of a backup: a file of the node exporter, or a Pushgateway by its URL. */
export type MetricsPlace = { file: string } | { url: URL } | undefined;

/** Where the command line or the description wants the metrics of a backup, or what is wrong with it. */
export function metricsPlace(text: string | undefined): MetricsPlace | Problem[] {
  if (text === undefined) return undefined;
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return { url: new URL(text) };
  if (text.endsWith(".prom")) return { file: path.resolve(text) };
  return [
    {
      key: "--metrics",
      message: `${shown(text)} is neither a path that ends in .prom nor the URL of a Pushgateway`,
    },
  ];
}

/** The metrics of a backup in Prometheus's text format. */
function metricsOf(stack: string, { time, seconds, images, bytes, newBytes }: BackupInfo): string {
  const labels = `{stack="${stack}"}`;
  const gauge = (name: string, help: string, value: number) =>
    `# HELP wharf_backup_${name} ${help}\n# TYPE wharf_backup_${name} gauge\nwharf_backup_${name}${labels} ${value}\n`;
  return [
    gauge(
      "last_success_timestamp_seconds",
      "When the last backup that is whole was begun.",
      Math.floor(Date.parse(time) / 1000),
    ),
    gauge("last_duration_seconds", "How long it took.", seconds),
    gauge("images", "Images that it holds.", images),
    gauge("bytes", "Bytes that it holds.", bytes),
    gauge("new_bytes", "Bytes that no backup before it had.", newBytes),
  ].join("");
}

/**
 * Tells Prometheus of a backup.
 * @param stack stack or host that the backup is of
 * @throws Failure where the file cannot be written and where the Pushgateway does not take it: the backup itself is made
 */
export async function tellMetrics(
  place: MetricsPlace,
  stack: string,
  backup: BackupInfo,
): Promise<void> {
  if (place === undefined) return;
  const metrics = metricsOf(stack, backup);
  try {
    if ("file" in place) writeWhole(place.file, metrics, 0o644);
    else await pushMetrics(place.url, stack, metrics);
  } catch (error) {
    const where = "file" in place ? place.file : place.url.origin;
    throw new Failure(
      `The backup was made, but its metrics were not written to ${where}: ${(error as Error).message}`,
    );
  }
}

async function pushMetrics(url: URL, stack: string, metrics: string): Promise<void> {
  const at = `${url.href.replace(/\/$/, "")}/metrics/job/wharf-backup/stack/${encodeURIComponent(stack)}`;
  const agent = new Agent({ headersTimeout: answerMs, bodyTimeout: answerMs });
  try {
    const { statusCode, body } = await request(at, {
      method: "PUT",
      body: metrics,
      headers: { "Content-Type": "text/plain; version=0.0.4" },
      dispatcher: new RetryAgent(agent, { maxRetries: 3 }),
    });
    await body.dump();
    if (statusCode >= 300) throw new Error(`the Pushgateway answered ${statusCode}`);
  } finally {
    await agent.close();
  }
}
