import { askProgram, failureLines } from "../backup/program";
import { shownPlace } from "../backup/place";
import { backupsOf, describedBackup, refuse } from "../backup/sources";
import { size } from "../copy/report";
import { ExitCode } from "../failure";
import { distanceTo } from "../ui/expiry";
import { Session, type CommonOptions } from "../ui/session";

/** Options of `wharf drill`. */
export interface DrillOptions extends CommonOptions {
  /** Directory or bucket. */
  from?: string;
  /** Host that the backup was made of, where it was not a stack's. */
  registry?: string;
  /** Id of a backup, or how it begins; the newest one where not given. */
  snapshot?: string;
  /** Hours that the newest backup may be old. */
  maxAge?: number;
}

/**
 * `wharf drill`: restores a backup into a registry of its own on this machine, reads all of it back, and compares it with the backup.
 * Neither the stack nor its registry is asked.
 */
export async function drill(options: DrillOptions): Promise<void> {
  const session = new Session(options);
  const { stack, registry: host } = options;
  const at = options.from ?? describedBackup(stack, host)?.to;
  const backups = backupsOf({ stack, host, at, option: "--from" });
  refuse("This drill", backups);
  if (Array.isArray(backups)) return;
  const { place, password, of } = backups;
  const { snapshot } = options;
  const answer = await askProgram(
    { action: "drill", storage: place, password, stack: of, snapshot },
    session.progress,
  );
  const { failures, sent, restoreSeconds, verifySeconds } = answer;
  const [tried] = answer.snapshots;
  const time = tried?.time ?? "";
  const ageHours = (Date.now() - Date.parse(time)) / 3_600_000;
  const old = options.maxAge !== undefined && ageHours > options.maxAge;
  session.print(
    [
      `Backup ${tried?.id.slice(0, 8)} of ${time} in ${shownPlace(place)}, made ${distanceTo(time, Date.now())}:`,
      `  ${sent?.images ?? 0} of ${(sent?.images ?? 0) + failures.length} images (${size(sent?.bytes ?? 0)} of layers and configurations) restored in ${restoreSeconds.toFixed(1)} s`,
      `  every tag, digest and byte of them compared in ${verifySeconds.toFixed(1)} s`,
    ].join("\n"),
  );
  if (failures.length > 0 || old) process.exitCode = ExitCode.Failed;
  if (old) {
    session.print(
      `\nThe backup is older than ${options.maxAge} hours. Does the schedule still run? npx wharf backup list --from ${shownPlace(place)}`,
    );
  }
  if (failures.length > 0) {
    session.print(
      [
        "\nThe backup is damaged. This cannot be restored from it:",
        ...failureLines(failures),
        "Make a new one in another directory or prefix: a later backup in the same place relies on what is damaged.",
      ].join("\n"),
    );
  }
  session.answer({ backup: tried, ageHours, restoreSeconds, verifySeconds, sent, failures });
}
