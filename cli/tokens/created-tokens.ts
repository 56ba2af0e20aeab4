import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { writeWhole } from "../../offline/whole-file";
import { isWritable, makePrivate, wharfDirectory } from "../checkout";

/** What is kept of a token that this checkout created: all but the token itself. */
export interface CreatedToken {
  id: string;
  user: string;
  repositories: string[];
  actions: string[];
  /** ISO 8601. */
  expiresAt: string;
}

const directory = path.join(wharfDirectory, "tokens");
const fileOf = (stack: string) => path.join(directory, `${stack}.json`);

/** The tokens of a stack that this checkout created and that have not expired. */
export function createdTokens(stack: string, now = Date.now()): CreatedToken[] {
  if (!existsSync(fileOf(stack))) return [];
  const kept = JSON.parse(readFileSync(fileOf(stack), "utf8")) as CreatedToken[];
  return kept.filter(({ expiresAt }) => Date.parse(expiresAt) > now);
}

/** Notes a token for `list`; not in a checkout that cannot be written to, as in a pipeline's container. */
export function noteToken(stack: string, token: CreatedToken): void {
  if (!isWritable(wharfDirectory)) return;
  makePrivate(directory);
  writeWhole(fileOf(stack), JSON.stringify([...createdTokens(stack), token], null, 2), 0o600);
}
