import type { z } from "zod";
import { unionKinds, type AnySchema } from "./fields";

const nouns: Record<string, string> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a block of keys",
  record: "a block of keys",
};

const formats: Record<string, string> = {
  url: "an http:// or https:// URL",
  base64: "text in base64",
};

/** The predicate of a message: what the value is not, and what is allowed. Zod asks it where a field has no text of its own. */
export function predicate(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      return isNot(issue.input, nouns[issue.expected] ?? issue.expected);
    case "invalid_value":
      return isNot(issue.input, oneOf(issue.values.map(String)));
    case "invalid_format":
      return isNot(issue.input, formats[issue.format] ?? `of the format ${issue.format}`);
    case "not_multiple_of":
      return `is not a multiple of ${issue.divisor}`;
    case "invalid_key":
      return issue.issues[0]?.message;
    case "invalid_union":
      return unionPredicate(issue);
    case "too_small":
      return tooSmall(issue);
    case "too_big":
      return issue.origin === "string"
        ? `is longer than ${issue.maximum} characters`
        : `is above ${issue.maximum}, the highest allowed`;
    default:
      return undefined;
  }
}

function isNot(input: unknown, allowed: string): string {
  if (input === undefined) return `is missing; ${allowed} belongs here`;
  return input === null ? `is empty; ${allowed} belongs here` : `is not ${allowed}`;
}

function oneOf(words: string[]): string {
  return words.length === 1 ? words.join() : `one of ${words.join(", ")}`;
}

function tooSmall(issue: z.core.$ZodRawIssue<z.core.$ZodIssueTooSmall>): string {
  const { inclusive = true, minimum, origin } = issue;
  if (origin === "array") {
    return `has ${(issue.input as unknown[]).length} entries; at least ${minimum} belongs here`;
  }
  if (origin === "string") {
    return minimum === 1 ? "is empty" : `is shorter than ${minimum} characters`;
  }
  return inclusive ? `is below ${minimum}, the lowest allowed` : `is not above ${minimum}`;
}

/** Of a union told apart by a word, which words there are; of any other, which types it takes. */
function unionPredicate(issue: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidUnion>): string {
  const { discriminator, options = [] } = issue.inst?._zod.def as {
    discriminator?: string;
    options?: AnySchema[];
  };
  if (discriminator === undefined) {
    const types = options.map(({ _zod }) => nouns[_zod.def.type] ?? _zod.def.type);
    return isNot(issue.input, types.join(" or "));
  }
  const kind = (issue.input as Record<string, unknown> | null)?.[discriminator];
  return isNot(kind, oneOf(unionKinds(issue.inst as AnySchema, discriminator)));
}
