import { duration } from "../../offline/duration";
import { nothingChanged } from "../../components/description/problems";
import { forget } from "../cleanup";
import { essentials, type Essentials } from "../description";
import { refusal } from "../failure";
import { plainOutputs } from "../outputs";
import { awaitLock, pendingCreates } from "../recovery";
import { removeImages, removeLeftovers, runsHere } from "../docker-host";
import { describeContents, registryContents } from "../registry-contents";
import { Session, type CommonOptions } from "../session";
import { command, findStack, type OpenStack } from "../stack";
import { remains } from "../state";
import {
  dockerCertificates,
  isPermission,
  removeTrust,
  writtenTrust,
} from "../trusted-certificates";
import { removalAsRoot } from "./trust";

/** `wharf down`: removes the stack and what Wharf left on this host; images only where the description says so. */
export async function down(options: CommonOptions): Promise<void> {
  const session = new Session(options);
  const { progress } = session;
  session.mustBeAnswerable();
  const open = await findStack(options.stack, progress);
  if (open === undefined) {
    removeTrustHere(options.stack, session);
    session.print(`Stack ${options.stack} is not up: there is nothing to remove.`);
    return session.answer({ stack: options.stack, removed: 0, keptVolumes: [], kept: [] });
  }
  const described = essentials(open.file);
  if (described === undefined) throw misdescribed(open.name);
  if (described.deletion === "protect") throw protectedStack(open.name);
  await awaitLock(open, progress);
  await session.agree(await question(open, described));

  const { volumes: kept, others, images } = await remains(open);
  await clearPending(open, described);
  progress.start("down");
  const started = performance.now();
  const operations = await session.follow(
    `Run ${command("down", open.name)} again: it goes on from there.`,
    (run) => open.stack.destroy(run),
  );
  if (described.environment === "lab" && runsHere(described)) await removeImages(images);
  const removed = operations.changes("custom").length;
  progress.done("down", `${removed} removed in ${duration(performance.now() - started)}`);
  const secrets = await forget(open);
  removeTrustHere(open.name, session);
  if (secrets.length > 0) {
    session.print(`The passphrase stays, since ${secrets.join(", ")} holds secrets that it opens.`);
  }
  for (const volume of kept) {
    session.print(
      `The images stay in the volume ${volume}. Delete them with: docker volume rm ${volume}`,
    );
  }
  if (others.length > 0) {
    session.print(`These stay on the platform:\n${others.map((one) => `  ${one}`).join("\n")}`);
  }
  session.answer({ stack: open.name, removed, keptVolumes: kept, kept: others });
}

function misdescribed(stack: string): Error {
  return refusal(
    `The description of stack ${stack} does not say what is to become of its images. ${nothingChanged} This lists what is wrong: ${command("preview", stack)}`,
  );
}

function protectedStack(stack: string): Error {
  return refusal(
    `Stack ${stack} is protected, so that its images cannot be lost by accident. ${nothingChanged} To take it down and keep the images:\n  pulumi config set wharf:deletion retain --stack ${stack}\n  ${command("up", stack)}\n  ${command("down", stack)}`,
  );
}

/** What a person should know before they agree: above all how many images go. */
async function question({ name, stack }: OpenStack, { deletion }: Essentials): Promise<string> {
  const outputs = await stack.outputs();
  const stands = outputs.endpoint !== undefined;
  const contents = stands
    ? await registryContents(plainOutputs(outputs, name))
    : { images: 0, repositories: 0 };
  const holds = describeContents(contents);
  return deletion === "force"
    ? `Remove stack ${name}? It holds ${holds}, which go with it.`
    : `Remove stack ${name}? It holds ${holds}, which stay.`;
}

/** A killed engine may have created what the state does not know of, and what `destroy` would leave. */
async function clearPending(open: OpenStack, described: Essentials): Promise<void> {
  const pending = await pendingCreates(open);
  if (pending.length > 0 && runsHere(described)) await removeLeftovers(pending, open.name);
}

function removeTrustHere(stack: string, session: Session): void {
  const files = writtenTrust(dockerCertificates, stack);
  try {
    removeTrust(dockerCertificates, files);
  } catch (error) {
    if (!isPermission(error)) throw error;
    session.print(`The CA that wharf trust wrote is left to root:\n  ${removalAsRoot(files)}`);
  }
}
