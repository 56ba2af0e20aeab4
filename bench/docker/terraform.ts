import { cp, mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { findOnPath, run } from "../../offline/commands";
import type { Contender } from "../contender";
import { measure } from "../process-tree";

/** How long Terraform may look for its provider, in milliseconds. */
const initTimeoutMs = 120_000;

/**
 * Terraform with kreuzwerker's Docker provider, which @pulumi/docker is made from. A provider that is not in its registry's reach
 * is found where Terraform's own configuration says (a file system mirror).
 * @returns the contender, or a few words on what is missing
 */
export async function terraform(
  within: string,
  { image, port }: { image: string; port: number },
): Promise<Contender | string> {
  if ((await findOnPath("terraform")) === undefined) return "no terraform is installed";
  const directory = await mkdtemp(join(within, "terraform-"));
  await cp(join(__dirname, "terraform", "main.tf"), join(directory, "main.tf"));
  const place = {
    directory,
    environment: {
      TF_VAR_image: image,
      TF_VAR_port: String(port),
      TF_IN_AUTOMATION: "1",
      CHECKPOINT_DISABLE: "1",
    },
  };
  try {
    const options = { cwd: directory, env: place.environment, timeoutMs: initTimeoutMs };
    await run("terraform", ["init", "-input=false", "-no-color"], options);
  } catch {
    return "its provider kreuzwerker/docker is not available here";
  }
  const step =
    (...args: string[]) =>
    () =>
      measure("terraform", [...args, "-auto-approve", "-input=false", "-no-color"], place);
  return {
    name: "terraform",
    run: { create: step("apply"), "no-op": step("apply"), destroy: step("destroy") },
  };
}
