import type { Stack } from "@pulumi/pulumi/automation";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { hasNoState } from "../backend";
import { wharfDirectory } from "../checkout";
import { tidy } from "../cleanup";
import { createStack, engineConfig } from "../engine-config";
import type { Progress } from "../progress";
import { engineFor, select, workspaceIn } from "../stack";
import { StackFile } from "../stack-file";
import { policyPack } from "./pack";

/** A stack that is looked at and left as it is. */
export interface ReviewedStack {
  stack: Stack;
  /** Copy of its config file that the engine is given. */
  configFile: string;
  /** Whether it stands. */
  standing: boolean;
  /** What `--policy-pack` takes. */
  pack: string;
  /** Leaves everything as it was before. */
  close(): void;
}

/**
 * Opens a stack so that nothing is written to the backend: one that does not stand gets a state of its own in a temporary directory,
 * so that credentials which may only read will do.
 */
export async function openForReview(name: string, progress: Progress): Promise<ReviewedStack> {
  const noState = hasNoState();
  const file = new StackFile(name);
  const { engine, environment } = await engineFor(file, progress, { preview: true });
  const pack = await policyPack(engine);
  const envVars = { ...environment, ...pack.env };
  const workspace = await workspaceIn(envVars);
  const configFile = engineConfig(name, file);
  const found = noState ? undefined : await select(name, workspace);
  if (found !== undefined) {
    return {
      stack: found,
      configFile,
      standing: true,
      pack: pack.directory,
      close: () => undefined,
    };
  }
  const scratch = mkdtempSync(path.join(tmpdir(), "wharf-review-"));
  const close = () => rmSync(scratch, { recursive: true, force: true });
  try {
    const apart = await workspaceIn({ ...envVars, PULUMI_BACKEND_URL: `file://${scratch}` });
    const { stack } = await createStack(name, apart, configFile);
    return { stack, configFile, standing: false, pack: pack.directory, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** Does work after which `.wharf` is gone where it was not there before, and no other run needs it by then. */
export async function leavingNoTrace(work: () => Promise<void>): Promise<void> {
  const kept = existsSync(wharfDirectory);
  try {
    await work();
  } finally {
    if (!kept) tidy();
  }
}
