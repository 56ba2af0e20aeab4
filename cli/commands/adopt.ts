import { nothingChanged } from "../../components/core/problems";
import { importAll, refuseForeign } from "../adoption/adoption";
import { type ExistingResource, lookUp } from "../adoption/existing";
import { Failure } from "../failure";
import { forget } from "../removal/cleanup";
import { awaitLock } from "../stack/recovery";
import { holdStack } from "../stack/stack-lock";
import { command, describingFile, openOrCreateStack } from "../stack/stack";
import { Session, type CommonOptions } from "../ui/session";
import { terminalTable } from "../ui/table";

/**
 * `wharf adopt`: looks up what exists under the description's names, shows how it differs from the description, and imports it into the
 * stack's state. It changes and deletes nothing on the platform.
 */
export async function adopt(options: CommonOptions): Promise<void> {
  const session = new Session(options);
  const { progress } = session;
  session.mustBeAnswerable();
  describingFile(options.stack);
  await holdStack(options.stack, progress);
  const open = await openOrCreateStack(options.stack, progress);
  try {
    if (!open.created) await awaitLock(open, progress);
    progress.start("preview");
    const planned = await session.follow(open, nothingChanged, (run) =>
      open.stack.preview({ ...run, refresh: true }),
    );
    progress.start("lookup", "which of it exists already");
    const { existing, faults } = await lookUp(open, planned.steps, session);
    progress.clear();
    if (faults.length > 0) throw new Failure([...faults, nothingChanged].join("\n"));
    refuseForeign(open.name, existing);
    if (existing.length === 0) {
      session.print(`Nothing of what stack ${open.name} would create exists already.`);
      if (open.created) await forget(open);
    } else {
      session.print(`${table(existing)}\n`);
      await session.agree(
        `Import these ${existing.length} into stack ${open.name}? They are not changed.`,
      );
      await importAll(open, existing, session);
      session.print(`What up changes of them: ${command("preview", open.name)}`);
    }
    session.answer({
      stack: open.name,
      imported: existing.map(({ type, name, id, differing }) => ({ type, name, id, differing })),
    });
  } catch (error) {
    if (open.created) await forget(open);
    throw error;
  }
}

function table(existing: readonly ExistingResource[]): string {
  const rows = existing.map(({ type, id, differing }) => [
    type.split(":")[2] ?? type,
    id,
    differing.length === 0 ? "as described" : `differs in ${differing.join(", ")}`,
  ]);
  return terminalTable(["type", "exists as", "description"], rows);
}
