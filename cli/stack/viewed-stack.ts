import type { Stack } from "@pulumi/pulumi/automation";
import { pathToFileURL } from "node:url";
import type { Engine } from "../../offline/engine/engine";
import type { StartablePack } from "../../offline/plugins/policy-pack";
import { hasNoState, repairState } from "./backend";
import { engineConfig, scratchStack } from "./engine-config";
import type { Progress } from "../ui/progress";
import { removeScratch, scratchDirectory } from "../scratch";
import { engineFor, select, workspaceIn } from "./stack";
import { StackFile } from "./stack-file";

/** A stack that is looked at and left as it is. */
export interface ViewedStack {
  name: string;
  file: StackFile;
  stack: Stack;
  /** Copy of its config file that the engine is given. */
  configFile: string;
  /** Whether it exists. */
  standing: boolean;
  /** What `--policy-pack` takes; empty where no policies were asked for. */
  packs: string[];
  /** Leaves everything as it was before. */
  close(): void;
}

/**
 * Opens a stack so that nothing is written to its backend, and nothing to a checkout without a `.wharf` or with one that cannot be
 * written: a stack that does not exist gets a state of its own in a temporary directory. So credentials which may only read will do,
 * and no run that changes the stack meanwhile is disturbed.
 * @param packFor gives the policy pack that a preview judges by, from the engine and the directory that takes what it needs
 * @throws Failure where the stack's secrets cannot be opened, OfflineError where no engine is available
 */
export async function openToView(
  name: string,
  progress: Progress,
  packFor?: (engine: Engine, place: string) => Promise<StartablePack>,
): Promise<ViewedStack> {
  const scratch = scratchDirectory("view");
  const close = () => removeScratch(scratch);
  try {
    const noState = hasNoState();
    const file = new StackFile(name);
    const purpose = { preview: true, scratch };
    const { engine, environment, place } = await engineFor(file, progress, purpose);
    const pack = await packFor?.(engine, place);
    const envVars = { ...environment, ...pack?.env };
    const configFile = engineConfig(name, file);
    const viewed = { name, file, configFile, packs: pack ? [pack.directory] : [], close };
    if (!noState) {
      repairState();
      const found = await select(name, await workspaceIn(envVars, engine));
      if (found !== undefined) return { ...viewed, stack: found, standing: true };
    }
    const apart = { ...envVars, PULUMI_BACKEND_URL: pathToFileURL(scratch).href };
    const stack = await scratchStack(name, await workspaceIn(apart, engine), scratch);
    return { ...viewed, stack, standing: false };
  } catch (error) {
    close();
    throw error;
  }
}
