import type { EngineEvent } from "@pulumi/pulumi/automation";
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { isMap, parse, parseDocument, visit, type Document } from "yaml";
import { Failure, refusal } from "../failure";
import { isRealChange, Operations, plain } from "../stack/operations";
import { StateFiles } from "../stack/state-files";
import { removeScratch, scratchDirectory } from "../scratch";
import type { StackReview } from "./findings";
import { pathInRepository } from "./git";
import { PolicyEvents } from "./preview-events";
import { SourceLines } from "./source-lines";

/** How a program is reviewed that is not Wharf's. */
export interface ProgramReviewing {
  /** Directory of its Pulumi.yaml. */
  directory: string;
  /** What `--policy-pack` takes, one or several. */
  packs: string[];
  /** File with the packs' configuration; that of the packs themselves where not given. */
  policyConfig?: string;
  /** Previews against an empty state in place of the backend's, so that neither backend nor passphrase is asked for. */
  withoutState?: boolean;
  /** Variables of the engine, beside those of this process. */
  env?: NodeJS.ProcessEnv;
}

/** What a secret of the config reads as where no passphrase opens it. */
const closed = "[secret]";
/** What `--config-file` leaves out where a state of its own is made: they belong to the secrets of another. */
const secretsKeys = ["encryptionsalt", "encryptedkey", "secretsprovider"];
/** What the engine says where its backend has no such stack, and what is made of it here. */
const [saidNoStack, noStack] = [/no stack named '.*' found/, "no stack"] as const;
/** Most that the engine may say, in bytes. */
const longestAnswer = 256 * 1024 * 1024;

/**
 * The stacks of a program that are to be reviewed.
 * @param named those that were asked for; every one with a config file where not given
 * @throws Failure where the directory holds no Pulumi project, or no config file and none was asked for
 */
export function programStacks(directory: string, named?: string[]): string[] {
  if (!existsSync(path.join(directory, "Pulumi.yaml"))) {
    throw refusal(`--program: there is no Pulumi.yaml in ${directory}.`);
  }
  const stacks =
    named ??
    readdirSync(directory)
      .flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? [])
      .toSorted();
  if (stacks.length > 0) return stacks;
  throw refusal(`There is no Pulumi.<stack>.yaml in ${directory}. Name the stacks: --stacks dev`);
}

/**
 * Reviews a stack of a program that is not Wharf's, by its own engine: a preview with the policy pack. Nothing is deployed, no file of
 * the program is written, and no stack is selected or created: one that the backend does not have is previewed against an empty state.
 */
export async function reviewProgram(
  stack: string,
  reviewing: ProgramReviewing,
): Promise<StackReview> {
  const name = stack.split("/").at(-1)!;
  const file = path.join(reviewing.directory, `Pulumi.${name}.yaml`);
  const review: StackReview = {
    ...{ stack, file: pathInRepository(file), outcome: "reviewed" },
    ...{ findings: [], problems: [] },
  };
  const scratch = scratchDirectory("program");
  try {
    const run = new ProgramRun(name, file, scratch, reviewing);
    if (reviewing.withoutState) return { ...review, ...(await run.apart()) };
    const seen = await run.preview(stack, {});
    return { ...review, ...(seen === noStack ? await run.apart() : seen) };
  } finally {
    removeScratch(scratch);
  }
}

type Seen = Pick<StackReview, "outcome" | "reason" | "changes" | "findings">;

class ProgramRun {
  private readonly config: string;
  private readonly text: string;

  constructor(
    private readonly name: string,
    file: string,
    private readonly scratch: string,
    private readonly reviewing: ProgramReviewing,
  ) {
    this.text = existsSync(file) ? readFileSync(file, "utf8") : "";
    // The engine writes the salt of the secrets into whatever file it is given.
    this.config = path.join(scratch, path.basename(file));
    if (this.text !== "") writeFileSync(this.config, this.text, { mode: 0o600 });
  }

