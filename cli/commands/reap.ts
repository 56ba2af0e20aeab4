import { ConcurrentUpdateError, type LocalWorkspace } from "@pulumi/pulumi/automation";
import { nothingChanged } from "../../components/core/problems";
import { ownBackend } from "../stack/backend";
import { ExitCode, Failure } from "../failure";
import { awaitLock, lockHolder } from "../stack/recovery";
import { verdictOn, type Evidence, type Verdict } from "../removal/reaping";
import { reapMessage, removalLines, removalNext, removeStack } from "../removal/removal";
import { tollOf } from "../removal/removal-report";
import { describeContents } from "../registry/registry-contents";
import { Session, type CommonOptions } from "../ui/session";
import { holdStack } from "../stack/stack-lock";
import { existingStack } from "../stack/engine-config";
import { findStack, openBackend, stacksOf } from "../stack/stack";
import type { State } from "../stack/state";
import { readState } from "../stack/state-reading";
import { terminalTable } from "../ui/table";

/** What became of a stack in this run. */
interface Reaped extends Verdict {
  /** What its registry holds, as a phrase; of those that are removed. */
  images?: string;
  /** `removed`, `failed` or `skipped` with `--yes`; left out in a dry run, and of those that stay. */
  result?: "removed" | "failed" | "skipped";
  /** Why it failed, or was skipped after all. */
  error?: string;
}

/**
 * `wharf reap`: removes the labs of the backend that have expired; without `--yes` it only lists them. What fails is reported at the
 * end and does not stop the others. The next run continues one that was killed.
 */
export async function reap(options: CommonOptions): Promise<void> {
  const session = new Session(options, { asks: !options.yes });
  const { progress } = session;
  const workspace = await openBackend(progress);
  const reaped = workspace === undefined ? [] : await judge(workspace, session);
  progress.clear();
  session.print(table(reaped));
  const going = reaped.filter(({ goes }) => goes);
  if (options.yes) {
    for (const one of going) Object.assign(one, await remove(one, session));
  }
  const failed = reaped.filter(({ result }) => result === "failed");
  session.print(`\n${lastLine(reaped, options)}`);
  for (const { stack, error } of reaped) if (error) session.print(`  ${stack}: ${error}`);
  for (const line of scheduleLines(reaped)) session.print(line);
  session.answer({ dryRun: !options.yes, stacks: reaped });
  if (failed.length > 0) process.exitCode = ExitCode.Failed;
}

/** What every stack of the backend is, by its state; of those that are removed also what they hold. */
async function judge(workspace: LocalWorkspace, session: Session): Promise<Reaped[]> {
  const stacks = await stacksOf(workspace);
  const judged: Reaped[] = [];
  for (const stack of stacks) {
    session.progress.start("reap", `reading the state of ${stack}`);
    const state = await readState({ name: stack, workspace });
    const verdict = verdictOn(await evidenceOf(stack, state, workspace));
    judged.push(
      verdict.goes ? { ...verdict, images: await imagesOf(stack, state, session) } : verdict,
    );
  }
  return judged;
}

async function evidenceOf(
  stack: string,
  state: State,
  workspace: LocalWorkspace,
): Promise<Evidence> {
  const lockedBy = lockHolder(stack);
  if (state.resources.length > 0) return { stack, state, lockedBy };
  const [lastUpdate] = await (await existingStack(stack, workspace)).history(1, 1, false);
  return { stack, state, lockedBy, lastUpdate };
}

async function imagesOf(stack: string, state: State, session: Session): Promise<string> {
  const open = await findStack(stack, session.progress, { preview: true });
  return open === undefined ? "" : describeContents((await tollOf(open, state)).contents);
}

/** Removes one stack; what fails is reported and does not stop the others, except an interrupt. */
async function remove({ stack, target }: Verdict, session: Session): Promise<Partial<Reaped>> {
  try {
    await holdStack(stack, session.progress);
    const open = await findStack(stack, session.progress, { preview: false, target });
    // Another run may have finished it since it was looked at, or somebody extended it.
    if (open === undefined) return { result: "removed" };
    const state = await readState(open);
    const now = verdictOn(await evidenceOf(stack, state, open.workspace));
    if (!now.goes) return { result: "skipped", error: now.reason };
    // Takes away the lock of a run that was killed; that no other has one was just seen.
    await awaitLock(open, session.progress);
    const removal = await removeStack(open, state, session, {
      environment: now.environment,
      next: removalNext(stack),
      message: reapMessage,
    });
    for (const line of removalLines(stack, removal)) session.print(line);
    const { left } = removal;
    return left === undefined || left.length === 0
      ? { result: "removed" }
      : { result: "failed", error: `left behind: ${left.join(", ")}` };
  } catch (error) {
    if (error instanceof Failure && error.exitCode === ExitCode.Interrupted) throw error;
    if (error instanceof ConcurrentUpdateError) {
      return {
        result: "skipped",
        error: `another run works on it; if that has ended: pulumi cancel --stack ${stack}`,
      };
    }
    return { result: "failed", error: error instanceof Error ? error.message : String(error) };
  }
}

function table(reaped: Reaped[]): string {
  if (reaped.length === 0) return "The backend has no stack of Wharf.";
  return terminalTable(
    ["stack", "", "resources", "images", "why"],
    reaped.map(({ stack, goes, resources, images, reason }) => [
      stack,
      goes ? "remove" : "keep",
      String(resources),
      images ?? "",
      reason,
    ]),
  );
}

function lastLine(reaped: Reaped[], { yes }: CommonOptions): string {
  const count = (result: Reaped["result"]) => reaped.filter((one) => one.result === result).length;
  const going = reaped.filter(({ goes }) => goes).length;
  if (yes)
    return `${count("removed")} removed, ${count("failed")} failed, ${count("skipped")} skipped.`;
  return going === 0
    ? `No lab has expired. ${nothingChanged}`
    : `${going} ${going === 1 ? "lab has" : "labs have"} expired. ${nothingChanged} Remove with: npx wharf reap --yes`;
}

/** Where the backend is Pulumi Cloud, it can remove a lab by itself: the command for each deployed one. */
function scheduleLines(reaped: Reaped[]): string[] {
  if (!/^https?:/.test(ownBackend() ?? "")) return [];
  const labs = reaped.filter(
    ({ environment, expiresAt, goes }) => environment === "lab" && expiresAt && !goes,
  );
  if (labs.length === 0) return [];
  return [
    "Pulumi Cloud removes a lab by itself, where its deployments are set up:",
    ...labs.map(
      ({ stack, expiresAt }) =>
        `  pulumi stack schedule new --kind ttl --once ${expiresAt} --delete-after-destroy --stack ${stack}`,
    ),
  ];
}
