import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import type { Contender } from "../contender";
import { measure } from "../process-tree";

const script = join(__dirname, "tutorial.sh");

/** The shell script that tutorials add up to; it has no run that finds everything up to date. */
export async function tutorialScript(
  within: string,
  { image, port }: { image: string; port: number },
): Promise<Contender> {
  const directory = await mkdtemp(join(within, "tutorial-"));
  const files = join(directory, "registry");
  const step = (command: string) => () =>
    measure("sh", [script, command, files, image, String(port)], { directory });
  return { name: "tutorial script", run: { create: step("create"), destroy: step("destroy") } };
}
