import { execa } from "execa";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Announce } from "../../../offline/announce";
import { cached } from "../../../offline/cache";
import { buildWithGo } from "../../../offline/go";

/** A step of a task file as ACR Tasks reads it. */
export interface ReadStep {
  build?: string;
  push?: string[];
  cmd?: string;
  env?: string[];
}

/** What a run of ACR Tasks knows of itself, `{{.Run.Commit}}` and so on. */
export interface AcrRun {
  ID: string;
  Registry: string;
  Date: string;
  Commit: string;
  Branch: string;
}

const module = join(__dirname, "go/acr-task");

/**
 * Reads task files as ACR Tasks does, with the same template engine, functions and YAML reader, but strictly. Microsoft publishes
 * no schema of them, and its own reader is not an available Go module.
 *
 * @throws Error for what is not a template, has an unknown field, or a step of no kind or of two
 */
export function readTasks(texts: string[], run: AcrRun, announce: Announce): Promise<ReadStep[][]> {
  return ask<ReadStep[]>(
    texts.map((text) => ({ text, run, task: true })),
    announce,
  );
}

/** The texts with what the run knows in place of templates, as ACR Tasks treats the values of a docker step. */
export function renderTexts(texts: string[], run: AcrRun, announce: Announce): Promise<string[]> {
  return ask<string>(
    texts.map((text) => ({ text, run, task: false })),
    announce,
  );
}

async function ask<Answer>(questions: object[], announce: Announce): Promise<Answer[]> {
  const directory = await acrTaskProgram(announce);
  const { stdout } = await execa(join(directory, "acr-task"), { input: JSON.stringify(questions) });
  return JSON.parse(stdout) as Answer[];
}

/** The directory of the reader of task files, built the first time. */
export async function acrTaskProgram(announce: Announce): Promise<string> {
  const files = await Promise.all(
    ["main.go", "go.sum"].map((name) => readFile(join(module, name))),
  );
  const revision = createHash("sha256").update(Buffer.concat(files)).digest("hex").slice(0, 12);
  return cached(
    join("lint", `acr-task-${revision}`),
    async (into) => {
      announce.start("acr-task", "building it from Go modules, usually 10 seconds");
      await buildWithGo({ module, packages: ["."], into }, announce);
      announce.done("acr-task", revision);
    },
    announce,
  );
}
