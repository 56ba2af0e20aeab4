import { distance } from "fastest-levenshtein";
import { z } from "zod";
import { quoted } from "./shell";
import {
  defaultOf,
  fieldAt,
  holdsSecret,
  shapeOf,
  unionKinds,
  unwrap,
  type AnySchema,
  type Path,
} from "./fields";
import type { Problem } from "./problems";

/** A path as the user writes it after `wharf:`: `users[2].name`; a key that is not a plain word in brackets and quotes. */
export function keyOf(path: Path): string {
  const parts = path.map((part, i) => {
    const text = String(part);
    if (typeof part === "number") return `[${text}]`;
    if (i === 0) return text;
    return /^[\w-]+$/.test(text) ? `.${text}` : `[${JSON.stringify(text)}]`;
  });
  return `wharf:${parts.join("")}`;
}

/**
 * The command that sets a key of the stack's config, structured keys by their path. Pulumi reads true, false and whole numbers as
 * such, and all else as text; another type is named.
 */
export function setCommand(path: Path, value: string | number | boolean): string {
  const key = keyOf(path);
  const text = String(value);
  const word = /^[\w./:@-]+$/.test(text) ? text : quoted(text);
  if (path.length === 1) return `pulumi config set ${key} ${word}`;
  const readsAsText = !/^(true|false|-?\d+)$/.test(text);
  const type =
    typeof value === "string"
      ? readsAsText
        ? ""
        : " --type string"
      : typeof value === "number" && readsAsText
        ? " --type float"
        : "";
  return `pulumi config set --path${type} ${quoted(key)} ${word}`;
}

/** The command that removes a key of the stack's config. */
export function removeCommand(path: Path): string {
  const key = keyOf(path);
  if (path.length > 1) return `pulumi config rm --path ${quoted(key)}`;
  return `pulumi config rm ${/^[\w:-]+$/.test(key) ? key : quoted(key)}`;
}

/** The command that sets a key as a secret; it asks for the value, so that none reaches a shell's history. */
export function setSecretCommand(path: Path): string {
  return `pulumi config set --secret --path ${quoted(keyOf(path))}`;
}

/**
 * The known word that a misspelt one most likely means: two letters differ, or a quarter of them in a long one, or one word
 * begins with the other. Few people mistake the first letter, so that words which share it come first.
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const written = word.toLowerCase();
  const words = known.map((name) => name.toLowerCase());
  const differences = words.map(
    (name) => distance(written, name) + (name[0] === written[0] ? 0 : 0.5),
  );
  const fewest = Math.min(...differences);
  const tolerated = written.length < 3 ? 1 : Math.max(2, Math.floor(written.length / 4));
  return fewest <= tolerated
    ? known[differences.indexOf(fewest)]
    : known.find((_, i) => begins(words[i] ?? "", written));
}

function begins(one: string, other: string): boolean {
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return short.length >= 3 && long.startsWith(short);
}

/** A refusal of an unknown key, with the nearest known one. */
export function unknownKey(parent: Path, key: string, known: readonly string[]): Problem {
  const meant = nearest(key, known);
  return {
    key: keyOf([...parent, key]),
    message:
      meant === undefined
        ? `unknown key; known here: ${known.join(", ")}`
        : `unknown key; did you mean ${keyOf([...parent, meant])}?`,
    fix: removeCommand([...parent, key]),
  };
}

