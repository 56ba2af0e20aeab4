import { Deletion, Environment } from "../../components/model/environment";
import { nothingChanged } from "../../components/core/problems";
import { hasNoState } from "../stack/backend";
import { essentials, type Essentials } from "../stack/description";
import { ExitCode, Failure, refusal } from "../failure";
import { awaitLock } from "../stack/recovery";
import { removalLines, removalNext, removeStack, removeTrustHere } from "../removal/removal";
import { describeContents } from "../registry/registry-contents";
import { losesImages, tollLines, tollOf, type Toll } from "../removal/removal-report";
import { Session, type CommonOptions } from "../ui/session";
import { holdStack } from "../stack/stack-lock";
import { command, findStack, type OpenStack } from "../stack/stack";
import { imageHolders, resourceName, type State } from "../stack/state";
import { readState } from "../stack/state-reading";

/** Options of `wharf down`. */
export interface DownOptions extends CommonOptions {
  /** Name of the stack once more: with `--yes`, the answer where images outside of a lab would be lost. */
  confirm?: string;
}

/** `wharf down`: shows what is deleted, asks, and removes the stack and what Wharf left on this host; then checks whether anything is left. */
export async function down(options: DownOptions): Promise<void> {
  const session = new Session(options);
  const { progress } = session;
  session.mustBeAnswerable();
  if (!hasNoState()) await holdStack(options.stack, progress);
  const open = await findStack(options.stack, progress);
  if (open === undefined) {
    removeTrustHere(options.stack, session);
    session.print(`Stack ${options.stack} is not up: there is nothing to remove.`);
    return session.answer({
      stack: options.stack,
      removed: 0,
      keptVolumes: [],
      keptDirectories: [],
      kept: [],
    });
  }
  const described = essentials(open.file.config);
  if (described === undefined) throw misdescribed(open.name);
  if (described.deletion === Deletion.Protect) throw protectedStack(open.name);
  await awaitLock(open, progress);
  const state = await readState(open);
  refuseByState(open.name, described, state);
  // A state from before it was written down does not say what the stack is for.
  const toll = { environment: described.environment, ...(await tollOf(open, state)) };
  mustBeConfirmed(options, toll);
  session.print(tollLines(open.name, toll));
  session.noteExpiry(toll.expiresAt);
  await ask(open, toll, session);

  const removal = await removeStack(open, state, session, {
    environment: toll.environment,
    next: removalNext(open.name),
  });
  for (const line of removalLines(open.name, removal)) session.print(line);
  const { removed, keptVolumes, keptDirectories, kept, left } = removal;
  session.answer({ stack: open.name, removed, keptVolumes, keptDirectories, kept, left });
  if (left !== undefined && left.length > 0) process.exitCode = ExitCode.Failed;
}

/**
 * The state, not the file, decides what the engine does: both must say the same about the images.
 * @throws Failure where something is protected, or images would be deleted that the description keeps
 */
export function refuseByState(
  stack: string,
  { deletion }: Pick<Essentials, "deletion">,
  state: State,
): void {
  const [kept] = state.resources.filter((resource) => resource.protect);
  if (kept !== undefined) {
    throw refusal(
      `Stack ${stack} is deployed as protected: ${kept.type} ${resourceName(kept)} may not be deleted. ${nothingChanged} Its description now says ${deletion}; deploy that first: ${command("up", stack)}`,
    );
  }
  if (deletion === Deletion.Retain && imageHolders(state).length > 0) {
    throw refusal(
      `The description of stack ${stack} keeps the images, but the deployed stack deletes them. ${nothingChanged} Deploy the description first: ${command("up", stack)}`,
    );
  }
}

/**
 * Where images outside a lab would be lost, and in prod, `--yes` is not enough.
 * @throws Failure where it is not, or the name is another's
 */
export function mustBeConfirmed({ stack, yes, confirm }: DownOptions, toll: Toll): void {
  if (confirm !== undefined && confirm !== stack) {
    throw refusal(`--confirm ${confirm} is not the stack, ${stack}. ${nothingChanged}`);
  }
  const { environment = Environment.Lab } = toll;
  const loses = losesImages(toll);
  const careful = environment === Environment.Prod || (environment !== Environment.Lab && loses);
  if (!yes || !careful || confirm === stack) return;
  const held = loses ? ` with its images. It holds ${describeContents(toll.contents)}` : "";
  throw refusal(
    `Stack ${stack} is not a lab but ${environment}, so --yes is not enough to remove it${held}. ${nothingChanged} Repeat its name: ${command(`down --yes --confirm ${stack}`, stack)}`,
  );
}

/** Asks; for the stack's name where images would be lost. */
async function ask({ name }: OpenStack, toll: Toll, session: Session): Promise<void> {
  if (!losesImages(toll) && toll.environment !== Environment.Prod) {
    return session.agree(`Remove stack ${name}?`);
  }
  return session.agreeByTyping(`Type ${name} to remove the stack`, name);
}

function misdescribed(stack: string): Failure {
  return refusal(
    `The description of stack ${stack} does not say what happens to its images. ${nothingChanged} This lists what is wrong: ${command("preview", stack)}`,
  );
}

function protectedStack(stack: string): Failure {
  return refusal(
    `Stack ${stack} is protected, so that its images cannot be deleted by accident. ${nothingChanged} To remove it and keep the images:\n  pulumi config set wharf:deletion retain --stack ${stack}\n  ${command("up", stack)}\n  ${command("down", stack)}`,
  );
}
