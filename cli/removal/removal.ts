import { Environment, Target } from "../../components/model/environment";
import { quoted } from "../../components/core/shell";
import { duration } from "../../offline/announce";
import { standsElsewhere } from "../stack/backend";
import { forget } from "./cleanup";
import {
  refuseForeignVolumes,
  removeImages,
  removeLeftovers,
  substitutesOf,
} from "../stack/docker-host";
import { leftovers, type Leftovers } from "./leftovers";
import { pendingCreatesIn } from "../stack/recovery";
import type { Session } from "../ui/session";
import { command, type OpenStack } from "../stack/stack";
import { dockerHostIn, remains, stackIdIn, targetIn, type State } from "../stack/state";
import {
  desktopCertificates,
  dockerCertificates,
  isPermission,
  removeTrust,
  rootlessCertificates,
  writtenTrust,
  removalAsRoot,
} from "../certificates/trusted-certificates";

/** Message of the update by which `wharf reap` destroys a stack: the backend's history tells by it what a killed run had begun. */
export const reapMessage = "wharf reap: the lab has expired";

/** What a removal did, and what it left. */
export interface Removal {
  /** How many resources were removed. */
  removed: number;
  /** Docker volumes with images that stay. */
  keptVolumes: string[];
  /** Directories of the Docker host with images that stay. */
  keptDirectories: string[];
  /** What else stays on its platform, as the stack asks. */
  kept: string[];
  /** What still has the stack's label, except what is to stay; undefined where the platform was not asked. */
  left: string[] | undefined;
  /** Command that lists what carries the stack's label; empty where there was no registry. */
  lists: string;
  /** Why the passphrase was kept, a phrase each; none where it was not, or where the checkout still holds a state. */
  opens: string[];
}

/**
 * Removes a stack only by its state, without its program: the resources, the lab's images on this machine, the entry in the
 * backend, and what Wharf wrote on this host. Run again after a failure, it continues from there.
 * @param run.environment what the stack is for: of a lab, the images that it ran are removed from this machine's engine too
 * @param run.message what the backend's history says of it
 * @param run.next what to do where it fails, a sentence
 * @throws Failure where a volume now belongs to another stack, before anything is removed, and where the engine could not remove all
 */
export async function removeStack(
  open: OpenStack,
  state: State,
  session: Session,
  { environment, message, next }: { environment?: string; message?: string; next: string },
): Promise<Removal> {
  const { progress } = session;
  const { volumes, directories, others, images } = remains(state);
  const host = targetIn(state) === Target.Docker ? dockerHostIn(state) : undefined;
  if (host) await refuseForeignVolumes(open.name, state, host);
  const pending = pendingCreatesIn(state);
  // A killed engine may have created what the state does not know of, and what `destroy` would leave.
  if (pending.length > 0 && host) {
    await removeLeftovers(pending, open.name, stackIdIn(state), host);
  }

  progress.start("down", open.name);
  const started = performance.now();
  const operations = await session.follow(open, next, (run) =>
    open.stack.destroy({ ...run, message }),
  );
  if (host && environment === Environment.Lab) {
    // An earlier run that was killed may have taken the images out of the state, and not from the engine.
    await removeImages([...new Set([...images, ...substitutesOf(open.name)])], host);
  }
  const removed = operations.changes("custom").length;
  const after = await leftovers(open.name, state, open.file);
  const opens = await forget(open);
  // The files bear only the stack's name: those of one on another backend would be deleted with it.
  if (!standsElsewhere(open.name)) removeTrustHere(open.name, session);
  progress.done(
    "down",
    `${open.name}: ${removed} removed in ${duration(performance.now() - started)}`,
  );
  const left = after === undefined ? [] : unwanted(after, [...volumes, ...others]);
  return {
    ...{ removed, keptVolumes: volumes, keptDirectories: directories, kept: others, left, opens },
    lists: after?.lists ?? "",
  };
}

/** Without what stays as the stack asks, which the state names by its identifier. */
function unwanted({ found }: Leftovers, stays: string[]): string[] | undefined {
  return found?.filter((one) => {
    const name = one.slice(one.indexOf(" ") + 1);
    return !stays.some((kept) => kept === name || kept.endsWith(`/${name}`));
  });
}

/** What a person should know after a removal, a line each. */
export function removalLines(
  stack: string,
  { keptVolumes, keptDirectories, kept, left, lists, opens }: Removal,
): string[] {
  return [
    ...(opens.length > 0
      ? [`The passphrase in .wharf stays, because ${opens.join(", and ")}.`]
      : []),
    ...keptVolumes.map(
      (volume) =>
        `The images stay in the volume ${volume}. Use them again with: ${command(`up --take-over ${volume}`, stack)}\nDelete them with: docker volume rm ${volume}`,
    ),
    ...keptDirectories.map(
      (directory) =>
        `The images stay in the directory ${directory} of the Docker host. Use them again with: ${command("up", stack)}\nDelete them there with: sudo rm -r ${quoted(directory)}`,
    ),
    ...(kept.length > 0
      ? [`These stay on the platform:\n${kept.map((one) => `  ${one}`).join("\n")}`]
      : []),
    ...leftLines(stack, left, lists),
  ];
}

function leftLines(stack: string, left: string[] | undefined, lists: string): string[] {
  if (lists === "") return [];
  if (left === undefined)
    return [`To see whether anything with the stack's label is left: ${lists}`];
  if (left.length === 0) return [`Nothing else with the label of stack ${stack} is left.`];
  return [
    `These still have the label of stack ${stack}:\n${left.map((one) => `  ${one}`).join("\n")}`,
  ];
}

/** Removes the CA that `wharf trust` wrote on this host; says what root must do. */
export function removeTrustHere(stack: string, session: Session): void {
  for (const directory of [dockerCertificates, desktopCertificates(), rootlessCertificates()]) {
    const files = writtenTrust(directory, stack);
    try {
      removeTrust(directory, files);
    } catch (error) {
      if (!isPermission(error)) throw error;
      session.print(
        `Only root can delete the CA that wharf trust wrote:\n  ${removalAsRoot(files)}`,
      );
    }
  }
}

/** What to do where a removal fails. */
export function removalNext(stack: string): string {
  return `Run ${command("down", stack)} again: it continues from there.`;
}