/** A value as a message shows it: a short text in quotes; a list or block only by its kind, since it may hold a secret. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "a block of keys";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}..."` : text;
}

/** The problems that one zod issue of the schema at `schema` stands for. */
export function problemsOf(issue: z.core.$ZodIssue, schema: z.ZodType, value: unknown): Problem[] {
  const field = fieldAt(schema, issue.path, value);
  if (issue.code === "unrecognized_keys") {
    const known = Object.keys((field && shapeOf(unwrap(field, at(value, issue.path)))) ?? {});
    return issue.keys.map((key) => unknownKey(issue.path, key, known));
  }
  // Of a record's key that is not allowed, the key is what the user wrote wrong, whatever it holds.
  const seen = issue.code === "invalid_key" ? issue.path.at(-1) : at(value, issue.path);
  const meta = field && (z.globalRegistry.get(field as z.ZodType) ?? {});
  const secret = meta?.secret === true;
  const port = meta?.kind === "port" && issue.code !== "invalid_type";
  const allowed = allowedWords(issue, schema, value);
  const meant = typeof seen === "string" ? nearest(seen, allowed) : undefined;
  return [
    {
      key: keyOf(issue.path),
      message:
        subjectOf(seen, issue, field, secret) +
        (port ? "is not a port (1 to 65535)" : issue.message) +
        (meant === undefined ? "" : `; did you mean ${meant}?`),
      fix: secret
        ? setSecretCommand(issue.path)
        : meant !== undefined
          ? setCommand(issue.path, meant)
          : fixOf(seen, issue, field, schema),
    },
  ];
}

/** How a message calls the value; nothing where there is none, or where the message counts what is in it. */
function subjectOf(
  seen: unknown,
  issue: z.core.$ZodIssue,
  field: AnySchema | undefined,
  secret: boolean,
): string {
  const absent = seen === undefined || /^is (missing|empty);/.test(issue.message);
  if (absent || (issue.code === "too_small" && Array.isArray(seen))) return "";
  return secret || (field !== undefined && holdsSecret(field)) ? "the value " : `${shown(seen)} `;
}

/** The command that fixes a value: it sets the same in the type that belongs there, or the default, or removes an empty key. */
function fixOf(
  seen: unknown,
  issue: z.core.$ZodIssue,
  field: AnySchema | undefined,
  schema: z.ZodType,
): string | undefined {
  const { path } = issue;
  if (issue.code === "invalid_key") return removeCommand(path);
  if (field === undefined) {
    if (seen !== undefined) return undefined;
    // The word that tells a union's members apart is missing; the union's own default has one.
    const union = fieldAt(schema, path.slice(0, -1), undefined);
    const preset = union && (defaultOf(union) as Record<PropertyKey, unknown> | undefined);
    const word = preset?.[path.at(-1) ?? ""];
    return isScalar(word) ? setCommand(path, word) : undefined;
  }
  if (seen === null) return accepts(field, undefined) ? removeCommand(path) : undefined;
  const preset = defaultOf(field);
  const value = inTypeOf(field, seen) ?? (isScalar(preset) ? preset : undefined);
  if (value === undefined) return undefined;
  const set = setCommand(path, value);
  // Pulumi keeps the quotes of a text that it overwrites, and the number or truth value in them would be a text again.
  const staysText = typeof seen === "string" && typeof value !== "string";
  return staysText ? `${removeCommand(path)} && ${set}` : set;
}

/**
 * A single value as the type that a field takes, such as the number 5000 for the text "5000" and true for "yes"; undefined where
 * there is none.
 */
export function inTypeOf(field: AnySchema, value: unknown): string | number | boolean | undefined {
  if (!isScalar(value) || value === "") return undefined;
  const text = String(value);
  const candidates = [
    ...(/^-?\d+(\.\d+)?$/.test(text) ? [Number(text)] : []),
    ...(/^(true|yes|on)$/i.test(text) ? [true] : /^(false|no|off)$/i.test(text) ? [false] : []),
    text,
  ];
  return candidates.find((candidate) => accepts(field, candidate));
}

function accepts(field: AnySchema, value: unknown): boolean {
  return z.safeParse(field, value).success;
}

/** The words that a field with a fixed vocabulary takes: an enumeration's, or the kinds of a union. */
function allowedWords(issue: z.core.$ZodIssue, schema: z.ZodType, value: unknown): string[] {
  if (issue.code === "invalid_value") return issue.values.map(String);
  if (issue.code !== "invalid_union") return [];
  const union = fieldAt(schema, issue.path.slice(0, -1), value);
  return union === undefined ? [] : unionKinds(union, String(issue.path.at(-1)));
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (part, key) => (part as Record<PropertyKey, unknown> | undefined)?.[key],
    value,
  );
}

function isScalar(value: unknown): value is string | number | boolean {
  return ["string", "number", "boolean"].includes(typeof value);
}
