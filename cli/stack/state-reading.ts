import type { LocalWorkspace } from "@pulumi/pulumi/automation";
import { stateFiles } from "./backend";
import { passphraseIsNew } from "./passphrase";
import type { State, StateResource } from "./state";

/** A stack whose state is read: an opened one, or one that the backend has listed. */
export interface ReadStack {
  name: string;
  workspace: Pick<LocalWorkspace, "workDir" | "envVars" | "pulumiCommand" | "exportStack">;
}

/** What the engine exports of a stack. */
interface Exported {
  deployment: { resources?: StateResource[]; pending_operations?: State["pending"] } | null;
}

/**
 * Reads a stack's state; what is secret in it is marked as such, and encrypted. So it needs no passphrase, from which the engine derives
 * a key in an eighth of a second of processor time, and no engine where the state's file can be read here.
 */
export async function readState({ name, workspace }: ReadStack): Promise<State> {
  // A passphrase that was missing and has just been made opens nothing: the engine says so, and nobody keeps it.
  if (passphraseIsNew()) return readOpenState({ name, workspace });
  return stateOf(readFile(name) ?? (await exported({ name, workspace })));
}

/**
 * Reads a stack's state, its secrets in plaintext.
 * @param needed whether they are, by a first look at the state where that costs nothing
 */
export async function readOpenState(
  { name, workspace }: ReadStack,
  needed: (encrypted: State) => boolean = () => true,
): Promise<State> {
  const encrypted = passphraseIsNew() ? undefined : readFile(name);
  if (encrypted !== undefined && !needed(stateOf(encrypted))) return stateOf(encrypted);
  return stateOf((await workspace.exportStack(name)) as Exported);
}

function stateOf({ deployment }: Exported): State {
  return {
    resources: deployment?.resources ?? [],
    pending: deployment?.pending_operations ?? [],
  };
}

/** What a state's file holds; undefined where only the engine can tell. */
function readFile(stack: string): Exported | undefined {
  return stateFiles()?.deploymentOf(stack) as Exported | undefined;
}

/** What the Automation API runs each command by; it leaves this out of its types. */
interface Running {
  run(
    args: string[],
    directory: string,
    environment: Record<string, string>,
  ): Promise<{ stdout: string }>;
}

/** What the engine exports of a stack, its secrets encrypted, which the Automation API cannot ask for. */
async function exported({ name, workspace }: ReadStack): Promise<Exported> {
  const { pulumiCommand, workDir, envVars } = workspace;
  const args = ["stack", "export", "--stack", name];
  const { stdout } = await (pulumiCommand as unknown as Running).run(args, workDir, envVars);
  return JSON.parse(stdout) as Exported;
}
