import { execa } from "execa";
import type { Announce } from "../../offline/announce";
import { findOnPath } from "../../offline/commands";
import { programsImage } from "./images";

/** Programs that scripts in pods call, beside the shell's own commands; BusyBox is each of them by its name. */
const applets =
  "basename cat cp date dirname head ls mkdir mv rm rmdir sleep tail tar tr wget".split(" ");

/**
 * The archive of an image with a shell, from Debian's package of BusyBox, which is installed where it is missing.
 *
 * @param reference repository and tag, with a registry's name in front
 * @param paths static programs beside it, by name
 */
export async function shellImage(
  reference: string,
  announce: Announce,
  paths: Record<string, string> = {},
): Promise<Buffer> {
  return programsImage(
    reference,
    { sh: await findBusyBox(announce), ...paths },
    { entries: applets.map((name) => ({ path: `bin/${name}`, link: "sh" })) },
  );
}

async function findBusyBox(announce: Announce): Promise<string> {
  const found = await findOnPath("busybox");
  if (found !== undefined) return found;
  announce.start("busybox", "installing busybox-static from Debian's packages");
  await execa("apt-get", ["update", "--quiet"]);
  await execa("apt-get", ["install", "--yes", "--quiet", "busybox-static"]);
  announce.done("busybox", "busybox-static");
  const installed = await findOnPath("busybox");
  if (installed === undefined) throw new Error("Debian's package busybox-static has no busybox.");
  return installed;
}
