import {
  LocalWorkspace,
  Stack,
  StackNotFoundError,
  type Workspace,
} from "@pulumi/pulumi/automation";
import { closest, distance } from "fastest-levenshtein";
import { findEngine, type Engine } from "../offline/engine";
import { providersOf } from "../offline/plugins";
import { backendEnvironment, hasNoState, mendState } from "./backend";
import { checkout, describedStacks, wharfDirectory } from "./checkout";
import { Failure, refusal } from "./failure";
import type { Progress } from "./progress";
import { StackFile } from "./stack-file";

/** A stack of the checkout, opened for the engine to work on. */
export interface OpenStack {
  name: string;
  file: StackFile;
  workspace: Workspace;
  stack: Stack;
  /** Whether this process has just created it. */
  created: boolean;
}

/** What a command needs the engine for. */
interface Purpose {
  /** It deploys nothing. */
  preview: boolean;
  /** Target that the stack's state names, where the description is not to be asked. */
  target?: string;
}

/**
 * The engine and the variables under which it works on a stack of the checkout.
 * @throws Failure where the stack's secrets cannot be opened, OfflineError where no engine can be had.
 */
export async function engineFor(
  file: StackFile,
  progress: Progress,
  { preview, target }: Purpose,
): Promise<{ engine: Engine; environment: Record<string, string> }> {
  const backend = backendEnvironment(file);
  const engine = await findEngine(wharfDirectory, progress, {
    providers: providersOf(target ?? file.config("wharf:target")),
    preview,
  });
  return { engine, environment: { ...engine.env, ...backend } };
}

async function openWorkspace(
  file: StackFile,
  progress: Progress,
  purpose: Purpose,
): Promise<LocalWorkspace> {
  const { environment } = await engineFor(file, progress, purpose);
  mendState();
  return workspaceIn(environment);
}

/** The checkout as the engine works on it under the given variables. */
export async function workspaceIn(environment: Record<string, string>): Promise<LocalWorkspace> {
  // The Automation API looks for `pulumi` on the PATH of this process.
  if (environment.PATH !== undefined) process.env.PATH = environment.PATH;
  return LocalWorkspace.create({ workDir: checkout, envVars: environment });
}

/** The stack of that name; undefined where it does not stand. */
export async function select(name: string, workspace: Workspace): Promise<Stack | undefined> {
  try {
    return await Stack.select(name, workspace);
  } catch (error) {
    if (error instanceof StackNotFoundError) return undefined;
    throw error;
  }
}

/** The engine's workspace, to ask the backend which stacks there are and what their states say; undefined where none can stand. */
export async function openBackend(progress: Progress): Promise<LocalWorkspace | undefined> {
  if (hasNoState()) return undefined;
  return openWorkspace(new StackFile("dev"), progress, { preview: true });
}

/** Opens a stack; undefined where it does not stand. Where no stack can stand, no engine is looked for. */
export async function findStack(
  name: string,
  progress: Progress,
  purpose: Purpose = { preview: false },
): Promise<OpenStack | undefined> {
  if (hasNoState()) return undefined;
  const file = new StackFile(name);
  const workspace = await openWorkspace(file, progress, purpose);
  const stack = await select(name, workspace);
  return stack && { name, file, workspace, stack, created: false };
}

/**
 * Opens a stack that stands, to read what it is.
 * @throws Failure where it does not.
 */
export async function openStack(name: string, progress: Progress): Promise<OpenStack> {
  const found = await findStack(name, progress, { preview: true });
  if (found === undefined) throw notStanding(name);
  return found;
}

/**
 * The file that describes a stack.
 * @throws Failure where the checkout has none.
 */
export function describingFile(name: string): StackFile {
  const file = new StackFile(name);
  if (!file.exists) throw refusal(notDescribed(name));
  return file;
}

/** Opens a stack, creating it where it does not stand. */
export async function openOrCreateStack(
  name: string,
  progress: Progress,
  purpose: Purpose = { preview: false },
): Promise<OpenStack> {
  const file = new StackFile(name);
  const workspace = await openWorkspace(file, progress, purpose);
  const stack = await select(name, workspace);
  if (stack !== undefined) return { name, file, workspace, stack, created: false };
  file.keepOriginal();
  return { name, file, workspace, stack: await Stack.create(name, workspace), created: true };
}

/** The failure of a command that needs a stack which stands. */
export function notStanding(name: string): Failure {
  return new Failure(`Stack ${name} is not up. Bring it up with: ${command("up", name)}`);
}

/** A command of `wharf` as a person types it for a stack. */
export function command(words: string, stack: string): string {
  return `npx wharf ${words}${stack === "dev" ? "" : ` --stack ${stack}`}`;
}

function notDescribed(name: string): string {
  const known = describedStacks();
  const near = known.length === 0 ? "" : closest(name, known);
  const hint =
    near !== "" && distance(name, near) <= 2
      ? `Did you mean ${near}?`
      : `Described here: ${known.join(", ") || "none"}. For a new one, copy Pulumi.dev.yaml to Pulumi.${name}.yaml and edit it.`;
  return `There is no Pulumi.${name}.yaml, so nothing describes stack ${name}. ${hint}`;
}
