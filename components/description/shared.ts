import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { isBlock, isEmpty, secretsIn } from "../core/fields";
import { keyOf, setSecretCommand } from "../core/messages";
import { DescriptionError, type Problem } from "../core/problems";
import { withNewNames, type RenamedKey } from "./renamed-keys";
import { descriptionSchema } from "./schema";
import { withoutShortForms } from "./short-forms";

/**
 * File of the project that holds what its stacks have in common: the keys of a description without the `wharf:` before them. What
 * a stack's own Pulumi.<stack>.yaml says is merged over it, so that no environment repeats another.
 */
export const sharedFile = "wharf.yaml";

/** Keys that belong to one stack: Pulumi.yaml gives them a value, so that every stack has its own. */
const ofAStack = ["target", "environment"];

type Block = Record<string, unknown>;

/** What the stacks of a project have in common. */
export interface Shared {
  /** Values by key, without `wharf:`. */
  values: Block;
  /** Keys that the file has under their old names. */
  renamed: RenamedKey[];
}

/**
 * What the stacks of the project in `directory` have in common; empty where it has no wharf.yaml.
 * @throws DescriptionError where the file cannot be read, names a stack's own keys, or holds a secret
 */
export function sharedDescription(directory: string): Shared {
  const file = path.join(directory, sharedFile);
  return parseShared(existsSync(file) ? readFileSync(file, "utf8") : "");
}

/**
 * What the text of a wharf.yaml says.
 * @throws DescriptionError where it cannot be read, names a stack's own keys, or holds a secret
 */
export function parseShared(text: string): Shared {
  let written: unknown;
  try {
    written = parse(text) ?? {};
  } catch (error) {
    const [line] = (error as Error).message.split("\n");
    throw new DescriptionError(sharedFile, [{ key: sharedFile, message: `is not YAML: ${line}` }]);
  }
  if (!isBlock(written)) {
    throw new DescriptionError(sharedFile, [
      { key: sharedFile, message: "has no block of keys such as repositories" },
    ]);
  }
  const { values, renamed, problems: twice } = withNewNames(withoutShortForms(written));
  const problems = [
    ...misplaced(values),
    ...secretProblems(values),
    // No command of Pulumi's removes a key of this file.
    ...twice.map(({ key, message }) => ({ key, message })),
  ];
  if (problems.length > 0) throw new DescriptionError(sharedFile, problems);
  return { values, renamed };
}

function misplaced(values: Block): Problem[] {
  return Object.keys(values).flatMap((key) => {
    const bare = key.replace(/^wharf:/, "");
    if (bare !== key)
      return [{ key, message: `is written here without wharf: before it: ${bare}` }];
    return ofAStack.includes(key)
      ? [{ key, message: "belongs to one stack; each Pulumi.<stack>.yaml names its own" }]
      : [];
  });
}

/** A file that all stacks share cannot be encrypted for one of them. */
function secretProblems(values: Block): Problem[] {
  return secretsIn(descriptionSchema, values).map((at) => ({
    key: keyOf(at).replace(/^wharf:/, ""),
    message: "is a secret, which belongs encrypted to its stack; leave it out here",
    fix: setSecretCommand(at),
  }));
}

/**
 * One value over another, by the rule of every merge of descriptions: a block is merged key by key, except one of another `kind`
 * or `mode`, which replaces; a list whose entries all have a `name` is merged entry by entry, further ones after it; anything
 * else replaces. Nothing is removed. An empty value counts as none.
 */
export function merged(below: unknown, above: unknown): unknown {
  if (isEmpty(above)) return below;
  if (isBlock(below) && isBlock(above)) {
    const another = ["kind", "mode"].some((key) => key in above && below[key] !== above[key]);
    if (another) return above;
    const keys = [...new Set([...Object.keys(below), ...Object.keys(above)])];
    return Object.fromEntries(keys.map((key) => [key, merged(below[key], above[key])]));
  }
  if (isNamedList(below) && isNamedList(above)) {
    const added = above.filter(({ name }) => !below.some((entry) => entry.name === name));
    return [
      ...below.map((entry) =>
        merged(
          entry,
          above.find(({ name }) => name === entry.name),
        ),
      ),
      ...added,
    ];
  }
  return above;
}

/** A stack's config over what all stacks share. */
export function withShared(shared: Block, own: Block): Block {
  return merged(shared, own) as Block;
}

/**
 * A value of a stack's config: structured ones are JSON, as they reach a program and as `pulumi config set` writes them without
 * `--path`; single ones are as they are.
 */
export function structured(value: string): unknown {
  if (!/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value, asWritten) as unknown;
  } catch {
    return value;
  }
}

/** Pulumi reads a plain 2027-01-31 in a stack's file as a time, and passes it on as Go prints one. */
function asWritten(_: string, value: unknown): unknown {
  return typeof value === "string" && /^\d{4}-\d\d-\d\d 00:00:00 \+0000 UTC$/.test(value)
    ? value.slice(0, 10)
    : value;
}

/** Whether a value is a list whose entries can be told apart by name. */
export function isNamedList(value: unknown): value is (Block & { name: string })[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((entry) => isBlock(entry) && typeof entry.name === "string")
  );
}

/**
 * An error of the merged description. Problems of what only wharf.yaml has are said to be there, since no command of Pulumi's
 * sets or removes it.
 */
export function placed(error: unknown, shared: Block, own: Block): unknown {
  if (!(error instanceof DescriptionError)) return error;
  const problems = error.problems.map((problem) => {
    const [, key = ""] = /^wharf:([\w-]+)/.exec(problem.key) ?? [];
    return key in shared && isEmpty(own[key])
      ? { key: problem.key, message: `${problem.message} (in ${sharedFile})` }
      : problem;
  });
  const [subject = ""] = error.message.split(/ has \d+ problem/);
  return new DescriptionError(subject, problems);
}