  /** Previews a stack by its state; `noStack` where the backend has none. */
  async preview(stack: string, env: NodeJS.ProcessEnv): Promise<Seen | typeof noStack> {
    const { packs, policyConfig } = this.reviewing;
    const log = path.join(this.scratch, "events");
    writeFileSync(log, "");
    const ended = await this.pulumi(
      [
        ...["preview", "--stack", stack, "--event-log", log, "--config-file", this.config],
        ...packs.flatMap((pack) => ["--policy-pack", pack]),
        ...(policyConfig === undefined
          ? []
          : packs.flatMap(() => ["--policy-pack-config", policyConfig])),
      ],
      env,
    );
    if (saidNoStack.test(ended.said)) return noStack;
    const events = new PolicyEvents(new SourceLines(this.text));
    const operations = new Operations(silent, {
      signal: new AbortController().signal,
      heard: () => undefined,
    });
    for (const line of readFileSync(log, "utf8")
      .split("\n")
      .filter((one) => one !== "")) {
      const event = JSON.parse(line) as EngineEvent;
      events.hear(event);
      // What a policy says is told as a finding, and not as what went wrong with the run.
      if (event.policyEvent === undefined) operations.onEvent(event);
    }
    const seen = {
      changes: operations.changes("custom").filter(isRealChange),
      findings: events.findings,
    };
    const failure = operations.failure("Nothing was changed.", "");
    if (ended.done || (events.refused && failure === undefined)) {
      return { outcome: "reviewed", ...seen };
    }
    return { outcome: "failed", reason: failure?.message ?? plain(ended.said), ...seen };
  }

  /** Previews a stack against an empty state of its own. */
  async apart(): Promise<Seen> {
    const state = path.join(this.scratch, "state");
    mkdirSync(state, { mode: 0o700 });
    const project = readFileSync(path.join(this.reviewing.directory, "Pulumi.yaml"), "utf8");
    const { name } = (parse(project) ?? {}) as { name?: string };
    StateFiles.begunIn(state, name)?.add(this.name);
    const env = {
      PULUMI_BACKEND_URL: pathToFileURL(state).href,
      // It opens only this state, which is deleted.
      PULUMI_CONFIG_PASSPHRASE: "none",
      PULUMI_CONFIG_PASSPHRASE_FILE: undefined,
    };
    if (this.text !== "") writeFileSync(this.config, withoutSecrets(this.text), { mode: 0o600 });
    const seen = await this.preview(this.name, env);
    if (seen === noStack) throw new Failure(`Stack ${this.name} could not be previewed.`);
    return seen;
  }

  private pulumi(args: string[], env: NodeJS.ProcessEnv): Promise<{ done: boolean; said: string }> {
    return new Promise((resolve, reject) => {
      execFile(
        "pulumi",
        [...args, "--non-interactive", "--color", "never"],
        {
          cwd: this.reviewing.directory,
          encoding: "utf8",
          maxBuffer: longestAnswer,
          env: {
            ...process.env,
            ...this.reviewing.env,
            // Without it the engine does not accept --event-log.
            PULUMI_DEBUG_COMMANDS: "1",
            PULUMI_SKIP_UPDATE_CHECK: "1",
            // A config file without a salt is given none: the state has it.
            PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER: "true",
            ...env,
          },
        },
        (error, stdout, stderr) => {
          if (error !== null && "code" in error && error.code === "ENOENT") {
            reject(
              refusal(
                "There is no pulumi on the PATH. Install it: https://www.pulumi.com/docs/install/",
              ),
            );
          } else resolve({ done: error === null, said: `${stderr}\n${stdout}` });
        },
      );
    });
  }
}

/** No progress is printed: the result is the only output on standard output. */
const silent = { live: false, line: () => undefined, update: () => undefined } as never;

/** A config file whose secrets read as a word of their own, for a program that only passes them on. */
function withoutSecrets(text: string): string {
  const document: Document = parseDocument(text);
  for (const key of secretsKeys) document.delete(key);
  visit(document, {
    Map: (_, node) =>
      isMap(node) && node.items.length === 1 && node.has("secure")
        ? document.createNode(closed)
        : undefined,
  });
  return document.toString();
}
