import { maintenanceUser } from "../../components/access/distribution";
import { selfHosted } from "../../components/model/environment";
import { noteCertificate } from "../certificates/certificate-end";
import { askCollections, notCollecting, runCollection } from "../collection/collector";
import type { CollectionStatus, Report } from "../collection/report";
import { runningOnDocker, runningOnKubernetes } from "../collection/running-images";
import { ExitCode, Failure, refusal } from "../failure";
import { askedEngine } from "../registry/registry-contents";
import { essentials, partOf } from "../stack/description";
import { readOpenOutputs } from "../stack/outputs";
import { command, describingFile, openStack } from "../stack/stack";
import { distanceTo } from "../ui/expiry";
import { Session, type CommonOptions } from "../ui/session";
import { terminalTable } from "../ui/table";

/** Options of `wharf collect`. */
export interface CollectOptions extends CommonOptions {
  /** Only says what would go. */
  dryRun?: boolean;
  /** Deletes whatever share of the images the rules name. */
  overLimit?: boolean;
  /** Only says how the last run ended, and when the next one comes. */
  status?: boolean;
}

/** `wharf collect`: deletes images by the stack's rules and frees what no image names, while the registry serves. */
export async function collect(options: CollectOptions): Promise<void> {
  const session = new Session(options);
  const { stack, dryRun = false, overLimit = false } = options;
  const { config } = describingFile(stack);
  const target = essentials(config)?.target ?? partOf(config, ["target"])?.target;
  if (target !== undefined && !selfHosted.includes(target)) {
    throw refusal(
      `Stack ${stack} is on ${target}, which deletes by itself. This shows what its rules would delete: ${command("retention", stack)}`,
    );
  }
  if (!dryRun && !options.status) session.mustBeAnswerable();
  const outputs = await readOpenOutputs(await openStack(stack, session.progress));
  session.noteExpiry(outputs.expiresAt);
  await noteCertificate(session, outputs);
  if ((outputs.tokenSigningKey ?? "") === "") {
    throw refusal(`${notCollecting} Set it, then: ${command("up", stack)}`);
  }
  const engine = askedEngine(config);
  if (options.status) {
    const status = await askCollections(outputs, engine);
    session.print(statusText(status));
    if (status.rules !== "" || status.last?.problem !== undefined) {
      process.exitCode = ExitCode.Failed;
    }
    return session.answer(status);
  }
  const hosts = [...outputs.hosts];
  const running =
    target === "kubernetes"
      ? await runningOnKubernetes(config, hosts)
      : await runningOnDocker(essentials(config)?.docker ?? {}, hosts);
  if (running.unknown !== undefined) {
    if (partOf(config, ["retention"])?.retention?.keepRunning === true) {
      throw new Failure(
        `Nothing was deleted: wharf:retention.keepRunning is true, and ${running.unknown}.`,
      );
    }
    session.progress.line(`Note: ${running.unknown}.`);
  }
  const run = (dry: boolean) =>
    runCollection(outputs, engine, { dryRun: dry, running: running.digests, overLimit });

  const planned = await run(true);
  if (planned.problem !== undefined && !planned.tooMuch) {
    throw new Failure(`The collection failed: ${planned.problem}.`);
  }
  session.print(said(planned));
  if (dryRun) return session.answer(planned);
  if (planned.tooMuch) throw tooMuch(planned, stack);
  await session.agree(question(planned));
  const done = await run(false);
  if (done.tooMuch) throw tooMuch(done, stack);
  if (done.problem !== undefined) {
    throw new Failure(`The collection ended before its end: ${done.problem}. Run it again.`);
  }
  session.print(said(done));
  session.answer(done);
}

function tooMuch({ problem }: Report, stack: string): Failure {
  return refusal(
    `Nothing was deleted: ${problem} (wharf:retention.mostPercent). To delete them all the same: ${command("collect --over-limit", stack)}`,
  );
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
const number = (count: number, one: string) => `${count} ${one}${count === 1 ? "" : "s"}`;

function question({ repositories, freedBytes }: Report): string {
  const expired = repositories.reduce((sum, one) => sum + one.deleted, 0);
  return `Delete ${number(expired, "image")} and free ${megabytes(freedBytes)}?`;
}

/** What a registry says of its collections, in words. */
export function statusText({ rules, schedule, next, running, last }: CollectionStatus): string {
  const due = next === null ? "" : `, next at ${shortTime(next)}, ${distanceTo(next)}`;
  const by =
    { schedule: "its schedule", [maintenanceUser]: "npx wharf collect" }[last?.by ?? ""] ??
    last?.by;
  const ended = last?.finishedAt ?? last?.startedAt ?? "";
  return [
    rules === ""
      ? `Schedule   ${schedule === "" ? "none, only npx wharf collect" : `${schedule} (UTC)${due}`}`
      : `Rules      not valid, so that nothing is deleted: ${rules}`,
    ...(running === null ? [] : ["Running    a collection, at the moment"]),
    ...(last === null
      ? ["Last run   none so far"]
      : [
          `Last run   by ${by}, ended at ${shortTime(ended)}, ${distanceTo(ended)}`,
          ...(last.problem === undefined ? [] : [`           It failed: ${last.problem}`]),
          "",
          said(last),
        ]),
  ].join("\n");
}

const shortTime = (time: string) => time.replace(/\.\d+Z$/, "Z");

/** A report in words. */
export function said(report: Report): string {
  const { dryRun, expired, repositories, startedAt, finishedAt = startedAt } = report;
  const seconds = (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
  const would = (done: string, planned: string) => (dryRun ? planned : done);
  return [
    ...(dryRun && expired.length > 0
      ? [
          terminalTable(
            ["repository", "image", "rule", "why"],
            expired.map(({ repository, digest, tags, rule, why }) => [
              repository,
              tags.join(", ") || digest.slice(0, 19),
              rule,
              why,
            ]),
          ),
          "",
        ]
      : []),
    terminalTable(
      ["repository", "images", would("deleted", "would go"), "in use", would("freed", "frees"), ""],
      repositories.map((one) => [
        one.name === "" ? "(no repository)" : one.name,
        String(one.images),
        String(one.deleted),
        String(one.inUse),
        megabytes(one.freedBytes),
        one.heldBack === undefined ? "" : `left as it is: ${one.heldBack}`,
      ]),
    ),
    "",
    `${number(report.deletedBlobs, "blob")} of ${report.blobs} ${would("deleted", "would go")}, ${megabytes(report.freedBytes)} ${would("freed", "would be freed")}, in ${seconds.toFixed(1)} s; read-only for ${report.readOnlySeconds} s.`,
    ...(report.waitingBlobs === 0
      ? []
      : [
          `${number(report.waitingBlobs, "blob")} (${megabytes(report.waitingBytes)}) that no image names stay for now: a client uploaded or asked for them not long ago.`,
        ]),
    ...(report.waitsUntil === undefined
      ? []
      : [
          `The registry started not long ago and deletes nothing before ${shortTime(report.waitsUntil)} (wharf:retention.graceMinutes).`,
        ]),
    ...(report.broken ?? []).map(
      (image) => `${image} is broken: its content is gone from the store.`,
    ),
    ...(dryRun ? ["Nothing was changed."] : []),
  ].join("\n");
}
