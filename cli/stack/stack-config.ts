import { type Document, parseDocument } from "yaml";
import { z } from "zod";
import { isBlock, fieldAt, type Path } from "../../components/core/fields";
import { DescriptionError } from "../../components/core/problems";
import { withNewNames, type RenamedKey } from "../../components/description/renamed-keys";
import { withoutShortForms } from "../../components/description/short-forms";
import { descriptionSchema } from "../../components/description/schema";
import { merged, parseShared, structured } from "../../components/description/shared";
import { project } from "../checkout";
import { refusal } from "../failure";

type Block = Record<string, unknown>;

const prefix = `${project}:`;

/** What the stack's own file says of its description, read without its secrets. */
export interface Opened {
  /** Values by key, without the `wharf:` before it; each encrypted part is replaced by one that its field accepts. */
  values: Block;
  /** Paths of those parts. */
  secrets: Path[];
  /** Keys that are encrypted as a whole, so that nobody knows what they hold. They are not among the values. */
  unread: string[];
}

/**
 * The text of Pulumi.<stack>.yaml as a document, whose comments stay.
 * @throws DescriptionError where it is not YAML
 */
export function stackDocument(stack: string, text: string): Document {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error === undefined) return document;
  const [line] = error.message.split("\n");
  const key = `Pulumi.${stack}.yaml`;
  throw new DescriptionError(key, [{ key, message: `is not YAML: ${line}` }]);
}

/**
 * A stack's config as its file and wharf.yaml say it, in the checkout or at a commit. What Pulumi encrypted stays so: reading needs
 * no engine and no passphrase.
 */
export class StackConfig {
  /** What the stack's own file says, by config key such as `wharf:target`, under the current names. */
  readonly own: Block;
  private readonly ownRenamed: RenamedKey[];

  /**
   * @param stack name of the stack
   * @param text what Pulumi.<stack>.yaml holds
   * @param sharedText what wharf.yaml holds, which all stacks share; nothing where there is none
   * @throws DescriptionError where the text is not YAML
   */
  constructor(
    readonly stack: string,
    text: string,
    private readonly sharedText = "",
  ) {
    const { config } = (stackDocument(stack, text).toJS() ?? {}) as { config?: Block | null };
    const written = Object.entries(config ?? {});
    const described = written
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [
        key.slice(prefix.length),
        typeof value === "string" ? structured(value) : value,
      ]);
    const old = withoutShortForms(Object.fromEntries(described) as Block);
    const { values, renamed, problems } = withNewNames(old);
    this.ownRenamed = renamed;
    // What is set under both names is reported together with all else that is wrong.
    const own = Object.entries(problems.length > 0 ? old : values);
    this.own = Object.fromEntries([
      ...written.filter(([key]) => !key.startsWith(prefix)),
      ...own.map(([key, value]) => [`${prefix}${key}`, value] as const),
    ]);
  }

  /**
   * What all stacks share, by key without the `wharf:` before it.
   * @throws DescriptionError where wharf.yaml is wrong
   */
  get shared(): Block {
    return parseShared(this.sharedText).values;
  }

  /**
   * Keys that the stack's own file, or wharf.yaml, has under their old names.
   * @throws DescriptionError where wharf.yaml is wrong
   */
  get renamed(): RenamedKey[] {
    return [...this.ownRenamed, ...parseShared(this.sharedText).renamed];
  }

  /**
   * The value of a config key such as `wharf:target`, over what all stacks share; undefined where neither sets it.
   * @throws Failure where wharf.yaml is wrong
   */
  value(key: string): unknown {
    return key.startsWith(prefix)
      ? this.overShared(key.slice(prefix.length), this.own[key])
      : this.own[key];
  }

  /**
   * A value over what all stacks share of its key.
   * @param key key of a description, without the `wharf:` before it
   * @throws Failure where wharf.yaml is wrong
   */
  overShared(key: string, own: unknown): unknown {
    let shared: Block;
    try {
      shared = this.shared;
    } catch (error) {
      throw refusal((error as Error).message.trimEnd());
    }
    return merged(shared[key], own);
  }

  /** What the stack's own file describes, as far as that can be read. */
  opened(): Opened {
    const own = Object.entries(this.own)
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), value] as const);
    const unread = own.filter(([, value]) => isCipher(value)).map(([key]) => key);
    const written = Object.fromEntries(own.filter(([key]) => !unread.includes(key)));
    const secrets: Path[] = [];
    const values = withStandIns(written, [], written, secrets) as Block;
    return { values, secrets, unread };
  }
}

/** Replacements of encrypted values; each secret field accepts one of them. */
const standIns: unknown[] = [
  "stands-in-for-a-secret",
  "c2VjcmV0",
  "https://stands-in.invalid/",
  "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n",
  { type: "service_account", client_email: "stands-in", private_key: "stands-in" },
  JSON.stringify({ type: "service_account", client_email: "stands-in", private_key: "stands-in" }),
  {},
];

/** A value with its encrypted parts replaced, whose paths are added to `secrets`. */
function withStandIns(value: unknown, path: Path, values: Block, secrets: Path[]): unknown {
  if (isCipher(value)) {
    secrets.push(path);
    const field = fieldAt(descriptionSchema, path, values);
    return (
      standIns.find((text) => field !== undefined && z.safeParse(field, text).success) ??
      standIns[0]
    );
  }
  if (Array.isArray(value))
    return value.map((part, index) => withStandIns(part, [...path, index], values, secrets));
  if (!isBlock(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [
      key,
      withStandIns(part, [...path, key], values, secrets),
    ]),
  );
}

/** Whether a value is one that Pulumi encrypted, as a stack's file holds it. */
export function isCipher(value: unknown): boolean {
  return (
    isBlock(value) && Object.keys(value).join() === "secure" && typeof value.secure === "string"
  );
}

/** A value with a mark in place of everything that Pulumi encrypted. */
export function withoutCiphers(value: unknown): unknown {
  if (isCipher(value)) return "[secret]";
  if (Array.isArray(value)) return value.map(withoutCiphers);
  if (!isBlock(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, withoutCiphers(part)]),
  );
}
