import { copyFileSync, existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { Stack, type LocalWorkspace } from "@pulumi/pulumi/automation";
import { run } from "../../offline/commands";
import { writeWhole } from "../../offline/whole-file";
import { checkout, stackFilePath } from "../checkout";
import { Failure } from "../failure";
import { scratchDirectory } from "../scratch";
import { fileBackend } from "./backend";
import type { StackFile } from "./stack-file";
import { StateFiles } from "./state-files";

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
 * Creates a stack in the backend of the given variables, or opens one that another run has created meanwhile. Where the backend is a
 * directory of this machine and the engine would only make a salt, its first run does so, and `pulumi stack init`, a quarter of a
 * second of processor time, is left out.
 * @throws Failure where the backend refuses
 */
export async function createStack(
  name: string,
  workspace: LocalWorkspace,
  configFile: string,
): Promise<{ stack: Stack; created: boolean }> {
  const directory = fileBackend(workspace.envVars.PULUMI_BACKEND_URL);
  const files =
    directory !== undefined &&
    !asksForOlderLayout() &&
    isFirstUse(configFile) &&
    hasPassphrase(workspace.envVars)
      ? StateFiles.begunIn(directory)
      : undefined;
  const created = files?.add(name) ?? (await initialize(name, workspace, configFile));
  return { stack: await existingStack(name, workspace), created };
}

/** A stack in a scratch directory that is the backend of the workspace. What no passphrase opens, its first run tells. */
export async function scratchStack(
  name: string,
  workspace: LocalWorkspace,
  directory: string,
): Promise<Stack> {
  StateFiles.begunIn(directory)?.add(name);
  return existingStack(name, workspace);
}

/** Whether the engine is to begin a directory as its versions before 3.61 did. */
function asksForOlderLayout(): boolean {
  const { PULUMI_DIY_BACKEND_LEGACY_LAYOUT: set, PULUMI_SELF_MANAGED_STATE_LEGACY_LAYOUT: before } =
    process.env;
  return Boolean(set ?? before);
}

/** Whether a config file says nothing of how its secrets are encrypted, so that there is nothing that a passphrase may fail to open. */
function isFirstUse(configFile: string): boolean {
  const text = existsSync(configFile) ? readFileSync(configFile, "utf8") : "";
  return !/^["']?(encryptionsalt|encryptedkey|secretsprovider)\b/m.test(text);
}

/** Whether the engine will find a passphrase; where it does not, it says why before there is a stack. */
function hasPassphrase(variables: NodeJS.ProcessEnv): boolean {
  const { PULUMI_CONFIG_PASSPHRASE: told, PULUMI_CONFIG_PASSPHRASE_FILE: file } = {
    ...process.env,
    ...variables,
  };
  if (told !== undefined || file === undefined) return Boolean(told);
  try {
    return readFileSync(file, "utf8").trim() !== "";
  } catch {
    return false;
  }
}

/**
 * Has the engine create a stack; false where there is one. `pulumi stack init` accepts only its project's config file, so it runs on a
 * copy of the project beside the copy of the config.
 */
async function initialize(
  name: string,
  workspace: LocalWorkspace,
  configFile: string,
): Promise<boolean> {
  const project = path.dirname(configFile);
  copyFileSync(path.join(checkout, "Pulumi.yaml"), path.join(project, "Pulumi.yaml"));
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
    return false;
  }
  return true;
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
