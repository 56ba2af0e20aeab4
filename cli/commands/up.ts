import { version } from "../package.json";
import { nothingChanged } from "../../components/core/problems";
import { renamingNotice } from "../../components/description/renamed-keys";
import { selfHosted } from "../../components/model/environment";
import { isHere } from "../../components/docker/host";
import { stackAddress } from "../../offline/docker/docker-host";
import { duration } from "../../offline/announce";
import { agree, type Agreement, refuseLosses } from "../stack/planned-losses";
import { importAll, keptByEarlierStack, lineOf } from "../adoption/adoption";
import { noteCertificate } from "../certificates/certificate-end";
import { forget } from "../removal/cleanup";
import {
  prepareDocker,
  removeLeftovers,
  runsOnDocker,
  substituteImages,
} from "../stack/docker-host";
import { essentials, type Essentials } from "../stack/description";
import { ExitCode, Failure } from "../failure";
import { onlyHere, withLostState } from "../stack/lost-state";
import { changeLine, isRealChange, tally } from "../stack/operations";
import { exportedOutputs, plainOutputs, withoutSecrets, type StackOutputs } from "../stack/outputs";
import { awaitLock, pendingCreates } from "../stack/recovery";
import { Session, type CommonOptions } from "../ui/session";
import { holdStack } from "../stack/stack-lock";
import { command, describingFile, openOrCreateStack, type OpenStack } from "../stack/stack";
import { stackIdIn } from "../stack/state";
import { readState } from "../stack/state-reading";
import { testPush, type TestPush } from "../registry/test-push";
import { askedEngine, describeContents, registryContents } from "../registry/registry-contents";
import { StackFile } from "../stack/stack-file";

/** `wharf up`: deploys the stack's description, and prints what a person needs next. */
export async function up(options: CommonOptions & Agreement): Promise<void> {
  const session = new Session(options);
  const { progress } = session;
  session.mustBeAnswerable();
  agree(options);
  const { config } = describingFile(options.stack);
  const described = essentials(config);
  const target = described === undefined ? "" : ` · target ${described.target}`;
  progress.line(`Wharf ${version} · stack ${options.stack}${target}`);
  const risk = onlyHere(options.stack, described?.environment);
  if (risk !== "") progress.line(risk);
  // The program warns of it too, but its warnings are not shown here.
  if (config.renamed.length > 0) progress.line(renamingNotice(config.renamed, options.stack));
  await holdStack(options.stack, progress);
  const open = await openOrCreateStack(options.stack, progress);
  try {
    await prepare(open, described, session);
    await plan(open, described, session);
  } catch (error) {
    // Nothing exists yet, not even a stack without resources.
    if (open.created) await forget(open);
    throw error;
  }
  await deploy(open, described, session);
}

/** Sees to the platform, and to what an earlier run left half-done. */
export async function prepare(
  open: OpenStack,
  described: Essentials | undefined,
  session: Session,
): Promise<void> {
  const { progress } = session;
  if (!open.created) await awaitLock(open, progress);
  const [pending] = await Promise.all([
    open.created ? [] : pendingCreates(open),
    runsOnDocker(described)
      ? prepareDocker(open.name, described, progress)
      : substituteImages(open.name),
  ]);
  if (pending.length === 0) return;
  progress.start("recovery", "an earlier run was killed; looking for what it left");
  if (runsOnDocker(described)) {
    const id = stackIdIn(await readState(open));
    await removeLeftovers(pending, open.name, id, described.docker);
  }
  await session.follow(open, next(open), (run) =>
    open.stack.refresh({ ...run, clearPendingCreates: true }),
  );
  progress.done("recovery", "what an earlier run left unfinished was cleared");
}

/**
 * Plans first, with `--yes` too: what replaces or deletes images is refused before anything is touched. Without `--yes` it shows
 * what would change, and asks. What an earlier stack of the name kept on a cloud is taken over first. Only a new stack on Docker or
 * Kubernetes has nothing to lose, and nothing to take over without `--take-over`.
 */
