import { keptBackups } from "../../components/model/backup";
import { askProgram, failureLines, type BackupInfo, type Keep } from "../backup/program";
import { passwordAdvice } from "../backup/password";
import { shownPlace } from "../backup/place";
import { metricsPlace, tellMetrics } from "../backup/metrics";
import { backupsOf, describedBackup, refuse, registryToSave } from "../backup/sources";
import { stackDocuments } from "../backup/documents";
import { size } from "../copy/report";
import { ExitCode } from "../failure";
import { distanceTo } from "../ui/expiry";
import { Session, type CommonOptions } from "../ui/session";
import { terminalTable } from "../ui/table";

/** Options of `wharf backup`. */
export interface BackupOptions extends CommonOptions {
  /** Directory or bucket. */
  to?: string;
  /** Host of the registry, where it is not the stack's. */
  registry?: string;
  keepLast?: number;
  keepDaily?: number;
  keepWeekly?: number;
  keepMonthly?: number;
  /** File or Pushgateway that is told of the backup. */
  metrics?: string;
}

/**
 * `wharf backup`: saves a registry's images while it serves, and what its stack is restored from. What an earlier backup has is not
 * read or stored again.
 */
export async function backup(options: BackupOptions): Promise<void> {
  const session = new Session(options);
  const { progress } = session;
  const { stack, registry: host } = options;
  const described = describedBackup(stack, host);
  const at = options.to ?? described?.to;
  const backups = backupsOf({ stack, host, at, option: "--to", made: true });
  const metrics = metricsPlace(options.metrics ?? described?.metrics);
  refuse("This backup", metrics);
  refuse("This backup", backups);
  if (Array.isArray(backups)) return;
  const side = await registryToSave({ stack, host }, progress);
  refuse("This backup", side);
  if (Array.isArray(side)) return;
  const { registry } = side;
  const target = side.stack?.target ?? "host";
  const documents =
    side.stack === undefined
      ? {}
      : await stackDocuments(stack, { target, endpoint: registry.host }, progress);
  const { place, password, made, of } = backups;
  const keep: Keep = {
    last: options.keepLast ?? described?.keep.last ?? keptBackups.last,
    daily: options.keepDaily ?? described?.keep.daily ?? keptBackups.daily,
    weekly: options.keepWeekly ?? described?.keep.weekly ?? keptBackups.weekly,
    monthly: options.keepMonthly ?? described?.keep.monthly ?? keptBackups.monthly,
  };
  const answer = await askProgram(
    { action: "backup", storage: place, password, stack: of, registry, documents, keep },
    progress,
  );
  const [saved] = answer.snapshots;
  const { failures, gone } = answer;
  session.print(
    [
      ...(saved === undefined ? [] : [backupTable([saved])]),
      "",
      `Saved to ${shownPlace(place)}.${answer.removed === 0 ? "" : ` ${answer.removed} old ${answer.removed === 1 ? "backup was" : "backups were"} removed.`}`,
      ...(gone.length === 0
        ? []
        : [`Deleted while the backup ran, and not in it: ${gone.join(", ")}`]),
      ...(made === undefined ? [] : [passwordAdvice(made)]),
    ].join("\n"),
  );
  if (failures.length > 0) {
    process.exitCode = ExitCode.Failed;
    session.print(
      [
        `\n${failures.length === 1 ? "1 image is" : `${failures.length} images are`} not whole in the registry, and not in the backup:`,
        ...failureLines(failures),
      ].join("\n"),
    );
  }
  // One that is not whole does not count.
  if (saved !== undefined && failures.length === 0 && !Array.isArray(metrics)) {
    await tellMetrics(metrics, of, saved);
  }
  session.answer({ to: shownPlace(place), backup: saved, failures, gone, removed: answer.removed });
}

/** Options of `wharf backup list`. */
export interface ListOptions extends CommonOptions {
  from?: string;
  registry?: string;
}

/** `wharf backup list`: the backups of a stack, the newest first. */
export async function list(options: ListOptions): Promise<void> {
  const session = new Session(options, { asks: true });
  const { stack, registry: host } = options;
  const backups = backupsOf({
    ...{ stack, host, option: "--from" },
    at: options.from ?? describedBackup(stack, host)?.to,
  });
  refuse("This list", backups);
  if (Array.isArray(backups)) return;
  const { place, password, of } = backups;
  const { snapshots } = await askProgram(
    { action: "list", storage: place, password, stack: of },
    session.progress,
  );
  session.print(
    snapshots.length === 0
      ? `${shownPlace(place)} has no backups of ${host === undefined ? `stack ${stack}` : host}.`
      : backupTable(snapshots),
  );
  session.answer(snapshots);
}

/** Backups as a table. */
export function backupTable(backups: readonly BackupInfo[], now = Date.now()): string {
  const rows = backups.map((one) => [
    one.id.slice(0, 8),
    one.time,
    distanceTo(one.time, now),
    String(one.repositories),
    String(one.images),
    size(one.bytes),
    size(one.newBytes),
    `${one.seconds.toFixed(1)} s`,
  ]);
  return terminalTable(
    ["Backup", "Made", "Age", "Repositories", "Images", "Holds", "New", "Took"],
    rows,
  );
}
