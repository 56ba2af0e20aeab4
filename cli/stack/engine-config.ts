import { copyFileSync } from "node:fs";
import path from "node:path";
import { Stack, type LocalWorkspace } from "@pulumi/pulumi/automation";
import { run } from "../../offline/commands";
import { writeWhole } from "../../offline/whole-file";
import { checkout, stackFilePath } from "../checkout";
import { Failure } from "../failure";
import { scratchDirectory } from "../scratch";
import type { StackFile } from "./stack-file";

/**
 * Where the engine falls back on the salt of a stack's state when the config file has none (SecretsManagerLoader in Pulumi's
 * pkg/cmd/pulumi/stack/secrets.go), in place of making a new one and writing it into the file.
 */
export const saltOfTheState = { PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER: "true" };

/**
 * Copies a stack's config file for the engine, which writes the salt of the secrets into whatever file it is given: the file of
 * the checkout, which Git tracks, stays as it is. The copy is deleted when this process ends.
 * @returns path of the copy, to be given to the engine as `configFile`; no such file exists where the stack has none
 */
export function engineConfig(stack: string, file: StackFile): string {
  const directory = scratchDirectory("config");
  const copy = path.join(directory, path.basename(stackFilePath(stack)));
  if (file.exists) writeWhole(copy, file.forEngine(), 0o600);
  return copy;
}

/**
 * Creates a stack in the backend of the given variables, or opens one that another run has created meanwhile. `pulumi stack init`
 * accepts only its project's config file, so it runs on a copy of the project beside the copy of the config.
 * @throws Failure where the backend refuses
 */
export async function createStack(
  name: string,
  workspace: LocalWorkspace,
  configFile: string,
): Promise<{ stack: Stack; created: boolean }> {
  const project = path.dirname(configFile);
  copyFileSync(path.join(checkout, "Pulumi.yaml"), path.join(project, "Pulumi.yaml"));
  let created = true;
  try {
    await run("pulumi", ["stack", "init", name, "--no-select", "--non-interactive"], {
      cwd: project,
      env: workspace.envVars,
    });
  } catch (error) {
    const said = (error as Error).message;
    if (!/stack '.*' already exists/.test(said)) {
      throw new Failure(`Stack ${name} could not be created: ${said.replace(/^error: /m, "")}`);
    }
    created = false;
  }
  return { stack: await existingStack(name, workspace), created };
}

/**
 * A stack whose runs end with the engine's own end: the Automation API would run up to three commands more to tell how one went, each
 * a quarter of a second of processor time, and nobody asks it.
 */
export function withoutSummary(stack: Stack): Stack {
  return Object.assign(stack, {
    outputs: () => Promise.resolve({}),
    info: () => Promise.resolve(undefined),
  });
}

/**
 * A stack that is known to exist. `Stack.select` would have the engine look for it and select it for later commands: a fifth of a
 * second of processor time, and every command names its stack.
 */
export async function existingStack(name: string, workspace: LocalWorkspace): Promise<Stack> {
  const selectStack = () => Promise.resolve();
  const knowing = Object.assign(Object.create(workspace) as LocalWorkspace, { selectStack });
  return withoutSummary(await Stack.select(name, knowing));
}