async function plan(
  open: OpenStack,
  described: Essentials | undefined,
  session: Session,
): Promise<void> {
  const ownPlatform = described !== undefined && selfHosted.includes(described.target);
  if (session.options.yes && open.created && ownPlatform) return;
  session.progress.start("preview");
  const planned = await session.follow(open, nothingChanged, (run) =>
    open.stack.preview({ ...run, refresh: true }),
  );
  session.progress.clear();
  const kept = await keptByEarlierStack(open, planned.steps, session);
  if (kept.length > 0) {
    session.print(`${kept.map(lineOf).join("\n")}\nAn earlier stack ${open.name} kept these.`);
    await session.agree(`Take over these ${kept.length}? They are not changed.`);
    await importAll(open, kept, session);
    return plan(open, described, session);
  }
  const changes = planned.changes().filter(isRealChange);
  const lines = refuseLosses(open.name, planned.steps);
  if (!session.options.yes && changes.length > 0) {
    session.print(changes.map(changeLine).join("\n"));
  }
  for (const line of lines) session.print(line);
  if (changes.length > 0) await session.agree(`Make these ${changes.length} changes?`);
}

/**
 * Deploys with a refresh before it, so that a container that was stopped or removed comes back, and pushes an image to a registry
 * on Docker; on a cluster a Job has done so.
 * @throws Failure where the registry is up and refuses the push
 */
async function deploy(
  open: OpenStack,
  described: Essentials | undefined,
  session: Session,
): Promise<void> {
  const { progress } = session;
  progress.start("up");
  const started = performance.now();
  let exported: Record<string, unknown> = {};
  const operations = await session
    .follow(open, next(open), (run) => {
      const program = async () => (exported = (await run.program()) ?? {});
      return open.stack.up({ ...run, refresh: true, program });
    })
    .catch(async (error: unknown) => {
      const refused = error instanceof Failure && error.exitCode === ExitCode.Refused;
      if (refused && open.created) await forget(open);
      throw withLostState(error, open.name, described?.target);
    });
  const resources = operations.changes("custom");
  const done = tally(resources);
  progress.done(
    "up",
    done === ""
      ? `nothing to change: ${resources.length} resources are as described`
      : `${done} in ${duration(performance.now() - started)}`,
  );
  const outputs = await exportedOutputs(exported);
  const plain = plainOutputs(outputs, open.name);
  let pushed: TestPush | undefined;
  if (runsOnDocker(described)) {
    progress.start("push");
    const here = isHere(stackAddress(described.docker));
    pushed = await testPush(plain, open.file.config, { here, stack: open.name });
    progress.clear();
    if (pushed?.succeeded !== undefined) progress.done("push", pushed.succeeded);
    if (pushed?.skipped !== undefined) progress.line(pushed.skipped);
  }
  session.print(await summary(plain, open.name));
  session.noteExpiry(plain.expiresAt);
  await noteCertificate(session, plain);
  session.answer({
    stack: open.name,
    changes: operations.changes().filter(isRealChange),
    outputs: withoutSecrets(outputs),
  });
  if (pushed?.fault !== undefined) throw new Failure(pushed.fault);
}

function next({ name }: OpenStack): string {
  return `Run ${command("up", name)} again: it continues from there.`;
}

/** What a person needs once the registry is up: where it is, and the next commands. */
async function summary(outputs: StackOutputs, stack: string): Promise<string> {
  const { endpoint, caCertificate, certificateExpiresAt, credentials, push, pull, notes } = outputs;
  const contents = await registryContents(outputs, {
    engine: askedEngine(new StackFile(stack).config),
  });
  const rows: [string, string, string?][] = [
    [
      "Registry",
      endpoint,
      certificateExpiresAt && `certificate until ${certificateExpiresAt.slice(0, 10)}`,
    ],
  ];
  if (caCertificate !== "") {
    rows.push(["Trust", command("trust", stack), "so that this machine's Docker accepts it"]);
  }
  if (Object.keys(credentials).length > 0) {
    rows.push(["Log in", command("login", stack), `as ${Object.keys(credentials).join(", ")}`]);
  }
  if (push !== "") rows.push(["Push", push]);
  rows.push(["Pull", pull]);
  rows.push([
    "Remove",
    command("down", stack),
    "unknown" in contents ? undefined : `it holds ${describeContents(contents)}`,
  ]);
  // A note is only beside short commands; a long one has the line to itself.
  const noted = rows.filter(([, , note]) => note).map(([, text]) => text.length);
  const width = Math.max(...noted) + 3;
  const lines = rows.map(([label, text, note]) =>
    `${label.padEnd(10)} ${note ? text.padEnd(width) + note : text}`.trimEnd(),
  );
  return ["", ...lines, ...(notes.length > 0 ? ["", ...notes] : [])].join("\n");
}
