import { askProgram, failureLines } from "../backup/program";
import { holdsState, restoreStack } from "../backup/documents";
import { shownPlace } from "../backup/place";
import { backupsOf, describedBackup, refuse } from "../backup/sources";
import { size } from "../copy/report";
import { sideOf, type Side } from "../copy/sides";
import { ExitCode, Failure } from "../failure";
import { outputsOf } from "../stack/outputs";
import { command, findStack } from "../stack/stack";
import { holdStack } from "../stack/stack-lock";
import { Session, type CommonOptions } from "../ui/session";

/** Options of `wharf restore`. */
export interface RestoreOptions extends CommonOptions {
  /** Directory or bucket. */
  from?: string;
  /** Id of a backup, or how it begins; the newest one where not given. */
  snapshot?: string;
  /** Stack or host that gets the images; the stack's own registry where not given. */
  to?: string;
  /** Host that the backup was made of, where it was not a stack's. */
  registry?: string;
  /** Moves tags that the registry has with another digest. */
  replace?: boolean;
}

/**
 * `wharf restore`: writes the images of a backup into a registry, which keeps what else it has. Where the stack does not exist any more
 * its state is restored first, from which `up` makes the registry again with the same users and certificates.
 */
export async function restore(options: RestoreOptions): Promise<void> {
  const session = new Session(options);
  const { progress } = session;
  const { stack, registry: host } = options;
  const at = options.from ?? describedBackup(stack, host)?.to;
  const backups = backupsOf({ stack, host, at, option: "--from" });
  const nowhere =
    host !== undefined && options.to === undefined
      ? [{ key: "--to", message: "is missing: the registry that gets the images" }]
      : [];
  refuse("This restore", backups, nowhere);
  if (Array.isArray(backups)) return;
  const { place, password, of } = backups;
  const asked = { storage: place, password, stack: of, snapshot: options.snapshot };
  if (options.to === undefined && !(await isUp(stack, session))) {
    const { documents } = await askProgram({ action: "documents", ...asked }, progress);
    if (!holdsState(documents)) {
      throw new Failure(
        `Stack ${stack} is not up, and the backup holds only images. Create it first: ${command("up", stack)}`,
      );
    }
    await holdStack(stack, progress);
    const done = await restoreStack(stack, documents, progress);
    const from = `restore --from ${at}`;
    session.print(
      [
        ...done.map((line) => `✔ ${line}`),
        "",
        "No images were restored yet: the registry has to be up.",
        `  ${command("up", stack)}`,
        `  ${command(options.snapshot === undefined ? from : `${from} --snapshot ${options.snapshot}`, stack)}`,
      ].join("\n"),
    );
    session.answer({ restored: "state", done });
    return;
  }
  const to = await sideOf("--to", options.to ?? stack, { progress, written: true });
  refuse("This restore", to);
  if (Array.isArray(to)) return;
  await restoreImages(to, { asked, options, session });
}

/** Whether a registry of the stack was created. */
async function isUp(stack: string, { progress }: Session): Promise<boolean> {
  const open = await findStack(stack, progress, { preview: true });
  return open !== undefined && (await outputsOf(open)).endpoint !== undefined;
}

async function restoreImages(
  to: Side,
  {
    asked,
    options,
    session,
  }: {
    asked: Pick<Parameters<typeof askProgram>[0], "storage" | "password" | "stack" | "snapshot">;
    options: RestoreOptions;
    session: Session;
  },
): Promise<void> {
  const began = performance.now();
  const { registry } = to;
  const answer = await askProgram(
    { action: "restore", ...asked, registry, replace: options.replace },
    session.progress,
  );
  const seconds = (performance.now() - began) / 1000;
  const { failures, sent } = answer;
  const [of] = answer.snapshots;
  const parts = [
    `${sent?.images ?? 0} images restored`,
    `${sent?.same ?? 0} were there already`,
    ...(sent?.moved ? [`${sent.moved} tags moved`] : []),
    `${sent?.blobs ?? 0} layers and configurations (${size(sent?.bytes ?? 0)}) sent in ${seconds.toFixed(1)} s`,
  ];
  session.print(
    `From the backup ${of?.id.slice(0, 8)} of ${of?.time} in ${shownPlace(asked.storage)} to ${registry.host}: ${parts.join(", ")}.`,
  );
  if (failures.length > 0) {
    process.exitCode = ExitCode.Failed;
    session.print(
      [
        `\n${failures.length === 1 ? "1 image was" : `${failures.length} images were`} not restored:`,
        ...failureLines(failures),
      ].join("\n"),
    );
  }
  session.answer({ restored: "images", backup: of, to: registry.host, sent, failures });
}
