import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { sharedFile } from "../../components/description/shared";
import { run } from "../../offline/commands";
import { writeNew, writeWhole } from "../../offline/whole-file";
import { checkout, makePrivate, stackFilePath, wharfDirectory } from "../checkout";
import { Failure } from "../failure";
import { version } from "../package.json";
import { ownPassphrase, passphraseFile } from "../stack/passphrase";
import { openOrCreateStack, openStack, type OpenStack } from "../stack/stack";
import type { Progress } from "../ui/progress";
import { scratchDirectory } from "../scratch";

/** Paths of the documents in a backup. */
const names = {
  about: "wharf.json",
  state: "stack/state.json",
  passphrase: "stack/passphrase",
  shared: `stack/${sharedFile}`,
  description: (stack: string) => `stack/Pulumi.${stack}.yaml`,
};

const about = z.object({
  /** Version of this layout. */
  version: z.literal(1),
  wharf: z.string(),
  stack: z.string(),
  target: z.string(),
  endpoint: z.string(),
});

/**
 * What a stack is restored from, beside its images: the description, and the state with users, certificates and keys, whose secrets
 * stay encrypted as they are in it. The passphrase that opens them is among them where Wharf generated it.
 */
export async function stackDocuments(
  stack: string,
  outputs: { target: string; endpoint: string },
  progress: Progress,
): Promise<Record<string, string>> {
  const open = await openStack(stack, progress);
  progress.start("backup", `exporting the state of stack ${stack}`);
  const exported = path.join(scratchDirectory("state"), "state.json");
  await pulumi(open, ["stack", "export", "--stack", stack, "--file", exported]);
  const optional = (name: string, file: string) =>
    existsSync(file) ? { [name]: readFileSync(file, "utf8") } : {};
  return {
    [names.about]: `${JSON.stringify({ version: 1, wharf: version, stack, ...outputs }, null, 2)}\n`,
    [names.state]: readFileSync(exported, "utf8"),
    ...optional(names.description(stack), stackFilePath(stack)),
    ...optional(names.shared, path.join(checkout, sharedFile)),
    ...(ownPassphrase() ? {} : optional(names.passphrase, passphraseFile)),
  };
}

/** Runs `pulumi` on a stack; the file of its config is left as it is. */
async function pulumi({ configFile, workspace }: OpenStack, args: string[]): Promise<void> {
  const cwd = path.dirname(configFile);
  // The engine accepts only a project's own directory.
  writeFileSync(path.join(cwd, "Pulumi.yaml"), readFileSync(path.join(checkout, "Pulumi.yaml")));
  try {
    await run("pulumi", [...args, "--non-interactive"], { cwd, env: workspace.envVars });
  } catch (error) {
    throw new Failure(`pulumi ${args.slice(0, 2).join(" ")} failed: ${(error as Error).message}`);
  }
}

/** Whether a backup holds a stack's state, and not only images. */
export function holdsState(documents: Record<string, string>): boolean {
  return names.state in documents;
}

/**
 * Brings the state of a stack back that does not exist any more: its description where the checkout has none, the passphrase where
 * Wharf generated it, and the state. Nothing that exists is overwritten.
 * @returns what was done, a line each
 * @throws Failure where the secrets of the state cannot be opened here
 */
export async function restoreStack(
  stack: string,
  documents: Record<string, string>,
  progress: Progress,
): Promise<string[]> {
  const { success, data } = about.safeParse(JSON.parse(documents[names.about] ?? "null"));
  if (!success) {
    throw new Failure(
      "The backup was made by another version of Wharf, in a layout that this one cannot read.",
    );
  }
  if (data.stack !== stack) {
    throw new Failure(
      `The backup is of stack ${data.stack}, whose state cannot become that of ${stack}.`,
    );
  }
  const done: string[] = [];
  restorePassphrase(documents[names.passphrase], done);
  const files: [string, string][] = [
    [names.description(stack), stackFilePath(stack)],
    [names.shared, path.join(checkout, sharedFile)],
  ];
  for (const [name, file] of files) {
    const text = documents[name];
    if (text === undefined) continue;
    const here = path.relative(checkout, file);
    if (writeNew(file, text)) done.push(`${here} was restored`);
    else if (readFileSync(file, "utf8") !== text) {
      done.push(`${here} was left as it is; it differs from the backup's`);
    }
  }
  const open = await openOrCreateStack(stack, progress);
  progress.start("restore", `importing the state of stack ${stack}`);
  const state = path.join(path.dirname(open.configFile), "state.json");
  writeWhole(state, documents[names.state] ?? "", 0o600);
  await pulumi(open, ["stack", "import", "--stack", stack, "--file", state]);
  done.push("the state was restored, with the users' passwords, the certificates and the CA");
  return done;
}

function restorePassphrase(passphrase: string | undefined, done: string[]): void {
  if (ownPassphrase()) return;
  if (passphrase === undefined) {
    if (existsSync(passphraseFile)) return;
    throw new Failure(
      [
        "The secrets of the state are encrypted with a passphrase that is not in the backup, since whoever made the stack kept it. Nothing was changed.",
        "  export PULUMI_CONFIG_PASSPHRASE_FILE=<file that holds it>",
      ].join("\n"),
    );
  }
  makePrivate(wharfDirectory);
  if (writeNew(passphraseFile, passphrase, 0o600)) {
    done.push(".wharf/passphrase was restored");
  } else if (readFileSync(passphraseFile, "utf8") !== passphrase) {
    throw new Failure(
      "The secrets of the state are encrypted with another passphrase than .wharf/passphrase, which other stacks of this checkout need. Nothing was changed.\nRestore the stack in a checkout of its own.",
    );
  }
}
