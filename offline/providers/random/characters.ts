import { randomInt } from "node:crypto";
import type { Failure, Properties } from "../properties";
import { flag, number, text, Unknown, type Value, type Values } from "../values";

const digits = "0123456789";
const lowerCase = "abcdefghijklmnopqrstuvwxyz";
const upperCase = lowerCase.toUpperCase();
const specials = "!@#$%&*()-_=+[]{}<>:?";

const counts = ["minLower", "minNumeric", "minSpecial", "minUpper"] as const;

function isCount(value: Value): string | undefined {
  return Number.isInteger(value) && (value as number) >= 0
    ? undefined
    : "must be a whole number from 0";
}

/** What RandomPassword and RandomString have in common: any change of an input makes a new value. */
export const characterProperties: Properties = {
  keepers: { type: "map", replaces: true },
  length: {
    type: "number",
    required: true,
    replaces: true,
    check: (value) =>
      Number.isInteger(value) && (value as number) >= 1
        ? undefined
        : "must be a whole number from 1",
  },
  lower: { type: "boolean", default: true, replaces: true },
  minLower: { type: "number", default: 0, replaces: true, check: isCount },
  minNumeric: { type: "number", default: 0, replaces: true, check: isCount },
  minSpecial: { type: "number", default: 0, replaces: true, check: isCount },
  minUpper: { type: "number", default: 0, replaces: true, check: isCount },
  number: { type: "boolean", default: true, replaces: true },
  numeric: { type: "boolean", default: true, replaces: true },
  overrideSpecial: { type: "string", replaces: true },
  result: { type: "string", output: true },
  special: { type: "boolean", default: true, replaces: true },
  upper: { type: "boolean", default: true, replaces: true },
};

/** Checks the inputs against each other; the classes that are not given are on. */
export function checkCharacters(inputs: Values): Failure[] {
  const failures: Failure[] = [];
  if (Object.values(inputs).includes(Unknown)) {
    return failures;
  }
  if (
    inputs.number !== undefined &&
    inputs.numeric !== undefined &&
    inputs.number !== inputs.numeric
  ) {
    failures.push({
      property: "number",
      reason: '"number" and "numeric" differ; "number" is deprecated, use "numeric" instead',
    });
  }
  const least = counts.reduce((sum, name) => sum + number(inputs, name), 0);
  if (least > number(inputs, "length")) {
    failures.push({
      property: "length",
      reason: `"length" must be at least the sum of ${counts.join(", ")}, which is ${least}`,
    });
  }
  const classes = ["lower", "upper", "special"].map((name) => inputs[name]);
  if ([...classes, inputs.numeric ?? inputs.number].every((value) => value === false)) {
    failures.push({
      property: "numeric",
      reason: 'at least one of "lower", "upper", "numeric" and "special" must be true',
    });
  }
  return failures;
}

/** Lets `number`, the older name of `numeric`, say the same as it. */
export function completeNumeric(planned: Values, inputs: Values): Values {
  const numeric = inputs.numeric ?? inputs.number ?? true;
  return { ...planned, number: numeric, numeric };
}

/**
 * Draws the characters with the operating system's generator, each equally likely among those
 * allowed (`randomInt` rejects what a remainder would favour), and in an order drawn likewise.
 */
export function drawCharacters(planned: Values): string {
  const special = text(planned, "overrideSpecial") || specials;
  const classes = [
    { allowed: flag(planned, "upper"), characters: upperCase, least: number(planned, "minUpper") },
    { allowed: flag(planned, "lower"), characters: lowerCase, least: number(planned, "minLower") },
    { allowed: flag(planned, "numeric"), characters: digits, least: number(planned, "minNumeric") },
    {
      allowed: flag(planned, "special"),
      characters: special,
      least: number(planned, "minSpecial"),
    },
  ];
  const drawn = classes.flatMap(({ characters, least }) => draw([...characters], least));
  const all = classes.flatMap(({ allowed, characters }) => (allowed ? [...characters] : []));
  return shuffled([...drawn, ...draw(all, number(planned, "length") - drawn.length)]).join("");
}

function draw(characters: string[], count: number): string[] {
  return Array.from({ length: count }, () => characters[randomInt(characters.length)] ?? "");
}

function shuffled(characters: string[]): string[] {
  for (let last = characters.length - 1; last > 0; last -= 1) {
    const other = randomInt(last + 1);
    [characters[last], characters[other]] = [characters[other] ?? "", characters[last] ?? ""];
  }
  return characters;
}
