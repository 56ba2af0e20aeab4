import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { type Document, isMap, isPair, isScalar, Lexer, parseDocument, visit } from "yaml";
import { isBlock } from "../../components/core/fields";
import { sharedFile } from "../../components/description/shared";
import { checkout, describedStacks, stackFilePath, wharfDirectory } from "../checkout";
import { writeWhole } from "../../offline/whole-file";
import { renameKeys, type Renamed } from "./key-names";
import { StackConfig, stackDocument } from "./stack-config";

/**
 * A stack's config file, Pulumi.<stack>.yaml. Edits keep its comments. Runs of the engine get a copy, so that `wharf up` leaves the
 * file as it is.
 */
export class StackFile {
  private readonly file: string;
  /** The file as it was before the stack existed: a plain `pulumi` writes a salt into it and formats it again. */
  private readonly original: string;

  constructor(private readonly stack: string) {
    this.file = stackFilePath(stack);
    this.original = path.join(wharfDirectory, "stack-files", path.basename(this.file));
  }

  /** Whether the stack has a config file. */
  get exists(): boolean {
    return existsSync(this.file);
  }

  /** What the file and wharf.yaml say now. */
  get config(): StackConfig {
    const shared = path.join(checkout, sharedFile);
    return new StackConfig(
      this.stack,
      this.text,
      existsSync(shared) ? readFileSync(shared, "utf8") : "",
    );
  }

  /** Gives the file's keys their current names. */
  renameKeys(): Renamed[] {
    const document = this.document();
    const renamed = renameKeys(document);
    if (renamed.length > 0) this.write(print(document));
    return renamed;
  }

  /**
   * Sets what differs between the file's value of a key and another, part by part, so that the rest keeps its comments. Its keys get
   * the names of today.
   */
  assign(key: string, value: unknown): void {
    const document = this.document();
    renameKeys(document);
    const { config } = document.toJS() as { config?: Record<string, unknown> };
    assign(document, ["config", key], config?.[key], value);
    this.write(print(document));
  }

  /** Keeps a copy of the file as it is, for `restore`. To be called before the stack is created. */
  keepOriginal(): void {
    if (!this.exists) return;
    mkdirSync(path.dirname(this.original), { recursive: true, mode: 0o700 });
    writeWhole(this.original, this.text, 0o600);
  }

  /**
   * Removes what a plain `pulumi` added where nothing is encrypted, the salt. Where nothing else has changed since, the file is
   * as it was, byte for byte.
   */
  restore(): void {
    if (this.exists) {
      const document = this.document();
      const kept = existsSync(this.original) ? readFileSync(this.original, "utf8") : undefined;
      if (!holdsSecrets(document)) removeSalt(document);
      const same = kept !== undefined && saysTheSame(kept, print(document));
      if (same) this.write(kept);
      else if (isMap(document.contents) && document.contents.items.length === 0) rmSync(this.file);
      else this.write(print(document));
    }
    rmSync(this.original, { force: true });
  }

  /**
   * The file's text as the engine is to read it: without a salt that belongs to no secret, in whose place the engine takes that of
   * the state, or makes one for the passphrase at hand. Empty where there is no file.
   */
  forEngine(): string {
    const document = this.document();
    if (!document.has("encryptionsalt") || holdsSecrets(document)) return this.text;
    removeSalt(document);
    return print(document);
  }

  /** Whether the file holds values that Pulumi encrypted. */
  get holdsSecrets(): boolean {
    return holdsSecrets(this.document());
  }

  private document(): Document {
    return stackDocument(this.stack, this.text);
  }

  /** What the file holds; empty where there is none. */
  get text(): string {
    return this.exists ? readFileSync(this.file, "utf8") : "";
  }

  private write(text: string): void {
    if (!this.exists || this.text !== text) writeWhole(this.file, text);
  }
}

/** Gives the keys of the checkout's wharf.yaml, where there is one, their current names. */
export function renameSharedKeys(): Renamed[] {
  const file = path.join(checkout, sharedFile);
  if (!existsSync(file)) return [];
  const document = parseDocument(readFileSync(file, "utf8"));
  const renamed = renameKeys(document, { shared: true });
  if (renamed.length > 0) writeWhole(file, document.toString({ lineWidth: 0 }));
  return renamed;
}

function assign(
  document: Document,
  at: (string | number)[],
  before: unknown,
  after: unknown,
): void {
  if (isDeepStrictEqual(before, after)) return;
  const blocks = isBlock(before) && isBlock(after);
  const lists = Array.isArray(before) && Array.isArray(after) && after.length >= before.length;
  if (!blocks && !lists) {
    document.setIn(at, document.createNode(after));
    return;
  }
  for (const [key, value] of Object.entries(after as object)) {
    const part = lists ? Number(key) : key;
    assign(document, [...at, part], (before as Record<string | number, unknown>)[part], value);
  }
}

/** Names of the checkout's stack files that hold encrypted values, which only the passphrase opens. */
export function filesWithSecrets(): string[] {
  return describedStacks()
    .filter((stack) => new StackFile(stack).holdsSecrets)
    .map((stack) => path.relative(checkout, stackFilePath(stack)));
}

function holdsSecrets(document: Document): boolean {
  let found = false;
  visit(document, {
    Pair(_, pair) {
      if (isPair(pair) && isScalar(pair.key) && pair.key.value === "secure") found = true;
      return found ? visit.BREAK : undefined;
    },
  });
  return found;
}

/** Removes the salt, and gives the comments before it, which were at the end of the file, back to the document. */
function removeSalt(document: Document): void {
  if (!isMap(document.contents)) return;
  const salt = document.contents.items.find(
    ({ key }) => isScalar(key) && key.value === "encryptionsalt",
  );
  if (salt === undefined) return;
  const comment = isScalar(salt.key) ? salt.key.commentBefore : undefined;
  document.delete("encryptionsalt");
  if (comment) document.comment = [comment, document.comment].filter(Boolean).join("\n");
}

/** Laid out as Pulumi does. */
function print(document: Document): string {
  return document.toString({ flowCollectionPadding: false, lineWidth: 0 });
}

/** Whether two files hold the same values and the same comments, however they are laid out. */
function saysTheSame(one: string, other: string): boolean {
  const comments = (text: string) =>
    [...new Lexer().lex(text)].filter((token) => token.startsWith("#"));
  return (
    isDeepStrictEqual(parseDocument(one).toJS(), parseDocument(other).toJS()) &&
    isDeepStrictEqual(comments(one), comments(other))
  );
}
