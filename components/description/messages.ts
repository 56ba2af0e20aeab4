import { closest, distance } from "fastest-levenshtein";
import { z } from "zod";
import { defaultOf, fieldAt, shapeOf, unionKinds, unwrap, type Path } from "./fields";
import type { Problem } from "./problems";

/** A path as the user writes it after `wharf:`: `users[2].name`. */
export function keyOf(path: Path): string {
  return `wharf:${path.map((part, i) => (typeof part === "number" ? `[${part}]` : i === 0 ? String(part) : `.${String(part)}`)).join("")}`;
}

/** The command that sets a key of the stack's config, structured keys by their path. */
export function setCommand(path: Path, value: string | number | boolean): string {
  const key = keyOf(path);
  const quoted = /^[\w./:@-]+$/.test(String(value)) ? String(value) : `'${value}'`;
  return path.length === 1
    ? `pulumi config set ${key} ${quoted}`
    : `pulumi config set --path '${key}' ${quoted}`;
}

/** The command that removes a key of the stack's config. */
export function removeCommand(path: Path): string {
  const key = keyOf(path);
  return path.length === 1 ? `pulumi config rm ${key}` : `pulumi config rm --path '${key}'`;
}

/** The command that sets a key as a secret; it asks for the value, so that none reaches a shell's history. */
export function setSecretCommand(path: Path): string {
  return `pulumi config set --secret --path '${keyOf(path)}'`;
}

/** The known word that a misspelt one most likely means: at most a third of its letters differ. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const best = closest(word.toLowerCase(), [...known]);
  const tolerated = Math.max(2, Math.floor(word.length / 3));
  return distance(word.toLowerCase(), best.toLowerCase()) <= tolerated ? best : undefined;
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

/** A value as a message shows it: short, quoted where it is text, and never a secret. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

const nouns: Record<string, string> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a block of keys",
  record: "a block of keys",
};

/** The predicate of a message: what the value is not, and what is allowed. Zod asks it where a field has no text of its own. */
export function predicate(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined
        ? `is missing; ${nouns[issue.expected] ?? issue.expected} belongs here`
        : `is not ${nouns[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return `is not one of ${issue.values.map(String).join(", ")}`;
    case "too_small":
      return issue.origin === "array"
        ? `needs at least ${issue.minimum}`
        : `is below ${issue.minimum}, the lowest allowed`;
    case "too_big":
      return `is above ${issue.maximum}, the highest allowed`;
    default:
      return undefined;
  }
}

/** The problems that one zod issue of the schema at `schema` stands for. */
export function problemsOf(issue: z.core.$ZodIssue, schema: z.ZodType, value: unknown): Problem[] {
  const field = fieldAt(schema, issue.path, value);
  if (issue.code === "unrecognized_keys") {
    const known = Object.keys((field && shapeOf(unwrap(field, at(value, issue.path)))) ?? {});
    return issue.keys.map((key) => unknownKey(issue.path, key, known));
  }
  const seen = at(value, issue.path);
  const meta = field && (z.globalRegistry.get(field as z.ZodType) ?? {});
  const secret = meta?.secret === true;
  const subject = seen === undefined ? "" : secret ? "the value " : `${shown(seen)} `;
  const port = meta?.kind === "port" && issue.code !== "invalid_type";
  const allowed = allowedWords(issue, schema, value);
  const meant = typeof seen === "string" ? nearest(seen, allowed) : undefined;
  const preset = field && defaultOf(field);
  return [
    {
      key: keyOf(issue.path),
      message:
        subject +
        (port
          ? "is not a port (1 to 65535)"
          : issue.code === "invalid_union" && allowed.length > 0
            ? `${seen === undefined ? "is missing; it is" : "is not"} one of ${allowed.join(", ")}`
            : issue.message) +
        (meant === undefined ? "" : `; did you mean ${meant}?`),
      fix: secret
        ? setSecretCommand(issue.path)
        : meant !== undefined
          ? setCommand(issue.path, meant)
          : isScalar(preset)
            ? setCommand(issue.path, preset)
            : undefined,
    },
  ];
}

/** The words that a field with a fixed vocabulary takes: an enumeration's, or the kinds of a union. */
function allowedWords(issue: z.core.$ZodIssue, schema: z.ZodType, value: unknown): string[] {
  if (issue.code === "invalid_value") return issue.values.map(String);
  if (issue.code !== "invalid_union") return [];
  const union = fieldAt(schema, issue.path.slice(0, -1), value);
  const kind = String(issue.path.at(-1));
  return union === undefined ? [] : unionKinds(union, kind);
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
