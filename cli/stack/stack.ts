import {
  LocalWorkspace,
  PulumiCommand,
  Stack,
  StackNotFoundError,
} from "@pulumi/pulumi/automation";
import { closest, distance } from "fastest-levenshtein";
import { SemVer } from "semver";
import { contextVariables } from "../../offline/docker/docker-host";
import { findEngine, type Engine } from "../../offline/engine/engine";
import { providersOf } from "../../offline/plugins/plugins";
import {
  backendEnvironment,
  backendUrl,
  hasNoState,
  repairState,
  ownBackend,
  stacksHere,
  standsElsewhere,
  stateFiles,
} from "./backend";
import { checkout, command, isWritable, describedStacks, wharfDirectory } from "../checkout";
import {
  createStack,
  engineConfig,
  existingStack,
  saltOfTheState,
  withoutSummary,
} from "./engine-config";
import { Failure, refusal } from "../failure";
import type { Progress } from "../ui/progress";
import { noteOpening, ownPassphrase } from "./passphrase";
import { StackFile } from "./stack-file";

/** A stack of the checkout, opened for the engine to work on. */
export interface OpenStack {
  name: string;
  file: StackFile;
  workspace: LocalWorkspace;
  stack: Stack;
  /** Copy of the config file that every run of the engine is given. */
  configFile: string;
  /** Whether this process has just created it. */
  created: boolean;
}

/** What a command needs the engine for. */
interface Purpose {
  /** It deploys nothing. */
  preview: boolean;
  /** Target that the stack's state names, where the description is not to be asked. */
  target?: string;
  /** Directory that takes what the checkout lacks, for a run that leaves no trace. */
  scratch?: string;
}

/**
 * The engine and the variables under which it works on a stack of the checkout, and the directory that takes what it needs on
 * disk: `.wharf`, or the scratch directory where there is none that can be written.
 * @throws Failure where the stack's secrets cannot be opened, OfflineError where no engine is available.
 */
export async function engineFor(
  file: StackFile,
  progress: Progress,
  { preview, target, scratch }: Purpose,
): Promise<{ engine: Engine; environment: Record<string, string>; place: string }> {
  const backend = backendEnvironment(file, scratch);
  const place = scratch === undefined || isWritable(wharfDirectory) ? wharfDirectory : scratch;
  const providers = providersOf(target ?? file.config.value("wharf:target"));
  const docker = providers.includes("docker") ? contextVariables() : {};
  const engine = await findEngine(place, progress, { providers, preview });
  const environment = { ...engine.env, ...docker, ...saltOfTheState, ...backend };
  return { engine, environment, place };
}

async function openWorkspace(
  file: StackFile,
  progress: Progress,
  purpose: Purpose,
): Promise<LocalWorkspace> {
  const { engine, environment } = await engineFor(file, progress, purpose);
  repairState();
  return workspaceIn(environment, engine);
}

/** The checkout as the engine works on it under the given variables. */
export async function workspaceIn(
  environment: Record<string, string>,
  engine: Engine,
): Promise<LocalWorkspace> {
  // The Automation API looks for `pulumi` on the PATH of this process.
  if (environment.PATH !== undefined) process.env.PATH = environment.PATH;
  const pulumiCommand = knownCommand(engine);
  return LocalWorkspace.create({ workDir: checkout, envVars: environment, pulumiCommand });
}

/**
 * The command of an engine of the pinned version, which `PulumiCommand.get` would start to ask for its version: a fifth of a second of
 * processor time. Undefined for one that somebody else has installed, whose version the Automation API is to accept or refuse.
 */
function knownCommand({ origin, version }: Engine): PulumiCommand | undefined {
  if (origin === "installed") return undefined;
  const command = Object.create(PulumiCommand.prototype) as PulumiCommand;
  return Object.assign(command, { command: "pulumi", version: new SemVer(version) });
}

/** The stack of that name; undefined where it does not exist. */
export async function select(name: string, workspace: LocalWorkspace): Promise<Stack | undefined> {
  // Which stacks a directory holds is seen there.
  const here = stateFiles()?.stacks ?? (ownBackend() === undefined ? stacksHere() : undefined);
  if (here !== undefined) {
    return here.includes(name) ? existingStack(name, workspace) : undefined;
  }
  try {
    return withoutSummary(await Stack.select(name, workspace));
  } catch (error) {
    if (error instanceof StackNotFoundError) return undefined;
    throw error;
  }
}

/** Names of the stacks of the workspace's backend. */
export async function stacksOf(workspace: LocalWorkspace): Promise<string[]> {
  const files = stateFiles();
  if (files !== undefined) return files.stacks;
  return (await workspace.listStacks()).map(({ name }) => name).sort();
}

/** The engine's workspace, to ask the backend which stacks there are and what their states say; undefined where none can exist. */
export async function openBackend(progress: Progress): Promise<LocalWorkspace | undefined> {
  if (hasNoState()) return undefined;
  return openWorkspace(new StackFile("dev"), progress, { preview: true });
}

/** Opens a stack; undefined where it does not exist. Where no stack can exist, no engine is looked for. */
export async function findStack(
  name: string,
  progress: Progress,
  purpose: Purpose = { preview: false },
): Promise<OpenStack | undefined> {
  if (hasNoState()) return undefined;
  const file = new StackFile(name);
  const workspace = await openWorkspace(file, progress, purpose);
  const stack = await select(name, workspace);
  return stack && opened(name, file, workspace, stack);
}

/**
 * Opens an existing stack, to read it.
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

/** Opens a stack, creating it where it does not exist. */
export async function openOrCreateStack(
  name: string,
  progress: Progress,
  purpose: Purpose = { preview: false },
): Promise<OpenStack> {
  const file = new StackFile(name);
  // First of all, so that no run that ends meanwhile takes the passphrase away.
  noteUse(name);
  const workspace = await openWorkspace(file, progress, purpose);
  const stack = await select(name, workspace);
  if (stack !== undefined) return opened(name, file, workspace, stack);
  if (!standsElsewhere(name)) file.keepOriginal();
  const configFile = engineConfig(name, file);
  return { name, file, workspace, configFile, ...(await createStack(name, workspace, configFile)) };
}

/** Notes that what `.wharf` holds, its passphrase or its state, is in use for a stack of the backend. */
export function noteUse(stack: string): void {
  if (!ownPassphrase() || ownBackend() === undefined) noteOpening({ backend: backendUrl(), stack });
}

function opened(name: string, file: StackFile, workspace: LocalWorkspace, stack: Stack): OpenStack {
  noteUse(name);
  return { name, file, workspace, stack, configFile: engineConfig(name, file), created: false };
}

/** The failure of a command that needs an existing stack. */
export function notStanding(name: string): Failure {
  return new Failure(`Stack ${name} is not up. Create it with: ${command("up", name)}`);
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

export { command };
